//! The sweep: settles sessions that a ban left dead, in bounded batches, after the ban was acknowledged.
//!
//! Reports do not wait for it, they derive the status. What it adds is the stored status and one
//! `session.revoked` event per session.

use std::time::Duration;

use beadle_store::{Conn, UnitOfWork, sessions, sweeps, users};
use tokio::sync::watch;

use crate::{actions::events::Events, app::App};

/// Sessions settled per transaction: short enough that a ban behind it waits little.
const BATCH: usize = 50;
/// Looked for without being woken: another node's bans, and what a crash left.
const IDLE: Duration = Duration::from_secs(5);

/// Runs until stopped.
pub(crate) async fn run(app: App, mut stop: watch::Receiver<bool>) {
    loop {
        let busy = match settle_batch(&app).await {
            Ok(settled) => settled > 0,
            Err(error) => {
                tracing::warn!(%error, "sweep failed, will retry");
                false
            }
        };
        // Between batches the writer belongs to the requests.
        let pause = if busy { Duration::from_millis(5) } else { IDLE };
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = app.sweep.notified(), if !busy => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Settles one batch; says how many sweeps and sessions it moved on.
pub(crate) async fn settle_batch(app: &App) -> Result<usize, beadle_store::Error> {
    let settled = app.store.write(SettleBatch { events: Events::new(app, BATCH) }).await?;
    app.metrics.settled.inc_by(settled.sessions as u64);
    Ok(settled.sessions + settled.finished)
}

struct SettleBatch {
    events: Events,
}

struct Settled {
    sessions: usize,
    finished: usize,
}

impl UnitOfWork for SettleBatch {
    type Output = Settled;
    type Error = beadle_store::Error;

    async fn run(&self, conn: &mut Conn) -> Result<Settled, Self::Error> {
        let mut settled = Settled { sessions: 0, finished: 0 };
        let Some(sweep) = sweeps::pending(conn, 1).await?.into_iter().next() else { return Ok(settled) };
        let limit = i64::try_from(BATCH).unwrap_or(i64::MAX);
        let dead = sessions::settle(conn, &sweep.user_id, sweep.below, limit, sweep.requested_at).await?;
        // Ordered with the user's other events.
        let user = users::load(conn, &sweep.user_id).await?;
        for (n, record) in sessions::by_ids(conn, &dead).await?.iter().enumerate() {
            if record.session.user_id == sweep.user_id {
                self.events.session_of(conn, n, "session.revoked", record, user.as_ref()).await?;
            } else {
                // One in which the user acted as somebody else: few have any.
                self.events.session(conn, n, "session.revoked", record).await?;
            }
        }
        settled.sessions = dead.len();
        if dead.len() < BATCH {
            sweeps::finish(conn, &sweep).await?;
            settled.finished = 1;
        }
        Ok(settled)
    }
}
