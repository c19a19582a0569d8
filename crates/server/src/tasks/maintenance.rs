//! Deletes what nobody can use any more, a bounded number of rows at a time. One node does it for all.

use std::time::Duration;

use beadle_store::{
    Conn, UnitOfWork, actor_tokens, clients, feed, handshakes, leases, m2m_tokens, mails, oauth_states,
    outbox, sessions, sign_in_tokens, sign_ins, sign_ups, verifiers, webhook_deliveries,
};
use beadle_types::Timestamp;
use tokio::sync::watch;

use crate::app::App;

const EVERY: Duration = Duration::from_secs(60);
const BATCH: i64 = 500;
/// How long sessions stay after they expired, and clients that hold none.
const SESSION_RETENTION: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How long verifiers that went away stay known.
const VERIFIER_RETENTION: Duration = Duration::from_secs(24 * 60 * 60);
/// How long it is known when a verifier reached a position.
pub(crate) const RECEIPT_RETENTION: Duration = Duration::from_secs(60 * 60);
/// How long a node may do the work without renewing its right to.
const LEASE: Duration = Duration::from_secs(150);
/// How long attempts that ended, events, expired revocations and settled mails stay.
const RETENTION: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Runs until stopped.
pub(crate) async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let holder = app.rng.token("node_", 16);
    loop {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        let now = app.now();
        let lease =
            leases::Acquire { name: "maintenance", holder: holder.clone(), now, expire_at: now.plus(LEASE) };
        let fence = match app.store.write(lease).await {
            Ok(Some(fence)) => fence,
            // Another node's turn.
            Ok(None) => continue,
            Err(error) => {
                tracing::warn!(%error, "no lease for the clean-up, will retry");
                continue;
            }
        };
        loop {
            match app.store.write(Prune { now, fence }).await {
                Ok(0) => break,
                Ok(_) if *stop.borrow() => return,
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "clean-up failed, will retry");
                    break;
                }
            }
        }
    }
}

struct Prune {
    now: Timestamp,
    fence: leases::Fence,
}

impl UnitOfWork for Prune {
    type Output = u64;
    type Error = beadle_store::Error;

    async fn run(&self, conn: &mut Conn) -> Result<u64, Self::Error> {
        if !leases::is_held(conn, self.fence).await? {
            return Ok(0);
        }
        let old = self.now.minus(RETENTION);
        let unseen = self.now.minus(VERIFIER_RETENTION);
        let received = self.now.minus(RECEIPT_RETENTION);
        let long_gone = self.now.minus(SESSION_RETENTION);
        Ok(sessions::prune(conn, long_gone, BATCH).await?
            + clients::prune(conn, long_gone, BATCH).await?
            + sign_ins::prune(conn, old, BATCH).await?
            + sign_in_tokens::prune(conn, old, BATCH).await?
            + actor_tokens::prune(conn, old, BATCH).await?
            + m2m_tokens::prune(conn, old, BATCH).await?
            + sign_ups::prune(conn, old, BATCH).await?
            + handshakes::prune(conn, self.now, BATCH).await?
            + outbox::prune(conn, old, BATCH).await?
            + webhook_deliveries::prune(conn, old, BATCH).await?
            + feed::prune(conn, old, BATCH).await?
            + verifiers::prune(conn, unseen, received, BATCH).await?
            + oauth_states::prune(conn, self.now, BATCH).await?
            + mails::prune(conn, old, BATCH).await?)
    }
}
