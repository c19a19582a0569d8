//! `/v1/gate`: forward authentication for reverse proxies. Every request is held against the database, so a ban holds
//! for the next one. `beadle gate` answers the same without asking, by the revocation feed.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use beadle_domain::{
    Error,
    session::{DeadSession, LiveSession},
};
use beadle_token::{VerifyError, carried, gate::identity};
use beadle_types::{SessionId, gate::REASON};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    actions::authenticate_session::{self, Found},
    app::App,
    error::{ApiError, ApiResult},
};

/// Proxies ask with the method of the request they hold, and some append its path.
pub(crate) fn operations() -> OpenApiRouter<App> {
    let (schemas, paths, methods) = routes!(gate);
    OpenApiRouter::new().routes((schemas, paths, methods.fallback(gate)))
}

/// The router, which anybody may ask: the token is the credential.
pub(crate) fn router() -> axum::Router<App> {
    let (router, _) = operations().split_for_parts();
    router.route("/v1/gate/", axum::routing::any(gate)).route("/v1/gate/{*path}", axum::routing::any(gate))
}

#[utoipa::path(get, path = "/v1/gate", operation_id = "Gate")]
async fn gate(State(app): State<App>, headers: HeaderMap) -> ApiResult<Response> {
    let mut reason = "no-token";
    for token in carried::tokens(&headers) {
        match admit(&app, token).await? {
            Ok(session) => return Ok(pass(&session)),
            Err(refused) => reason = refused,
        }
    }
    let mut refusal = ApiError::from(Error::authentication_invalid()).into_response();
    refusal.headers_mut().insert(REASON, HeaderValue::from_static(reason));
    refusal.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(refusal)
}

/// The live session behind a token, or why there is none.
async fn admit(app: &App, token: &str) -> ApiResult<Result<LiveSession, &'static str>> {
    let now = app.now();
    let claims = match app.instance.read(token, now) {
        Ok(claims) => claims,
        Err(error) => return Ok(Err(reason(error))),
    };
    let Some(id) = claims.sid.and_then(|sid| sid.parse::<SessionId>().ok()) else {
        return Ok(Err(reason(VerifyError::WrongCategory)));
    };
    let found = authenticate_session::find(&mut *app.store.reader().await?, &id, now).await?;
    Ok(match found {
        Found::Live(session) if claims.r#gen == Some(session.session().generation.get()) => Ok(*session),
        Found::Dead(DeadSession::Ended(_)) => Err("session-ended"),
        Found::Live(_) | Found::Dead(DeadSession::Refused(_)) | Found::Unknown => Err("revoked"),
    })
}

/// The words of the Rust SDK's gate for the same refusals.
fn reason(error: VerifyError) -> &'static str {
    match error {
        VerifyError::Expired => "expired",
        VerifyError::NotActiveYet => "not-active-yet",
        VerifyError::IssuedInFuture => "issued-in-future",
        VerifyError::WrongIssuer => "wrong-issuer",
        VerifyError::WrongAuthorizedParty => "wrong-authorized-party",
        VerifyError::WrongCategory => "wrong-category",
        VerifyError::UnknownKey | VerifyError::BadSignature => "bad-signature",
        VerifyError::Malformed | VerifyError::WrongAlgorithm => "malformed",
    }
}

fn pass(session: &LiveSession) -> Response {
    let session = session.session();
    // Empty: proxies keep the connection to a gate only after answers without a body.
    identity(&session.user_id, &session.id, session.actor.as_ref()).into_response()
}
