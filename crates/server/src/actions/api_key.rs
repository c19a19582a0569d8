//! API keys: made, changed, shown and taken back. Those of a user are credentials of that user.

use beadle_domain::{
    Error,
    api_key::{self, Dead},
    credential::{self, Generation, Refusal, Standing},
    secret::token_hash,
};
use beadle_store::{
    Conn, UnitOfWork,
    api_keys::{self, ApiKeyRow},
    machines, users,
};
use beadle_types::{ApiKeyId, DeletedObject, MachineId, Map, Timestamp, UserId, params::Patch};
use secrecy::{ExposeSecret, SecretString};

use crate::{
    app::App,
    error::{ApiError, ApiResult},
};

/// What every secret of this kind begins with.
pub(crate) const PREFIX: &str = "ak_";

/// A key, and the standing of the user behind it, if there is one.
pub(crate) type Known = (ApiKeyRow, Option<Standing>);

/// For whom the holder of a key acts.
#[derive(Debug, Clone)]
pub(crate) enum Subject {
    User(UserId),
    Machine(MachineId),
    /// There are no organizations here; an application may have them elsewhere.
    Organization(String),
}

impl Subject {
    /// Reads an id of one of the three kinds.
    ///
    /// # Errors
    /// For anything else.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        if let Ok(id) = text.parse() {
            return Ok(Self::User(id));
        }
        if let Ok(id) = text.parse() {
            return Ok(Self::Machine(id));
        }
        let organization = text.strip_prefix("org_").unwrap_or_default();
        let fits = (1..=64).contains(&organization.len());
        if fits && organization.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Ok(Self::Organization(text.to_owned()));
        }
        Err(Error::param_format_invalid("subject", "the id of a user, an organization or a machine"))
    }

    pub(crate) fn into_string(self) -> String {
        match self {
            Self::User(id) => id.to_string(),
            Self::Machine(id) => id.to_string(),
            Self::Organization(id) => id,
        }
    }

    /// The generation that a new key records, if a user is behind it.
    async fn bind(&self, conn: &mut Conn) -> ApiResult<Option<Generation>> {
        let unknown = || Error::param_resource_not_found("subject");
        match self {
            Self::User(id) => {
                let standing = users::standing(conn, id).await?.ok_or_else(unknown)?;
                Ok(Some(credential::admit_new(&standing)?.generation()))
            }
            Self::Machine(id) => {
                machines::find(conn, id).await?.ok_or_else(unknown)?;
                Ok(None)
            }
            Self::Organization(_) => Ok(None),
        }
    }
}

/// What is needed to make a key.
pub(crate) struct NewApiKey {
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) subject: Subject,
    pub(crate) claims: Option<Map>,
    pub(crate) scopes: Vec<String>,
    pub(crate) created_by: Option<UserId>,
    pub(crate) expire_at: Option<Timestamp>,
}

/// Makes a key, and its secret.
///
/// # Errors
/// 422 without the subject, 403 for a banned one, 409 where it has a key of this name.
pub(crate) async fn create(app: &App, new: NewApiKey) -> ApiResult<(ApiKeyRow, String)> {
    let secret = app.rng.token(PREFIX, 32);
    let work = Create {
        id: app.new_id(ApiKeyId::from_parts),
        secret_hash: token_hash(&secret),
        sealed: app.instance.seal(secret.as_bytes(), &*app.rng),
        new,
        now: app.now(),
    };
    Ok((app.store.write(work).await?, secret))
}

struct Create {
    id: ApiKeyId,
    secret_hash: String,
    sealed: String,
    new: NewApiKey,
    now: Timestamp,
}

impl UnitOfWork for Create {
    type Output = ApiKeyRow;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<ApiKeyRow> {
        let new = &self.new;
        let generation = new.subject.bind(conn).await?;
        if let Some(maker) = &new.created_by {
            let standing = users::standing(conn, maker).await?;
            standing.ok_or_else(|| Error::param_resource_not_found("created_by"))?;
        }
        let row = ApiKeyRow {
            id: self.id.clone(),
            kind: new.kind.clone(),
            subject: new.subject.clone().into_string(),
            name: new.name.clone(),
            description: new.description.clone(),
            claims: new.claims.clone(),
            scopes: new.scopes.clone(),
            secret_hash: self.secret_hash.clone(),
            secret: self.sealed.clone(),
            created_by: new.created_by.clone(),
            life: api_key::Life { generation, revoked_at: None, expire_at: new.expire_at },
            revocation_reason: None,
            last_used_at: None,
            created_at: self.now,
            updated_at: self.now,
        };
        api_keys::insert(conn, &row).await.map_err(refused_name)?;
        Ok(row)
    }
}

fn refused_name(error: beadle_store::Error) -> ApiError {
    if api_keys::is_name_taken(&error) { Error::api_key_name_exists().into() } else { error.into() }
}

/// The key.
///
/// # Errors
/// 404 without it.
pub(crate) async fn find(app: &App, id: &ApiKeyId) -> ApiResult<Known> {
    let conn = &mut *app.store.reader().await?;
    let row = api_keys::find(conn, id).await?.ok_or_else(|| unknown(id))?;
    let standing = api_keys::standing_of(conn, &row).await?;
    Ok((row, standing))
}

fn unknown(id: &ApiKeyId) -> Error {
    Error::not_found("API key", id)
}

