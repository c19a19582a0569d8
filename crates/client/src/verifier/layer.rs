//! The verifier as a tower layer.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use http::{Request, Response};
use tower_layer::Layer;
use tower_service::Service;

use super::{Verifier, refusal::refusal};
use crate::authenticate::{AuthState, SignedOutReason};

impl Verifier {
    /// A layer that lets signed-in users through, with their [`crate::SessionClaims`] among the request's extensions,
    /// and answers everybody else 401 in Clerk's form.
    pub fn layer(&self) -> RequireSignedInLayer {
        RequireSignedInLayer(self.clone())
    }
}

/// Makes services that require a signed-in user; from [`Verifier::layer`].
#[derive(Clone, Debug)]
pub struct RequireSignedInLayer(Verifier);

impl<S> Layer<S> for RequireSignedInLayer {
    type Service = RequireSignedIn<S>;

    fn layer(&self, inner: S) -> RequireSignedIn<S> {
        RequireSignedIn { verifier: self.0.clone(), inner }
    }
}

/// A service that requires a signed-in user.
#[derive(Clone, Debug)]
pub struct RequireSignedIn<S> {
    verifier: Verifier,
    inner: S,
}

impl<S, B, R> Service<Request<B>> for RequireSignedIn<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
    R: From<String>,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<R>, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        // The service that was made ready is the one to call.
        let next = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, next);
        let verifier = self.verifier.clone();
        Box::pin(async move {
            let reason = match verifier.authenticate_request(request.headers()).await {
                Ok(AuthState::SignedIn(claims)) => {
                    request.extensions_mut().insert(*claims);
                    return inner.call(request).await;
                }
                Ok(AuthState::SignedOut(reason)) => reason,
                Err(error) => {
                    tracing::error!(%error, "a session token could not be judged");
                    SignedOutReason::Stale
                }
            };
            Ok(refusal(reason).map(R::from))
        })
    }
}
