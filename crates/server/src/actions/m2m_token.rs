//! Tokens of machines: made by a machine, judged by the one that is asked.

use std::time::Duration;

use beadle_domain::{
    Error,
    api_key::{self, Life},
    credential::{self, Generation, Standing},
    m2m_token::{self, Statement},
    secret::token_hash,
};
use beadle_store::{
    Conn, UnitOfWork,
    m2m_tokens::{self, M2mTokenRow},
    machines::{self, MachineRow},
    users,
};
use beadle_types::{M2mTokenId, MachineId, Map, Timestamp, UserId, params::TokenFormat};
use secrecy::{ExposeSecret, SecretString};

use crate::{
    app::App,
    error::{ApiError, ApiResult},
    extract::MachineCaller,
};

/// What every opaque token begins with.
const PREFIX: &str = "mt_";

/// A token, and the standing of the user for whom the machine asks, if it asks for one.
pub(crate) type Known = (M2mTokenRow, Option<Standing>);

/// What is needed to make a token.
pub(crate) struct NewToken {
    pub(crate) format: TokenFormat,
    pub(crate) lifetime: Duration,
    pub(crate) claims: Option<Map>,
    /// A token that exists will do if it lives this long yet.
    pub(crate) min_remaining: Option<Duration>,
}

/// Makes a token for a machine, or finds one that will do.
///
/// # Errors
/// 403 where the user is banned for whom it asks, 422 where they are not there.
pub(crate) async fn create(app: &App, machine: MachineRow, new: NewToken) -> ApiResult<(Known, String)> {
    let (now, token) = (app.now(), app.rng.token(PREFIX, 32));
    let work = Create {
        id: app.new_id(M2mTokenId::from_parts),
        user_id: m2m_token::user_of(new.claims.as_ref()),
        machine_id: machine.id,
        expire_at: now.plus(new.lifetime),
        alike_until: new.min_remaining.map(|remaining| now.plus(remaining)),
        token_hash: token_hash(&token),
        sealed: app.instance.seal(token.as_bytes(), &*app.rng),
        new,
        now,
    };
    let (is_jwt, id) = (work.new.format == TokenFormat::Jwt, work.id.clone());
    let (row, standing) = app.store.write(work).await?;
    let shown = if is_jwt {
        app.instance.sign_machine_token(&statement(&row, &app.instance.issuer).claims())
    } else if row.id == id {
        token
    } else {
        let token = app.instance.unseal(&row.token).map_err(ApiError::internal)?;
        String::from_utf8(token).map_err(ApiError::internal)?
    };
    Ok(((row, standing), shown))
}

fn statement<'a>(row: &'a M2mTokenRow, issuer: &'a str) -> Statement<'a> {
    Statement {
        id: &row.id,
        machine_id: &row.machine_id,
        scopes: &row.scopes,
        claims: row.claims.as_ref(),
        generation: row.life.generation,
        issuer,
        issued_at: row.created_at,
        expire_at: row.life.expire_at.unwrap_or(row.created_at),
    }
}

struct Create {
    id: M2mTokenId,
    user_id: Option<UserId>,
    machine_id: MachineId,
    expire_at: Timestamp,
    alike_until: Option<Timestamp>,
    token_hash: String,
    sealed: String,
    new: NewToken,
    now: Timestamp,
}

impl Create {
    /// The user for whom the machine asks, and the generation that the token records.
    async fn bind(&self, conn: &mut Conn) -> ApiResult<(Option<Standing>, Option<Generation>)> {
        let Some(user_id) = &self.user_id else { return Ok((None, None)) };
        let standing = users::standing(conn, user_id).await?;
        let standing = standing.ok_or_else(|| Error::param_resource_not_found("claims"))?;
        let generation = credential::admit_new(&standing)?.generation();
        Ok((Some(standing), Some(generation)))
    }
}

impl UnitOfWork for Create {
    type Output = Known;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Known> {
        let (standing, generation) = self.bind(conn).await?;
        let scopes = machines::scopes(conn, &[&self.machine_id]).await?;
        let scopes: Vec<MachineId> = scopes.into_iter().map(|(_, to)| to.id).collect();
        let fingerprint = m2m_token::fingerprint(self.new.claims.as_ref(), &scopes, generation);
        let is_opaque = self.new.format == TokenFormat::Opaque;
        if let Some(until) = self.alike_until.filter(|_| is_opaque)
            && let Some(alike) = m2m_tokens::find_alike(conn, &self.machine_id, &fingerprint, until).await?
        {
            return Ok((alike, standing));
        }
        let row = M2mTokenRow {
            id: self.id.clone(),
            machine_id: self.machine_id.clone(),
            user_id: self.user_id.clone(),
            claims: self.new.claims.clone(),
            scopes,
            fingerprint,
            token_hash: self.token_hash.clone(),
            token: self.sealed.clone(),
            life: Life { generation, revoked_at: None, expire_at: Some(self.expire_at) },
            revocation_reason: None,
            last_used_at: None,
            created_at: self.now,
            updated_at: self.now,
        };
        // What everybody can judge is kept by nobody.
        if is_opaque {
            m2m_tokens::insert(conn, &row).await?;
        }
        Ok((row, standing))
    }
}

