//! Sign-in tokens: made and taken back on the word of the secret key.

use std::time::Duration;

use beadle_domain::{Error, credential, secret::token_hash};
use beadle_store::{
    Conn, UnitOfWork,
    sign_in_tokens::{self, SignInTokenRow},
    users,
};
use beadle_types::{SignInTokenId, SignInTokenStatus, Timestamp, UserId};

use crate::{
    app::App,
    error::{ApiError, ApiResult},
};

/// What every ticket of this kind begins with.
pub(crate) const PREFIX: &str = "st_";

/// Makes a token, and the ticket that nobody is told again.
///
/// # Errors
/// 404 without the user, 403 for a banned one.
pub(crate) async fn create(
    app: &App,
    user_id: UserId,
    lifetime: Duration,
) -> ApiResult<(SignInTokenRow, String)> {
    let now = app.now();
    let ticket = app.rng.token(PREFIX, 32);
    let work = Create {
        id: app.new_id(SignInTokenId::from_parts),
        user_id,
        token_hash: token_hash(&ticket),
        expire_at: now.plus(lifetime),
        now,
    };
    Ok((app.store.write(work).await?, ticket))
}

struct Create {
    id: SignInTokenId,
    user_id: UserId,
    token_hash: String,
    expire_at: Timestamp,
    now: Timestamp,
}

impl UnitOfWork for Create {
    type Output = SignInTokenRow;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<SignInTokenRow> {
        let standing = users::standing(conn, &self.user_id).await?;
        let standing = standing.ok_or_else(|| Error::not_found("user", &self.user_id))?;
        let credential = credential::admit_new(&standing)?;
        let row = SignInTokenRow {
            id: self.id.clone(),
            user_id: self.user_id.clone(),
            generation: credential.generation(),
            token_hash: self.token_hash.clone(),
            status: SignInTokenStatus::Pending,
            expire_at: self.expire_at,
            created_at: self.now,
            updated_at: self.now,
        };
        sign_in_tokens::insert(conn, &row).await?;
        Ok(row)
    }
}

/// Whether the token can still be used.
///
/// # Errors
/// 400 for one that was used, revoked, or has expired.
pub(crate) fn check(token: &SignInTokenRow, now: Timestamp) -> Result<(), Error> {
    match token.status {
        SignInTokenStatus::Pending if token.expire_at <= now => Err(Error::ticket_expired()),
        SignInTokenStatus::Pending => Ok(()),
        SignInTokenStatus::Accepted => Err(Error::sign_in_token_used()),
        SignInTokenStatus::Revoked => Err(Error::sign_in_token_revoked()),
    }
}

/// Takes a pending token back.
///
/// # Errors
/// 404 without it, 400 once it was used or taken back.
pub(crate) async fn revoke(app: &App, id: SignInTokenId) -> ApiResult<SignInTokenRow> {
    app.store.write(Revoke { id, now: app.now() }).await
}

struct Revoke {
    id: SignInTokenId,
    now: Timestamp,
}

impl UnitOfWork for Revoke {
    type Output = SignInTokenRow;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<SignInTokenRow> {
        let revoked = sign_in_tokens::settle(conn, &self.id, SignInTokenStatus::Revoked, self.now).await?;
        let row = sign_in_tokens::find(conn, &self.id).await?;
        let row = row.ok_or_else(|| Error::not_found("sign in token", &self.id))?;
        if revoked { Ok(row) } else { Err(Error::sign_in_token_not_pending().into()) }
    }
}
