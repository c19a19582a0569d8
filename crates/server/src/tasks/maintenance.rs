//! Deletes what nobody can use any more, a bounded number of rows at a time.

use std::time::Duration;

use beadle_store::{Conn, UnitOfWork, clients, mails, outbox, sessions, sign_ins, sign_ups};
use beadle_types::Timestamp;
use tokio::sync::watch;

use crate::app::App;

const EVERY: Duration = Duration::from_secs(60);
const BATCH: i64 = 500;
/// How long sessions stay after they expired, and clients that hold none.
const SESSION_RETENTION: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How long attempts that ended, events, revocations and settled mails stay.
const RETENTION: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Runs until stopped.
pub(crate) async fn run(app: App, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        let now = app.now();
        loop {
            match app.store.write(Prune { now }).await {
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
}

impl UnitOfWork for Prune {
    type Output = u64;
    type Error = beadle_store::Error;

    async fn run(&self, conn: &mut Conn) -> Result<u64, Self::Error> {
        let old = self.now.minus(RETENTION);
        let long_gone = self.now.minus(SESSION_RETENTION);
        Ok(sessions::prune(conn, long_gone, BATCH).await?
            + clients::prune(conn, long_gone, BATCH).await?
            + sign_ins::prune(conn, old, BATCH).await?
            + sign_ups::prune(conn, old, BATCH).await?
            + outbox::prune(conn, old, BATCH).await?
            + mails::prune(conn, old, BATCH).await?)
    }
}
