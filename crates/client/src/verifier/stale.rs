//! What is done while the feed has not been heard of.

use std::time::Duration;

use http::{Method, StatusCode, header};

use super::Verifier;
use crate::{
    authenticate::{AuthState, SignedOutReason},
    error::Error,
    request::Call,
};

/// How long the server may take to answer about one token.
const ASK_TIMEOUT: Duration = Duration::from_secs(2);

/// What a verifier does with good tokens while its knowledge is older than the bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnStale {
    /// Refuses them: nobody who was banned gets in, and nobody else either.
    #[default]
    Refuse,
    /// Asks the server about each, with a time limit of two seconds. No answer is a refusal.
    Ask,
    /// Accepts them, counts them in [`super::FeedStatus::accepted_stale`] and logs a warning now and then.
    Accept,
}

impl Verifier {
    /// The verdict on a token that is good but for what the feed may not have told.
    pub(super) async fn when_stale(&self, token: &str, state: AuthState) -> AuthState {
        let counts = &self.0.revoked.counts;
        counts.stale();
        let refused = |reason| AuthState::SignedOut(reason);
        match self.0.on_stale {
            OnStale::Refuse => refused(SignedOutReason::Stale),
            OnStale::Accept => {
                // The first and then every thousandth: enough to be seen, not enough to hurt.
                if counts.accepted_stale().is_multiple_of(1000) {
                    tracing::warn!("accepting session tokens although the revocation feed is stale");
                }
                state
            }
            OnStale::Ask => match self.ask(token).await {
                Ok(()) => state,
                Err(error) if error.status() == Some(StatusCode::UNAUTHORIZED) => {
                    counts.refused();
                    refused(SignedOutReason::Revoked)
                }
                Err(error) => {
                    tracing::debug!(%error, "the server could not be asked about a token");
                    refused(SignedOutReason::Stale)
                }
            },
        }
    }

    /// Whether the server's own gate lets the token through.
    async fn ask(&self, token: &str) -> Result<(), Error> {
        let mut call = Call::new(Method::GET, "/v1/gate");
        call.header(header::AUTHORIZATION, &format!("Bearer {token}"))?;
        let answer = tokio::time::timeout(ASK_TIMEOUT, self.0.clerk.transport()?.open(&call)).await;
        answer.map_err(|_| Error::timeout())?.map(drop)
    }
}
