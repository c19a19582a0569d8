//! A session token for the Backend API, of any lifetime.

use std::time::Duration;

use beadle_domain::{
    Error,
    session::{DeadSession, LiveSession},
};
use beadle_store::{Conn, UnitOfWork, sessions, users};
use beadle_types::{SessionId, Timestamp, Token};

use super::authenticate_session::{self, Found};
use crate::{app::App, error::ApiResult};

/// Makes the token; `lifetime` is the instance's setting if not given.
///
/// # Errors
/// 404 without the session, 403 `user_banned` or 401 when it is dead.
pub(crate) async fn create(app: &App, id: &SessionId, lifetime: Option<Duration>) -> ApiResult<Token> {
    let now = app.now();
    let session = live(app, id, now).await?;
    if let Some(lifetime) = lifetime
        && !remember(app, &session, lifetime, now).await?
    {
        // It died between the two: of what, a second look tells.
        live(app, id, now).await?;
        return Err(Error::authentication_invalid().into());
    }
    Ok(app.instance.mint(&session, None, lifetime, now, &*app.rng))
}

pub(super) async fn live(app: &App, id: &SessionId, now: Timestamp) -> ApiResult<LiveSession> {
    match authenticate_session::find(&mut *app.store.reader().await?, id, now).await? {
        Found::Live(session) => Ok(*session),
        Found::Dead(DeadSession::Refused(refusal)) => Err(refusal.into()),
        Found::Dead(DeadSession::Ended(_)) => Err(Error::authentication_invalid().into()),
        Found::Unknown => Err(Error::not_found("session", id).into()),
    }
}

/// Must come before a token of this lifetime is made; says whether the session is still live.
pub(super) async fn remember(
    app: &App,
    session: &LiveSession,
    lifetime: Duration,
    now: Timestamp,
) -> ApiResult<bool> {
    if lifetime <= app.instance.settings().session.token_lifetime() {
        return Ok(true);
    }
    let expire_at = now.plus(lifetime).plus(Duration::from_secs(1));
    Ok(app.store.write(RememberLongToken { session: session.clone(), expire_at }).await?)
}

/// A token that outlives the usual lifetime is remembered before it is made, on the rows that a revocation of it
/// writes: so whichever comes first, verifiers hear of the revocation for as long as the token lives.
struct RememberLongToken {
    session: LiveSession,
    expire_at: Timestamp,
}

impl UnitOfWork for RememberLongToken {
    type Output = bool;
    type Error = beadle_store::Error;

    async fn run(&self, conn: &mut Conn) -> Result<bool, Self::Error> {
        let session = self.session.session();
        Ok(users::keep_tokens(conn, &session.user_id, session.generation, self.expire_at).await?
            && sessions::keep_tokens(conn, &session.id, self.expire_at).await?)
    }
}