/// The live token that a machine has shown.
///
/// # Errors
/// 404 for any other, whatever is wrong with it, and for one that is not meant for the machine that asks.
pub(crate) async fn verify(app: &App, caller: &MachineCaller, token: &SecretString) -> ApiResult<Known> {
    let now = app.now();
    let known = if token.expose_secret().contains('.') {
        read(app, token.expose_secret(), now).await?
    } else {
        let conn = &mut *app.store.reader().await?;
        match m2m_tokens::find_by_hash(conn, &token_hash(token.expose_secret())).await? {
            Some(row) => {
                let standing = m2m_tokens::standing_of(conn, &row).await?;
                Some((row, standing))
            }
            None => None,
        }
    };
    let (mut row, standing) = known.ok_or_else(Error::m2m_token_invalid)?;
    row.life.admit(standing.as_ref(), now).map_err(|_| Error::m2m_token_invalid())?;
    if !is_meant_for(app, &row, caller).await? {
        return Err(Error::m2m_token_invalid().into());
    }
    if !row.token.is_empty() && api_key::is_new_use(row.last_used_at, now) {
        row.last_used_at = Some(now);
        if let Err(error) = app.store.write(Used { id: row.id.clone(), now }).await {
            tracing::debug!(%error, "the use of a machine's token was not written down");
        }
    }
    Ok((row, standing))
}

/// Whether its machine is still there, and may still ask the one that wants to know.
async fn is_meant_for(app: &App, row: &M2mTokenRow, caller: &MachineCaller) -> ApiResult<bool> {
    let conn = &mut *app.store.reader().await?;
    if machines::find(conn, &row.machine_id).await?.is_none() {
        return Ok(false);
    }
    match caller {
        MachineCaller::Instance => Ok(true),
        MachineCaller::Machine(asked) if asked.id == row.machine_id => Ok(true),
        MachineCaller::Machine(asked) => {
            Ok(row.scopes.contains(&asked.id)
                && machines::is_scoped(conn, &row.machine_id, &asked.id).await?)
        }
    }
}

/// A token that this instance has signed, as if it had been kept.
async fn read(app: &App, token: &str, now: Timestamp) -> ApiResult<Option<Known>> {
    let Ok(claims) = app.instance.read_machine_token(token, now) else { return Ok(None) };
    let read = m2m_token::read(claims.jti.as_deref(), claims.other);
    let Some(read) = read.map(|read| read.made_under(claims.r#gen)) else { return Ok(None) };
    let Ok(machine_id) = claims.sub.parse() else { return Ok(None) };
    let standing = match &read.user {
        Some((user_id, _)) => users::standing(&mut *app.store.reader().await?, user_id).await?,
        None => None,
    };
    let (user_id, generation) = read.user.unzip();
    let issued_at = Timestamp::from_secs(claims.iat.unwrap_or_default());
    let expire_at = Some(Timestamp::from_secs(claims.exp));
    let row = M2mTokenRow {
        id: read.id,
        machine_id,
        user_id,
        claims: read.claims,
        scopes: read.scopes,
        fingerprint: String::new(),
        token_hash: String::new(),
        token: String::new(),
        life: Life { generation, revoked_at: None, expire_at },
        revocation_reason: None,
        last_used_at: None,
        created_at: issued_at,
        updated_at: issued_at,
    };
    Ok(Some((row, standing)))
}

struct Used {
    id: M2mTokenId,
    now: Timestamp,
}

impl UnitOfWork for Used {
    type Output = ();
    type Error = beadle_store::Error;

    async fn run(&self, conn: &mut Conn) -> Result<(), Self::Error> {
        m2m_tokens::used(conn, &self.id, self.now).await
    }
}

/// Takes a token back, a machine only its own. Doing so again changes nothing.
///
/// # Errors
/// 404 without it.
pub(crate) async fn revoke(
    app: &App,
    caller: MachineCaller,
    id: M2mTokenId,
    reason: Option<String>,
) -> ApiResult<Known> {
    app.store.write(Revoke { caller, id, reason, now: app.now() }).await
}

struct Revoke {
    caller: MachineCaller,
    id: M2mTokenId,
    reason: Option<String>,
    now: Timestamp,
}

impl UnitOfWork for Revoke {
    type Output = Known;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Known> {
        let row = m2m_tokens::find_for_update(conn, &self.id).await?;
        let mut row = row
            .filter(|row| self.caller.may_manage(&row.machine_id))
            .ok_or_else(|| Error::not_found("M2M token", &self.id))?;
        if row.life.revoked_at.is_none() {
            m2m_tokens::revoke(conn, &row.id, &self.reason, self.now).await?;
            row.life.revoked_at = Some(self.now);
            row.revocation_reason = self.reason.clone();
            row.updated_at = self.now;
        }
        let standing = m2m_tokens::standing_of(conn, &row).await?;
        Ok((row, standing))
    }
}
