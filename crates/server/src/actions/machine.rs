//! Machines: made, changed and taken away, with their secret keys and with whom they may ask.

use std::time::Duration;

use beadle_domain::{Error, secret::token_hash};
use beadle_store::{
    Conn, UnitOfWork, api_keys,
    machines::{self, MachineRow, WithScopes},
};
use beadle_types::{DeletedObject, MachineId, Timestamp};
use secrecy::{ExposeSecret, SecretString};

use super::api_key;
use crate::{
    app::App,
    error::{ApiError, ApiResult},
};

/// How many others a machine may ask.
pub(crate) const MAX_SCOPES: usize = 150;

/// What is needed to make a machine.
pub(crate) struct NewMachine {
    pub(crate) name: String,
    pub(crate) default_token_ttl: i64,
    /// Which machines it may ask, each once.
    pub(crate) scoped: Vec<MachineId>,
}

/// A secret key, with the two forms in which it is stored.
struct Drawn {
    secret: SecretString,
    hash: String,
    sealed: String,
}

impl Drawn {
    fn new(app: &App) -> Self {
        let secret = app.rng.token(api_key::PREFIX, 32);
        let sealed = app.instance.seal(secret.as_bytes(), &*app.rng);
        Self { hash: token_hash(&secret), sealed, secret: secret.into() }
    }
}

/// Makes a machine, and its secret key.
///
/// # Errors
/// 404 for a machine to ask that is not there.
pub(crate) async fn create(app: &App, new: NewMachine) -> ApiResult<(WithScopes, SecretString)> {
    let drawn = Drawn::new(app);
    let now = app.now();
    let row = MachineRow {
        id: app.new_id(MachineId::from_parts),
        name: new.name,
        default_token_ttl: new.default_token_ttl,
        secret_hash: drawn.hash,
        secret: drawn.sealed,
        previous_hash: None,
        previous_until: None,
        created_at: now,
        updated_at: now,
    };
    let made = app.store.write(Create { row, scoped: new.scoped }).await?;
    Ok((made, drawn.secret))
}

struct Create {
    row: MachineRow,
    scoped: Vec<MachineId>,
}

impl UnitOfWork for Create {
    type Output = WithScopes;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<WithScopes> {
        machines::insert(conn, &self.row).await?;
        for to in &self.scoped {
            machines::find(conn, to).await?.ok_or_else(|| Error::machine_not_found("scoped_machines"))?;
            machines::add_scope(conn, &self.row.id, to, self.row.created_at).await?;
        }
        with_scopes(conn, self.row.clone()).await
    }
}

async fn with_scopes(conn: &mut Conn, row: MachineRow) -> ApiResult<WithScopes> {
    let scopes = machines::scopes(conn, &[&row.id]).await?;
    Ok((row, scopes.into_iter().map(|(_, to)| to).collect()))
}

fn unknown(id: &MachineId) -> Error {
    Error::not_found("machine", id)
}

/// The machine, with those it may ask.
///
/// # Errors
/// 404 without it.
pub(crate) async fn find(app: &App, id: &MachineId) -> ApiResult<WithScopes> {
    let conn = &mut *app.store.reader().await?;
    let row = machines::find(conn, id).await?.ok_or_else(|| unknown(id))?;
    with_scopes(conn, row).await
}

/// Changes a machine.
///
/// # Errors
/// 404 without it.
pub(crate) async fn update(
    app: &App,
    id: MachineId,
    name: Option<String>,
    default_token_ttl: Option<i64>,
) -> ApiResult<WithScopes> {
    app.store.write(Update { id, name, default_token_ttl, now: app.now() }).await
}

struct Update {
    id: MachineId,
    name: Option<String>,
    default_token_ttl: Option<i64>,
    now: Timestamp,
}

impl UnitOfWork for Update {
    type Output = WithScopes;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<WithScopes> {
        let row = machines::find_for_update(conn, &self.id).await?;
        let mut row = row.ok_or_else(|| unknown(&self.id))?;
        row.name = self.name.clone().unwrap_or(row.name);
        row.default_token_ttl = self.default_token_ttl.unwrap_or(row.default_token_ttl);
        row.updated_at = self.now;
        machines::update(conn, &row).await?;
        with_scopes(conn, row).await
    }
}

