//! Session tokens judged locally, and banned users refused all the same: the check of the token, and the server's
//! revocation feed followed in the background.

mod builder;
#[cfg(feature = "axum")]
mod extract;
mod feed;
mod gate;
mod knowledge;
#[cfg(feature = "tower")]
mod layer;
#[cfg(feature = "metrics")]
mod metrics;
mod receipts;
mod refusal;
mod revoked;
mod sse;
mod stale;
mod status;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use http::HeaderMap;
use tokio::task::JoinHandle;

#[cfg(feature = "axum")]
pub use self::extract::SignedIn;
#[cfg(feature = "tower")]
pub use self::layer::{RequireSignedIn, RequireSignedInLayer};
use self::revoked::Revoked;
pub use self::{builder::VerifierBuilder, stale::OnStale, status::FeedStatus};
use crate::{
    authenticate::{self, AuthState, AuthenticateOptions, SessionClaims, SignedOutReason},
    clerk::Clerk,
    error::Error,
};

/// Judges session tokens locally and knows within milliseconds who has been banned or signed out.
///
/// Follows the server's revocation feed from [`VerifierBuilder::start`] on until the last clone is dropped. A check
/// takes no lock and does not wait for the feed; when the feed has not been heard of for a while, the verifier does
/// what it was told with [`VerifierBuilder::on_stale`]. Needs Beadle: Clerk has no such feed.
///
/// ```no_run
/// # async fn example(headers: http::HeaderMap) -> Result<(), beadle_client::Error> {
/// use std::time::Duration;
///
/// use beadle_client::{AuthState, Clerk};
///
/// let verifier = Clerk::new("fk_…").api_url("http://127.0.0.1:3900").verifier().name("checkout-1").start()?;
/// verifier.ready(Duration::from_secs(10)).await?;
///
/// match verifier.authenticate_request(&headers).await? {
///     AuthState::SignedIn(claims) => println!("{}", claims.sub),
///     AuthState::SignedOut(reason) => println!("a visitor: {reason}"),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Verifier(Arc<Inner>);

struct Inner {
    clerk: Clerk,
    options: AuthenticateOptions,
    on_stale: OnStale,
    stale_after: Duration,
    revoked: Arc<Revoked>,
    tasks: [JoinHandle<()>; 2],
}

impl Drop for Inner {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl Verifier {
    /// Waits until the verifier knows all that is revoked.
    ///
    /// # Errors
    /// [`Error::is_timeout`] when that takes longer than `limit`; the verifier goes on trying.
    pub async fn ready(&self, limit: Duration) -> Result<(), Error> {
        let mut known = self.0.revoked.news.subscribe();
        let current = known.wait_for(|()| self.status().current);
        let in_time = tokio::time::timeout(limit, current).await;
        in_time.map_err(|_| Error::timeout()).map(|_| ())
    }

    /// Decides from a request's headers who sent it, as [`Clerk::authenticate_request`] does, and refuses who has
    /// been banned or signed out since their token was made.
    ///
    /// # Errors
    /// The server's keys could not be had. That a visitor is not signed in is no error.
    pub async fn authenticate_request(&self, headers: &HeaderMap) -> Result<AuthState, Error> {
        let tokens = beadle_token::carried::tokens(headers);
        if tokens.is_empty() {
            return Ok(AuthState::SignedOut(SignedOutReason::NoToken));
        }
        self.judge(&tokens).await
    }

    /// Judges one session token.
    ///
    /// # Errors
    /// As [`Verifier::authenticate_request`].
    pub async fn verify_token(&self, token: &str) -> Result<AuthState, Error> {
        self.judge(&[token]).await
    }

    /// Whether these claims are of a user or session that has been revoked, as far as the feed has told. Says nothing
    /// about how fresh that knowledge is, see [`Verifier::status`].
    pub fn is_revoked(&self, claims: &SessionClaims) -> bool {
        self.0.revoked.has(claims.sub.as_str(), claims.sid.as_str(), claims.generation)
    }

    /// What the verifier knows and since when.
    pub fn status(&self) -> FeedStatus {
        self.0.revoked.status(self.0.stale_after)
    }

    async fn judge(&self, tokens: &[&str]) -> Result<AuthState, Error> {
        let Inner { clerk, options, revoked, .. } = &*self.0;
        // Asked first: what is known at that moment is what the token is then held against.
        let is_fresh = AtomicBool::new(false);
        let veto = |claims: &SessionClaims| {
            is_fresh.store(revoked.is_fresh(self.0.stale_after), Ordering::Relaxed);
            self.is_revoked(claims).then_some(SignedOutReason::Revoked)
        };
        let verdict = authenticate::judge_all(clerk, tokens, options, &veto).await?;
        if verdict.state.reason() == Some(SignedOutReason::Revoked) {
            revoked.counts.refused();
        }
        match verdict.token {
            Some(token) if !is_fresh.load(Ordering::Relaxed) => {
                // Boxed: a rare path, whose size all others would have to carry along.
                Ok(Box::pin(self.when_stale(token, verdict.state)).await)
            }
            _ => Ok(verdict.state),
        }
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").field("clerk", &self.0.clerk).field("status", &self.status()).finish()
    }
}
