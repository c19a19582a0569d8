//! The task that follows the feed: connects, reads, and connects again when nothing is heard.

use std::{sync::Arc, time::Duration};

use beadle_types::{SignedFrame, WireFrame};
use http::{HeaderName, Method, header};
use tokio::time::Instant;

use super::{
    knowledge::{Applied, Knowledge},
    revoked::Revoked,
    sse::Events,
};
use crate::{authenticate, clerk::Clerk, error::Error, request::Call, retry::jitter};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// The wait before connecting again; it doubles with every failure.
const FIRST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// Follows the feed for one verifier.
pub(super) struct Follower {
    pub(super) clerk: Clerk,
    /// The issuer that frames must name, if one is required.
    pub(super) issuer: Option<String>,
    pub(super) name: String,
    pub(super) stale_after: Duration,
    pub(super) revoked: Arc<Revoked>,
    pub(super) knowledge: Knowledge,
}

/// Why a connection is given up.
enum Left {
    /// The server ended it, or it broke.
    Ended,
    /// Nothing was learned for too long.
    Silent,
    /// Something is missing, or too large to be right.
    Broken(&'static str),
    /// It could not be made.
    Failed(Error),
}

impl Follower {
    /// Never returns; the verifier ends it.
    pub(super) async fn run(mut self) {
        let mut wait = FIRST_WAIT;
        // The last refusal that was logged: a wrong key is one line, not one a second.
        let mut refused = None;
        loop {
            let was_current = self.revoked.is_fresh(self.stale_after);
            let begun = Instant::now();
            let left = self.follow().await;
            self.revoked.set_connected(false);
            match left {
                Left::Ended => tracing::debug!("the revocation feed ended, connecting again"),
                Left::Silent => tracing::warn!("the revocation feed is silent, connecting again"),
                Left::Broken(what) => tracing::warn!(what, "the revocation feed is broken, connecting again"),
                Left::Failed(error) if error.status() != refused => {
                    refused = error.status();
                    tracing::warn!(%error, "the server refuses to tell what is revoked");
                }
                Left::Failed(error) if was_current => {
                    tracing::warn!(%error, "the revocation feed cannot be reached, trying again");
                }
                Left::Failed(error) => tracing::debug!(%error, "the revocation feed cannot be reached"),
            }
            // A connection that held for a while was none of a row of failures.
            wait = if begun.elapsed() > LONGEST_WAIT { FIRST_WAIT } else { (wait * 2).min(LONGEST_WAIT) };
            let spread = u64::try_from(wait.as_millis() / 2).unwrap_or(0).max(1);
            tokio::time::sleep(wait / 2 + Duration::from_millis(jitter() % spread)).await;
        }
    }

    /// One connection, from beginning to end.
    async fn follow(&mut self) -> Left {
        let limit = self.stale_after;
        // Nobody can foresee it: the hash is keyed with the system's randomness.
        let nonce = format!("{:016x}{:016x}", jitter(), jitter());
        let request = self.request(&nonce);
        self.knowledge.connecting(nonce, &self.revoked);
        let response = match tokio::time::timeout(limit, self.open_stream(request)).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Left::Failed(error),
            Err(_) => return Left::Failed(Error::timeout()),
        };
        self.revoked.counts.connections();
        self.revoked.set_connected(true);
        self.read(response).await
    }

    fn request(&self, nonce: &str) -> Result<Call, Error> {
        let query = format!("verifier={}&nonce={nonce}", self.name);
        let mut call = Call { query, ..Call::new(Method::GET, "/v1/revocations") };
        call.header(header::ACCEPT, "text/event-stream")?;
        if let Some(position) = self.knowledge.position() {
            call.header(LAST_EVENT_ID, &position.to_string())?;
        }
        Ok(call)
    }

    async fn open_stream(&self, request: Result<Call, Error>) -> Result<reqwest::Response, Error> {
        self.clerk.transport()?.open(&request?).await
    }

    async fn read(&mut self, mut response: reqwest::Response) -> Left {
        let mut events = Events::default();
        let mut learned_at = Instant::now();
        loop {
            let deadline = learned_at + self.stale_after;
            let chunk = match tokio::time::timeout_at(deadline, response.chunk()).await {
                Ok(Ok(Some(chunk))) => chunk,
                Ok(Ok(None) | Err(_)) => return Left::Ended,
                Err(_) => return Left::Silent,
            };
            let mut frames = Vec::new();
            if events.push(&chunk, |data| frames.push(data.to_vec())).is_err() {
                return Left::Broken("an event is too large");
            }
            for data in frames {
                let Some(signed) = self.open(&data).await else { continue };
                let wall = self.clerk.settings().clock.now();
                let applied = self.knowledge.apply(&signed.frame, &self.revoked, wall);
                self.revoked.news.send_replace(());
                match applied {
                    // As of when it is known, not when it was told: a stream that lags is left before it is stale.
                    Applied::Current => learned_at = learned_at.max(self.known_at()),
                    Applied::Behind => learned_at = Instant::now(),
                    Applied::OffClock => return Left::Broken("the clocks are more than ten seconds apart"),
                    Applied::Nothing => {}
                    Applied::Gap => return Left::Broken("frames are missing"),
                }
            }
        }
    }

    fn known_at(&self) -> Instant {
        let now = Instant::now();
        self.revoked.lag().and_then(|lag| now.checked_sub(lag)).unwrap_or(now)
    }

    /// The frame of an event, if it is one of the instance's own.
    async fn open(&self, data: &[u8]) -> Option<SignedFrame> {
        let opened = self.verify(data).await;
        if let Err(reason) = &opened {
            self.revoked.counts.bad_frames();
            tracing::warn!(reason, "passing over a frame of the revocation feed");
        }
        opened.ok()
    }

    async fn verify(&self, data: &[u8]) -> Result<SignedFrame, String> {
        let wire: WireFrame = serde_json::from_slice(data).map_err(|error| error.to_string())?;
        let signed = authenticate::frame(&self.clerk, &wire.jws).await?;
        match &self.issuer {
            Some(issuer) if *issuer != signed.iss => Err("the frame has the wrong issuer".to_owned()),
            _ => Ok(signed),
        }
    }
}
