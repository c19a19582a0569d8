//! The verifier in axum.

use axum_core::{
    extract::{FromRef, FromRequestParts},
    response::{IntoResponse, Response},
};
use http::request::Parts;

use super::{Verifier, refusal::refusal};
use crate::authenticate::{AuthState, SessionClaims, SignedOutReason};

/// A signed-in user, as an argument of an axum handler whose state has a [`Verifier`]. Others are answered 401 in
/// Clerk's form.
///
/// ```no_run
/// use axum_core::extract::FromRef;
/// use beadle_client::{SignedIn, Verifier};
///
/// #[derive(Clone)]
/// struct App {
///     verifier: Verifier,
/// }
///
/// impl FromRef<App> for Verifier {
///     fn from_ref(app: &App) -> Self {
///         app.verifier.clone()
///     }
/// }
///
/// async fn whoami(SignedIn(claims): SignedIn) -> String {
///     claims.sub.to_string()
/// }
/// ```
#[derive(Clone, Debug)]
pub struct SignedIn(
    /// What the session token says.
    pub SessionClaims,
);

/// Why a request was refused; becomes the answer.
#[derive(Clone, Copy, Debug)]
pub struct Refused(SignedOutReason);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        refusal(self.0).map(Into::into)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SignedIn
where
    Verifier: FromRef<S>,
{
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        match Verifier::from_ref(state).authenticate_request(&parts.headers).await {
            Ok(AuthState::SignedIn(claims)) => Ok(Self(*claims)),
            Ok(AuthState::SignedOut(reason)) => Err(Refused(reason)),
            Err(error) => {
                tracing::error!(%error, "a session token could not be judged");
                Err(Refused(SignedOutReason::Stale))
            }
        }
    }
}