/// Takes a machine away. Its tokens die with it.
///
/// # Errors
/// 404 without it.
pub(crate) async fn delete(app: &App, id: MachineId) -> ApiResult<DeletedObject> {
    app.store.write(Delete(id.clone())).await?;
    Ok(DeletedObject::new("machine", id.as_str()))
}

struct Delete(MachineId);

impl UnitOfWork for Delete {
    type Output = ();
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<()> {
        if !machines::delete(conn, &self.0).await? {
            return Err(unknown(&self.0).into());
        }
        Ok(api_keys::delete_of(conn, self.0.as_str()).await?)
    }
}

/// The secret key.
///
/// # Errors
/// 404 without the machine.
pub(crate) async fn secret_key(app: &App, id: &MachineId) -> ApiResult<SecretString> {
    let row = machines::find(&mut *app.store.reader().await?, id).await?.ok_or_else(|| unknown(id))?;
    let secret = app.instance.unseal(&row.secret).map_err(ApiError::internal)?;
    Ok(String::from_utf8(secret).map_err(ApiError::internal)?.into())
}

/// Another secret key. The old one is taken for a while yet; the one before that no more.
///
/// # Errors
/// 404 without the machine.
pub(crate) async fn rotate(app: &App, id: MachineId, previous_for: Duration) -> ApiResult<SecretString> {
    let drawn = Drawn::new(app);
    let now = app.now();
    let secret = drawn.secret.clone();
    app.store.write(Rotate { id, drawn, previous_until: now.plus(previous_for), now }).await?;
    Ok(secret)
}

struct Rotate {
    id: MachineId,
    drawn: Drawn,
    previous_until: Timestamp,
    now: Timestamp,
}

impl UnitOfWork for Rotate {
    type Output = ();
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<()> {
        let stored = (&*self.drawn.hash, &*self.drawn.sealed);
        let there = machines::rotate(conn, &self.id, stored, self.previous_until, self.now).await?;
        if there { Ok(()) } else { Err(unknown(&self.id).into()) }
    }
}

/// Lets one machine ask another; hands back since when it may.
///
/// # Errors
/// 404 without either, 409 where it may already, 403 where it may ask as many as one may.
pub(crate) async fn add_scope(app: &App, from: MachineId, to: MachineId) -> ApiResult<Timestamp> {
    app.store.write(AddScope { from, to, now: app.now() }).await
}

struct AddScope {
    from: MachineId,
    to: MachineId,
    now: Timestamp,
}

impl UnitOfWork for AddScope {
    type Output = Timestamp;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Timestamp> {
        // Locked, so that two at once do not go beyond the limit.
        machines::find_for_update(conn, &self.from).await?.ok_or_else(|| unknown(&self.from))?;
        machines::find(conn, &self.to).await?.ok_or_else(|| Error::machine_not_found("to_machine_id"))?;
        if machines::is_scoped(conn, &self.from, &self.to).await? {
            return Err(Error::machine_scope_exists().into());
        }
        if machines::scopes(conn, &[&self.from]).await?.len() >= MAX_SCOPES {
            return Err(Error::machine_scopes_exceeded(MAX_SCOPES).into());
        }
        machines::add_scope(conn, &self.from, &self.to, self.now).await?;
        Ok(self.now)
    }
}

/// Lets one machine ask another no more: tokens for it are refused from now on.
///
/// # Errors
/// 404 where it could not.
pub(crate) async fn delete_scope(app: &App, from: MachineId, to: MachineId) -> ApiResult<()> {
    app.store.write(DeleteScope { from, to }).await
}

struct DeleteScope {
    from: MachineId,
    to: MachineId,
}

impl UnitOfWork for DeleteScope {
    type Output = ();
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<()> {
        if machines::delete_scope(conn, &self.from, &self.to).await? {
            return Ok(());
        }
        machines::find(conn, &self.from).await?.ok_or_else(|| unknown(&self.from))?;
        Err(Error::not_found("machine scope", &self.to).into())
    }
}

/// The machine whose secret key somebody has shown.
pub(crate) async fn by_secret(app: &App, secret: &SecretString) -> ApiResult<Option<MachineRow>> {
    let hash = token_hash(secret.expose_secret());
    Ok(machines::find_by_secret(&mut *app.store.reader().await?, &hash, app.now()).await?)
}
