//! Forward authentication: what a proxy that asks about a request is answered.

use beadle_types::gate::{ACTOR, SESSION_ID, USER_ID};
use http::{HeaderMap, HeaderName, HeaderValue, Response, header};

use super::{Verifier, refusal::refusal};
use crate::authenticate::{AuthState, SessionClaims, SignedOutReason};

impl Verifier {
    /// The answer of a forward-auth endpoint to a request with these headers: 200 with `X-Beadle-User-Id` and
    /// `X-Beadle-Session-Id`, or 401 in Clerk's form with `X-Beadle-Auth-Reason`.
    pub async fn gate(&self, headers: &HeaderMap) -> Response<String> {
        match self.authenticate_request(headers).await {
            Ok(AuthState::SignedIn(claims)) => pass(&claims),
            Ok(AuthState::SignedOut(reason)) => refusal(reason),
            Err(error) => {
                tracing::error!(%error, "a session token could not be judged");
                refusal(SignedOutReason::Stale)
            }
        }
    }
}

fn pass(claims: &SessionClaims) -> Response<String> {
    let actor = claims.act.as_ref().and_then(|actor| actor["sub"].as_str());
    // Empty: proxies keep the connection to a gate only after answers without a body.
    let mut response = Response::new(String::new());
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let identity =
        [(USER_ID, Some(claims.sub.as_str())), (SESSION_ID, Some(claims.sid.as_str())), (ACTOR, actor)];
    for (name, value) in identity {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    response
}
