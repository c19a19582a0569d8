//! Making deliveries of events.

use beadle_domain::webhook;
use beadle_store::{
    Conn, Error, Result, UnitOfWork,
    webhook_deliveries::{self, Again, Undispatched},
    webhook_endpoints::{self, EndpointRow, Replay},
};
use beadle_types::{Timestamp, WebhookEndpointId};

use crate::app::App;

/// Events per transaction: short enough that a ban behind it waits little.
const BATCH: i64 = 100;

/// Makes the deliveries of what has happened, and of what is to be sent again to these endpoints.
pub(super) async fn dispatch(app: &App, endpoints: &[EndpointRow]) -> Result<()> {
    let Some(after) = first(endpoints) else { return Ok(()) };
    loop {
        // The look costs no transaction; most of the time there is nothing.
        let waiting =
            webhook_deliveries::undispatched_after(&mut *app.store.reader().await?, after, 1).await?;
        if waiting.is_empty() || app.store.write(Dispatch { now: app.now() }).await? == 0 {
            break;
        }
    }
    for endpoint in endpoints.iter().filter(|endpoint| endpoint.enabled && endpoint.replay.is_some()) {
        while app.store.write(ReplayBatch { id: endpoint.id.clone(), now: app.now() }).await? {}
    }
    Ok(())
}

/// Beyond which position there are events for any of the endpoints.
fn first(endpoints: &[EndpointRow]) -> Option<i64> {
    endpoints.iter().filter(|endpoint| endpoint.enabled).map(|endpoint| endpoint.after_seq).min()
}

struct Dispatch {
    now: Timestamp,
}

impl UnitOfWork for Dispatch {
    type Output = usize;
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<usize> {
        // One node at a time, so that no later event of a subject gets ahead.
        webhook_endpoints::lock_app(conn).await?;
        let endpoints = webhook_endpoints::all(conn).await?;
        let Some(after) = first(&endpoints) else { return Ok(0) };
        let events = webhook_deliveries::undispatched_after(conn, after, BATCH).await?;
        for endpoint in endpoints.iter().filter(|endpoint| endpoint.enabled) {
            let new = events.iter().filter(|event| event.seq > endpoint.after_seq);
            deliver(conn, endpoint, new, Again::Never, self.now).await?;
        }
        let positions: Vec<i64> = events.iter().map(|event| event.seq).collect();
        webhook_deliveries::dispatched(conn, &positions).await?;
        Ok(events.len())
    }
}

async fn deliver(
    conn: &mut Conn,
    endpoint: &EndpointRow,
    events: impl Iterator<Item = &Undispatched>,
    again: Again,
    now: Timestamp,
) -> Result<()> {
    let wanted: Vec<i64> = events
        .filter(|event| webhook::is_wanted(&endpoint.event_types, &event.kind))
        .map(|event| event.seq)
        .collect();
    if wanted.is_empty() {
        return Ok(());
    }
    webhook_deliveries::deliver(conn, &endpoint.id, &wanted, again, now).await
}

struct ReplayBatch {
    id: WebhookEndpointId,
    now: Timestamp,
}

impl UnitOfWork for ReplayBatch {
    /// Whether there is more.
    type Output = bool;
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<bool> {
        webhook_endpoints::lock_app(conn).await?;
        let endpoint = webhook_endpoints::find(conn, &self.id).await?;
        let Some((endpoint, replay)) =
            endpoint.and_then(|endpoint| Some((endpoint.clone(), endpoint.replay?)))
        else {
            return Ok(false);
        };
        let from = (replay.at, replay.seq);
        let events = webhook_deliveries::events_since(conn, from, replay.until, BATCH).await?;
        let again = if replay.only_missing { Again::Failed } else { Again::All };
        deliver(conn, &endpoint, events.iter(), again, self.now).await?;
        let last = events.last().map(|last| Replay { at: last.created_at, seq: last.seq, ..replay });
        webhook_endpoints::set_replay(conn, &self.id, last).await?;
        Ok(last.is_some())
    }
}
