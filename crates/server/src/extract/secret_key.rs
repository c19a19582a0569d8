//! Authorisation of the Backend API and of the revocation feed: a key, checked before anything else, unknown paths included.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use beadle_domain::secret::constant_time_eq;
use beadle_types::code;
use secrecy::{ExposeSecret, SecretString};

use super::{MachineCaller, body, version};
use crate::{actions::machine, app::App, error::ApiError};

/// What stands behind `Authorization: Bearer`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    const SCHEME: &[u8] = b"Bearer ";
    let (scheme, key) = headers.get(header::AUTHORIZATION)?.as_bytes().split_at_checked(SCHEME.len())?;
    scheme.eq_ignore_ascii_case(SCHEME).then_some(key)
}

/// Lets requests with `Authorization: Bearer sk_…` through.
pub(crate) async fn require(State(app): State<App>, request: Request, next: Next) -> Response {
    let secret_key = app.instance.keys.secret_key.clone();
    admit(&[&secret_key], request, next).await
}

/// Lets requests with the secret key or the feed key through.
pub(crate) async fn require_for_feed(State(app): State<App>, request: Request, next: Next) -> Response {
    let keys = app.instance.keys.clone();
    admit(&[&keys.secret_key, &keys.feed_key], request, next).await
}

/// Lets requests with the secret key of the instance or of a machine through, and notes which it was.
pub(crate) async fn require_machine(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let Some(key) = presented(request.headers()) else { return refuse_format(request).await };
    let caller = if constant_time_eq(key, app.instance.keys.secret_key.expose_secret().as_bytes()) {
        Some(MachineCaller::Instance)
    } else {
        let key = SecretString::from(String::from_utf8_lossy(key).into_owned());
        match machine::by_secret(&app, &key).await {
            Ok(found) => found.map(|machine| MachineCaller::Machine(Box::new(machine))),
            Err(error) => return error.into_response(),
        }
    };
    let Some(caller) = caller else {
        let reason = "The key is neither the one of this instance nor of one of its machines.";
        return refuse(request, code::MACHINE_SECRET_KEY_INVALID, "Invalid machine secret key", reason).await;
    };
    request.extensions_mut().insert(caller);
    pass(request, next).await
}

/// The key that the caller shows, if it shows any.
fn presented(headers: &HeaderMap) -> Option<&[u8]> {
    bearer(headers).filter(|key| !key.is_empty())
}

async fn refuse_format(request: Request) -> Response {
    refuse(
        request,
        code::AUTHORIZATION_HEADER_FORMAT_INVALID,
        "Invalid Authorization header format",
        "The Authorization header must read: Bearer, a space, and the secret key.",
    )
    .await
}

async fn admit(keys: &[&SecretString], request: Request, next: Next) -> Response {
    let Some(key) = presented(request.headers()) else { return refuse_format(request).await };
    let mut fits = false;
    for known in keys {
        fits |= constant_time_eq(key, known.expose_secret().as_bytes());
    }
    if !fits {
        return refuse(
            request,
            code::CLERK_KEY_INVALID,
            "Invalid secret key",
            "The key is not the one of this instance.",
        )
        .await;
    }
    pass(request, next).await
}

async fn pass(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    if let Err(error) = version::of(&parts) {
        return error.into_response();
    }
    next.run(Request::from_parts(parts, body)).await
}

/// The body is read first, so that a caller who is still sending sees the answer.
async fn refuse(request: Request, code: &'static str, message: &'static str, reason: &str) -> Response {
    drop(body::read(request).await);
    ApiError::new(StatusCode::UNAUTHORIZED, code, message, reason).into_response()
}
