//! Moves the feed on from the database: at once when this node has committed something, soon when another has.

use std::time::Duration;

use beadle_store::{Conn, feed};
use tokio::{sync::watch, time::Instant};

use super::window::SLACK;
use crate::app::App;

/// How soon another node's revocations are looked for.
const POLL: Duration = Duration::from_millis(25);
/// How often subscribers hear that nothing is new.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// Entries read at once.
const PAGE: i64 = 500;
/// How long a look may take. Verifiers give up after three seconds by default.
const PATIENCE: Duration = Duration::from_secs(2);
/// Pause after a failure.
const RETRY: Duration = Duration::from_millis(250);

/// Runs until stopped.
pub(crate) async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let mut next_beat = Instant::now();
    let mut failing = false;
    while !*stop.borrow() {
        let outcome = tokio::select! {
            outcome = follow(&app, &mut next_beat, &mut failing) => outcome,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        // Subscribers hear nothing meanwhile, which is how they learn that this node knows nothing.
        if let Err(error) = outcome
            && !std::mem::replace(&mut failing, true)
        {
            tracing::warn!(%error, "the revocation feed cannot be read, will retry");
        }
        tokio::time::sleep(RETRY).await;
    }
}

/// Follows on one connection of its own, so that a storm of requests does not hold the feed up.
async fn follow(app: &App, next_beat: &mut Instant, failing: &mut bool) -> Result<(), beadle_store::Error> {
    let mut conn = app.store.dedicated().await?;
    loop {
        let Ok(looked) = tokio::time::timeout(PATIENCE, advance(app, &mut conn)).await else {
            conn.discard();
            return Err(beadle_store::Error::Busy("the database does not answer".into()));
        };
        looked?;
        if std::mem::take(failing) {
            tracing::info!("the revocation feed is read again");
        }
        let now = Instant::now();
        if now >= *next_beat {
            app.feed.beat(&app.instance);
            *next_beat = now + HEARTBEAT;
        }
        tokio::select! {
            () = app.feed.doorbell.notified() => {}
            () = tokio::time::sleep_until((now + POLL).min(*next_beat)) => {}
        }
    }
}

/// Reads all that is new.
pub(crate) async fn advance(app: &App, conn: &mut Conn) -> Result<(), beadle_store::Error> {
    // Before the look: whatever was acknowledged until now is found by it.
    let look = app.feed.begin_look();
    let as_of = app.now();
    feed::prepare(conn, app.feed.progress().head, as_of, as_of.minus(SLACK)).await?;
    loop {
        let rows = feed::after(conn, app.feed.progress().head, PAGE).await?;
        let is_all = i64::try_from(rows.len()).is_ok_and(|count| count < PAGE);
        app.feed.publish(rows, is_all.then_some(as_of), &app.instance);
        if is_all {
            app.feed.end_look(look);
            return Ok(());
        }
    }
}
