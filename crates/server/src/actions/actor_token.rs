//! Actor tokens: made and taken back on the word of the secret key, for somebody who is to act as a user.

use std::time::Duration;

use beadle_domain::{
    Error,
    credential::{self, Generation},
    secret::token_hash,
    session::ActingUser,
    sign_in,
};
use beadle_store::{
    Conn, UnitOfWork,
    actor_tokens::{self, ActorTokenRow},
    users,
};
use beadle_types::{ActorTokenId, Map, SignInTokenStatus, Timestamp, UserId};

use crate::{
    app::App,
    error::{ApiError, ApiResult},
};

/// What is needed to let somebody act as a user.
pub(crate) struct NewActorToken {
    pub(crate) user_id: UserId,
    pub(crate) actor: Map,
    /// Who acts; a user of this instance or anybody else.
    pub(crate) actor_id: String,
    pub(crate) lifetime: Duration,
    pub(crate) session_lifetime: Duration,
}

/// Makes a token, and the ticket that nobody is told again.
///
/// # Errors
/// 422 without the user, 403 where they or the user who is to act are banned.
pub(crate) async fn create(app: &App, new: NewActorToken) -> ApiResult<(ActorTokenRow, String)> {
    let ticket = app.rng.token("at_", 32);
    let work = Create {
        id: app.new_id(ActorTokenId::from_parts),
        token_hash: token_hash(&ticket),
        new,
        now: app.now(),
    };
    Ok((app.store.write(work).await?, ticket))
}

struct Create {
    id: ActorTokenId,
    token_hash: String,
    new: NewActorToken,
    now: Timestamp,
}

impl UnitOfWork for Create {
    type Output = ActorTokenRow;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<ActorTokenRow> {
        let new = &self.new;
        let standing = users::standing(conn, &new.user_id).await?;
        let standing = standing.ok_or_else(|| Error::param_resource_not_found("user_id"))?;
        let credential = credential::admit_new(&standing)?;
        let row = ActorTokenRow {
            id: self.id.clone(),
            user_id: new.user_id.clone(),
            generation: credential.generation(),
            actor: new.actor.clone(),
            acting_user: acting_user(conn, &new.actor_id).await?,
            token_hash: self.token_hash.clone(),
            status: SignInTokenStatus::Pending,
            session_lifetime: new.session_lifetime,
            expire_at: self.now.plus(new.lifetime),
            created_at: self.now,
            updated_at: self.now,
        };
        actor_tokens::insert(conn, &row).await?;
        Ok(row)
    }
}

/// The user behind `sub`, if there is one: whoever is banned does not act as somebody else either.
async fn acting_user(conn: &mut Conn, id: &str) -> ApiResult<Option<(UserId, Generation)>> {
    let Ok(id) = id.parse::<UserId>() else { return Ok(None) };
    let Some(standing) = users::standing(conn, &id).await? else { return Ok(None) };
    let credential = credential::admit_new(&standing)?;
    Ok(Some((id, credential.generation())))
}

/// Whether the token can still be used.
///
/// # Errors
/// 400 for one that was used, revoked, or has expired.
pub(crate) fn check(token: &ActorTokenRow, now: Timestamp) -> Result<(), Error> {
    match token.status {
        SignInTokenStatus::Pending if token.expire_at <= now => Err(Error::ticket_expired()),
        SignInTokenStatus::Pending => Ok(()),
        SignInTokenStatus::Accepted => Err(Error::actor_token_used()),
        SignInTokenStatus::Revoked => Err(Error::actor_token_revoked()),
    }
}

/// The user who is to act, if they may still do so. Their row stays locked, so that a ban tells of what begins before it.
///
/// # Errors
/// 403 for one who is banned, 401 where a ban came in between or they are gone.
pub(crate) async fn locked_acting_user(
    conn: &mut Conn,
    token: &ActorTokenRow,
) -> ApiResult<Option<ActingUser>> {
    let Some((user_id, generation)) = token.acting_user.clone() else { return Ok(None) };
    let standing = users::standing_locked(conn, &user_id).await?;
    credential::admit(standing.as_ref(), generation).map_err(sign_in::refusal)?;
    Ok(Some(ActingUser { user_id, generation, standing }))
}

/// Takes a pending token back.
///
/// # Errors
/// 404 without it, 400 once it was used or taken back.
pub(crate) async fn revoke(app: &App, id: ActorTokenId) -> ApiResult<ActorTokenRow> {
    app.store.write(Revoke { id, now: app.now() }).await
}

struct Revoke {
    id: ActorTokenId,
    now: Timestamp,
}

impl UnitOfWork for Revoke {
    type Output = ActorTokenRow;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<ActorTokenRow> {
        let revoked = actor_tokens::settle(conn, &self.id, SignInTokenStatus::Revoked, self.now).await?;
        let row = actor_tokens::find(conn, &self.id).await?;
        let row = row.ok_or_else(|| Error::not_found("actor token", &self.id))?;
        if revoked { Ok(row) } else { Err(Error::actor_token_not_pending().into()) }
    }
}
