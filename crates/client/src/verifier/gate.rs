//! Forward authentication: what a proxy that asks about a request is answered.

use beadle_token::gate::identity;
use http::{HeaderMap, Response};

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
    // Empty: proxies keep the connection to a gate only after answers without a body.
    let mut response = Response::new(String::new());
    *response.headers_mut() = identity(&claims.sub, &claims.sid, claims.act.as_ref());
    response
}
