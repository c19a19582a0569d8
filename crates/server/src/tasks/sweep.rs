//! The sweep: settles sessions that a ban left dead, in bounded batches, after the ban was acknowledged.
//!
//! Reports do not wait for it, they derive the status. What it adds is the stored status and one
//! `session.revoked` event per session.

use std::time::Duration;

use beadle_store::{Conn, UnitOfWork, outbox, sessions, sweeps};
use beadle_types::{EventId, SessionId, Timestamp, UserId};
use serde_json::json;
use tokio::sync::watch;

use crate::app::App;

/// Sessions settled per transaction: short enough that a ban behind it waits little.
const BATCH: i64 = 50;
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
    let now = app.now();
    let events = (0..BATCH).map(|_| EventId::from_parts(now, app.rng.entropy16())).collect();
    let settled = app.store.write(SettleBatch { now, events }).await?;
    app.metrics.settled.inc_by(settled.sessions as u64);
    Ok(settled.sessions + settled.finished)
}

struct SettleBatch {
    now: Timestamp,
    events: Vec<EventId>,
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
        let dead = sessions::settle(conn, &sweep.user_id, sweep.below, BATCH, sweep.requested_at).await?;
        for (session_id, event_id) in dead.iter().zip(&self.events) {
            revoked_event(conn, event_id, session_id, &sweep.user_id, self.now).await?;
        }
        settled.sessions = dead.len();
        if i64::try_from(dead.len()).is_ok_and(|count| count < BATCH) {
            sweeps::finish(conn, &sweep).await?;
            settled.finished = 1;
        }
        Ok(settled)
    }
}

/// The event of one session that was revoked. Ordered with the user's other events.
pub(crate) async fn revoked_event(
    conn: &mut Conn,
    event_id: &EventId,
    session_id: &SessionId,
    user_id: &UserId,
    now: Timestamp,
) -> Result<(), beadle_store::Error> {
    let data = json!({"object": "session", "id": session_id, "user_id": user_id, "status": "revoked"});
    let event = outbox::NewEvent {
        id: event_id,
        kind: "session.revoked",
        subject: user_id.as_str(),
        data: &data.to_string(),
    };
    outbox::add_event(conn, &event, now).await
}