/// The secret of a live key.
///
/// # Errors
/// 404 without it or once it is dead, 403 while its user is banned.
pub(crate) async fn secret(app: &App, id: &ApiKeyId) -> ApiResult<SecretString> {
    let (row, standing) = find(app, id).await?;
    match row.life.admit(standing.as_ref(), app.now()) {
        Ok(()) => {}
        Err(Dead::Refused(Refusal::Banned)) => return Err(Refusal::Banned.into()),
        Err(_) => return Err(Error::api_key_invalid().into()),
    }
    let secret = app.instance.unseal(&row.secret).map_err(ApiError::internal)?;
    Ok(String::from_utf8(secret).map_err(ApiError::internal)?.into())
}

/// The live key of a secret that somebody has shown.
///
/// # Errors
/// 404 for any other, whatever is wrong with it.
pub(crate) async fn verify(app: &App, secret: &SecretString) -> ApiResult<ApiKeyRow> {
    let now = app.now();
    let hash = token_hash(secret.expose_secret());
    let found = {
        let conn = &mut *app.store.reader().await?;
        match api_keys::find_by_hash(conn, &hash).await? {
            Some(row) => {
                let standing = api_keys::standing_of(conn, &row).await?;
                Some((row, standing))
            }
            None => None,
        }
    };
    let (mut row, standing) = found.ok_or_else(Error::api_key_invalid)?;
    row.life.admit(standing.as_ref(), now).map_err(|_| Error::api_key_invalid())?;
    if api_key::is_new_use(row.last_used_at, now) {
        row.last_used_at = Some(now);
        if let Err(error) = app.store.write(Used { id: row.id.clone(), now }).await {
            tracing::debug!(%error, "the use of an API key was not written down");
        }
    }
    Ok(row)
}

struct Used {
    id: ApiKeyId,
    now: Timestamp,
}

impl UnitOfWork for Used {
    type Output = ();
    type Error = beadle_store::Error;

    async fn run(&self, conn: &mut Conn) -> Result<(), Self::Error> {
        api_keys::used(conn, &self.id, self.now).await
    }
}

/// What is to become of a key.
pub(crate) struct Changes {
    pub(crate) claims: Patch<Map>,
    pub(crate) scopes: Option<Vec<String>>,
    pub(crate) description: Patch<String>,
    pub(crate) subject: Option<Subject>,
    /// When its time is over from now on.
    pub(crate) expire_at: Patch<Timestamp>,
}

/// Changes a key. One that is dead stays dead: it goes over to no other subject, and its own gives it no new life.
///
/// # Errors
/// 404 without it, 422 without the new subject, 403 for a banned one, 409 where that one has a key of this name.
pub(crate) async fn update(app: &App, id: ApiKeyId, changes: Changes) -> ApiResult<Known> {
    app.store.write(Update { id, changes, now: app.now() }).await
}

struct Update {
    id: ApiKeyId,
    changes: Changes,
    now: Timestamp,
}

impl UnitOfWork for Update {
    type Output = Known;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Known> {
        let row = api_keys::find_for_update(conn, &self.id).await?;
        let mut row = row.ok_or_else(|| unknown(&self.id))?;
        let changes = &self.changes;
        if let Some(subject) = &changes.subject
            && subject.clone().into_string() != row.subject
        {
            let standing = api_keys::standing_of(conn, &row).await?;
            row.life.check_user(standing.as_ref())?;
            if row.life.revoked_at.is_some() {
                return Err(Error::param_rule_broken("subject", "A revoked key acts for nobody.").into());
            }
            row.life.generation = subject.bind(conn).await?;
            row.subject = subject.clone().into_string();
        }
        row.claims = changes.claims.clone().apply(row.claims);
        row.description = changes.description.clone().apply(row.description);
        row.life.expire_at = changes.expire_at.apply(row.life.expire_at);
        row.scopes = changes.scopes.clone().unwrap_or(row.scopes);
        row.updated_at = self.now;
        api_keys::update(conn, &row).await.map_err(refused_name)?;
        let standing = api_keys::standing_of(conn, &row).await?;
        Ok((row, standing))
    }
}

/// Takes a key back. Doing so again changes nothing.
///
/// # Errors
/// 404 without it.
pub(crate) async fn revoke(app: &App, id: ApiKeyId, reason: Option<String>) -> ApiResult<Known> {
    app.store.write(Revoke { id, reason, now: app.now() }).await
}

struct Revoke {
    id: ApiKeyId,
    reason: Option<String>,
    now: Timestamp,
}

impl UnitOfWork for Revoke {
    type Output = Known;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Known> {
        let row = api_keys::find_for_update(conn, &self.id).await?;
        let mut row = row.ok_or_else(|| unknown(&self.id))?;
        if row.life.revoked_at.is_none() {
            row.life.revoked_at = Some(self.now);
            row.revocation_reason = self.reason.clone();
            row.updated_at = self.now;
            api_keys::update(conn, &row).await?;
        }
        let standing = api_keys::standing_of(conn, &row).await?;
        Ok((row, standing))
    }
}

/// Takes a key away for good.
///
/// # Errors
/// 404 without it.
pub(crate) async fn delete(app: &App, id: ApiKeyId) -> ApiResult<DeletedObject> {
    app.store.write(Delete(id.clone())).await?;
    Ok(DeletedObject::new("api_key", id.as_str()))
}

struct Delete(ApiKeyId);

impl UnitOfWork for Delete {
    type Output = ();
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<()> {
        if api_keys::delete(conn, &self.0).await? { Ok(()) } else { Err(unknown(&self.0).into()) }
    }
}
