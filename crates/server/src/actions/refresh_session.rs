//! Renewing an expired session token by the refresh token in the browser's cookie.

use std::time::Duration;

use beadle_domain::{
    Error,
    secret::{constant_time_eq, token_hash},
};
use beadle_types::{Cookies, SessionId, Token, code, params::RefreshSession};

use super::authenticate_session::{self, Found};
use crate::{app::App, cookies::Jar, error::ApiResult};

/// An expired token older than this renews nothing.
const MAX_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// The token as cookie directives. They are for a page on TLS unless its origin says otherwise.
pub(crate) fn as_cookies(app: &App, token: &Token, origin: &str) -> Cookies {
    let mut jar = Jar::new(&app.instance, "", !origin.starts_with("http://"));
    jar.session(&token.jwt);
    Cookies::new(jar.into_values())
}

/// A fresh token. Checks both tokens against each other and the session.
///
/// # Errors
/// 401 with a code that says what did not fit; the SDKs then fall back to the handshake.
pub(crate) async fn refresh(app: &App, id: &SessionId, request: &RefreshSession) -> ApiResult<Token> {
    let now = app.now();
    let claims = app
        .instance
        .read_expired(&request.expired_token, now)
        .map_err(|_| refusal(code::EXPIRED_SESSION_TOKEN_INVALID, "The expired token is not one of ours."))?;
    match claims.sid.as_deref() {
        None => {
            return Err(
                refusal(code::EXPIRED_SESSION_TOKEN_MISSING_SID, "The token names no session.").into()
            );
        }
        Some(sid) if sid != id.as_str() => {
            return Err(refusal(code::REFRESH_SID_MISMATCH, "The token belongs to another session.").into());
        }
        Some(_) => {}
    }
    let issued = claims.iat.ok_or_else(|| {
        refusal(
            code::SESSION_REFRESH_EXPIRED_SESSION_TOKEN_MISSING_IAT,
            "The token does not say when it was made.",
        )
    })?;
    if now.as_secs() - issued > MAX_AGE.as_secs().cast_signed() {
        return Err(refusal(
            code::SESSION_REFRESH_EXPIRED_SESSION_TOKEN_TOO_OLD,
            "The token expired too long ago.",
        )
        .into());
    }
    if claims.azp.as_deref().is_some_and(|azp| azp != request.request_origin) {
        return Err(refusal(
            code::REFRESH_REQUEST_ORIGIN_AZP_MISMATCH,
            "The token was made for another origin.",
        )
        .into());
    }
    let found = authenticate_session::find(&mut *app.store.reader().await?, id, now).await?;
    let session = match found {
        Found::Live(session) => *session,
        Found::Dead(_) => return Err(Error::session_refresh_inactive_session().into()),
        Found::Unknown => {
            return Err(refusal(code::SESSION_REFRESH_SESSION_NOT_FOUND, "There is no such session.").into());
        }
    };
    let given = token_hash(&request.refresh_token);
    let stored = session.session().refresh_token_hash.as_deref().unwrap_or_default();
    if !constant_time_eq(given.as_bytes(), stored.as_bytes()) {
        return Err(refusal(code::REFRESH_TOKEN_NOT_FOUND, "The refresh token is not the session's.").into());
    }
    Ok(app.instance.mint(&session, Some(&request.request_origin), None, now, &*app.rng))
}

fn refusal(code: &'static str, reason: &'static str) -> Error {
    Error::new(code, "Session not refreshed", reason)
}
