//! What has to be told to whom.
//!
//! An event becomes one delivery per endpoint that wants it. Deliveries to one endpoint about one subject wait in a
//! queue, which is a row of its own: the oldest delivery is sent until it arrives or is given up, and only then the
//! next. Whoever sends claims the queue, not the delivery, so that no later one overtakes.
//!
//! Events have no cursor. On PostgreSQL a position is given before the commit, so one that goes by positions would miss
//! events, unless it waited for all transactions of the cluster; here each event is marked instead. Those of one subject
//! become visible in order, since every change to a user holds the user's row.

use beadle_types::{EventId, Timestamp, WebhookDeliveryStatus, WebhookEndpointId};

use crate::{
    Conn, Error, Result,
    db::{UnitOfWork, param::params, row::Row, sql::Sql},
    outbox::EventRow,
    words,
};

macro_rules! among {
    (sqlite) => {
        "(SELECT value FROM json_each(?2))"
    };
    (postgres) => {
        "(SELECT value::BIGINT FROM jsonb_array_elements_text(CAST(?2 AS TEXT)::jsonb) AS given(value))"
    };
}

/// SQLite is told the index: events by position would do as well in its eyes, and are a week's.
pub(crate) static UNDISPATCHED: Sql = Sql::split(
    "SELECT seq, type, created_at FROM events INDEXED BY events_undispatched \
     WHERE NOT dispatched AND seq > ?1 ORDER BY seq LIMIT ?2",
    "SELECT seq, type, created_at FROM events WHERE NOT dispatched AND seq > ?1 ORDER BY seq LIMIT ?2",
);
pub(crate) static SINCE: Sql = Sql::new(
    "SELECT seq, type, created_at FROM events WHERE (created_at, seq) > (?1, ?2) AND created_at <= ?3 \
     ORDER BY created_at, seq LIMIT ?4",
);
macro_rules! insert {
    ($engine:ident, $conflict:expr) => {
        concat!(
            "INSERT INTO webhook_deliveries \
             (endpoint_id, seq, event_id, type, subject, status, attempts, created_at) \
             SELECT CAST(?1 AS TEXT), seq, id, type, subject, 'pending', 0, created_at FROM events WHERE seq IN ",
            among!($engine),
            " ORDER BY seq ON CONFLICT (endpoint_id, seq) DO ",
            $conflict
        )
    };
}
macro_rules! again {
    () => {
        "UPDATE SET status = 'pending', attempts = 0 WHERE webhook_deliveries.status = 'failed' \
         OR (webhook_deliveries.status = 'delivered' AND ?3)"
    };
}
pub(crate) static INSERT: Sql = Sql::split(insert!(sqlite, "NOTHING"), insert!(postgres, "NOTHING"));
pub(crate) static INSERT_AGAIN: Sql = Sql::split(insert!(sqlite, again!()), insert!(postgres, again!()));
macro_rules! queue {
    ($engine:ident) => {
        concat!(
            "INSERT INTO webhook_queues (endpoint_id, subject, due_at, claimed) \
             SELECT DISTINCT CAST(?1 AS TEXT), subject, CAST(?3 AS BIGINT), FALSE FROM events WHERE seq IN ",
            among!($engine),
            " ORDER BY subject ON CONFLICT (endpoint_id, subject) DO UPDATE SET due_at = webhook_queues.due_at"
        )
    };
}
/// The update changes nothing but holds the row, so that a queue which is just found empty does not go. Everybody holds
/// queues before deliveries, and endpoints last, or they would wait for each other.
pub(crate) static QUEUE: Sql = Sql::split(queue!(sqlite), queue!(postgres));
pub(crate) static DISPATCHED: Sql = Sql::split(
    "UPDATE events SET dispatched = TRUE WHERE seq IN (SELECT value FROM json_each(?1))",
    "UPDATE events SET dispatched = TRUE WHERE seq IN \
     (SELECT value::BIGINT FROM jsonb_array_elements_text(CAST(?1 AS TEXT)::jsonb) AS given(value))",
);
pub(crate) static IS_DUE: Sql =
    Sql::new("SELECT subject FROM webhook_queues WHERE endpoint_id = ?1 AND due_at <= ?2 LIMIT 1");
/// Claiming moves `due_at`, so that a message is sent again when its sender dies, and by one sender only.
pub(crate) static CLAIM: Sql = Sql::split(
    "UPDATE webhook_queues SET due_at = ?3, claimed = TRUE WHERE endpoint_id = ?1 AND subject IN \
     (SELECT subject FROM webhook_queues WHERE endpoint_id = ?1 AND due_at <= ?2 ORDER BY due_at LIMIT ?4) \
     RETURNING subject",
    "UPDATE webhook_queues SET due_at = ?3, claimed = TRUE WHERE endpoint_id = ?1 AND subject IN \
     (SELECT subject FROM webhook_queues WHERE endpoint_id = ?1 AND due_at <= ?2 ORDER BY due_at LIMIT ?4 \
     FOR UPDATE SKIP LOCKED) RETURNING subject",
);
pub(crate) static NEXT: Sql = Sql::new(
    "SELECT d.attempts, e.seq, e.id, e.type, e.subject, e.data, e.created_at, e.http_request \
     FROM webhook_deliveries d JOIN events e ON e.seq = d.seq \
     WHERE d.endpoint_id = ?1 AND d.subject = ?2 AND d.status = 'pending' ORDER BY d.seq LIMIT 1",
);
pub(crate) static DROP_QUEUE: Sql = Sql::new(
    "DELETE FROM webhook_queues WHERE endpoint_id = ?1 AND subject = ?2 AND NOT EXISTS \
     (SELECT 1 FROM webhook_deliveries d JOIN events e ON e.seq = d.seq \
     WHERE d.endpoint_id = ?1 AND d.subject = ?2 AND d.status = 'pending')",
);
pub(crate) static SETTLE: Sql = Sql::new(
    "UPDATE webhook_deliveries SET status = ?3, attempts = ?4, response_status = ?5, error = ?6, attempted_at = ?7 \
     WHERE endpoint_id = ?1 AND seq = ?2 AND status = 'pending'",
);
/// Only by who holds the claim that ends then.
pub(crate) static ADVANCE: Sql = Sql::new(
    "UPDATE webhook_queues SET due_at = ?4, claimed = FALSE \
     WHERE endpoint_id = ?1 AND subject = ?2 AND claimed AND due_at = ?3",
);
pub(crate) static AGAIN: Sql = Sql::new(
    "UPDATE webhook_deliveries SET status = 'pending', attempts = 0 \
     WHERE endpoint_id = ?1 AND event_id = ?2 AND EXISTS \
     (SELECT 1 FROM events WHERE events.seq = webhook_deliveries.seq)",
);
pub(crate) static HURRY: Sql = Sql::new(
    "INSERT INTO webhook_queues (endpoint_id, subject, due_at, claimed) VALUES (?1, ?2, ?3, FALSE) \
     ON CONFLICT (endpoint_id, subject) DO UPDATE SET due_at = \
     CASE WHEN webhook_queues.claimed THEN webhook_queues.due_at ELSE excluded.due_at END",
);
macro_rules! list {
    ($condition:literal) => {
        concat!(
            "SELECT endpoint_id, seq, event_id, type, subject, status, attempts, response_status, error, attempted_at, \
             created_at FROM webhook_deliveries WHERE endpoint_id = ?1",
            $condition
        )
    };
}
pub(crate) static LIST: Sql = Sql::new(list!(" ORDER BY seq DESC LIMIT ?2 OFFSET ?3"));
pub(crate) static LIST_OF_STATUS: Sql =
    Sql::new(list!(" AND status = ?4 ORDER BY seq DESC LIMIT ?2 OFFSET ?3"));
pub(crate) static COUNT: Sql = Sql::new("SELECT COUNT(*) FROM webhook_deliveries WHERE endpoint_id = ?1");
pub(crate) static COUNT_OF_STATUS: Sql =
    Sql::new("SELECT COUNT(*) FROM webhook_deliveries WHERE endpoint_id = ?1 AND status = ?2");
pub(crate) static BY_EVENT: Sql = Sql::new(list!(" AND event_id = ?2"));
pub(crate) static PRUNE: Sql = Sql::split(
    "DELETE FROM webhook_deliveries WHERE rowid IN \
     (SELECT rowid FROM webhook_deliveries WHERE created_at < ?1 ORDER BY created_at LIMIT ?2)",
    "DELETE FROM webhook_deliveries WHERE ctid = ANY (ARRAY \
     (SELECT ctid FROM webhook_deliveries WHERE created_at < ?1 ORDER BY created_at LIMIT ?2))",
);
/// Those of endpoints that are gone.
pub(crate) static PRUNE_QUEUES: Sql = Sql::split(
    "DELETE FROM webhook_queues WHERE rowid IN (SELECT rowid FROM webhook_queues \
     WHERE endpoint_id NOT IN (SELECT id FROM webhook_endpoints) LIMIT ?1)",
    "DELETE FROM webhook_queues WHERE ctid = ANY (ARRAY (SELECT ctid FROM webhook_queues \
     WHERE endpoint_id NOT IN (SELECT id FROM webhook_endpoints) LIMIT ?1))",
);

/// An event for which deliveries are to be made.
#[derive(Debug, Clone)]
pub struct Undispatched {
    /// Its position.
    pub seq: i64,
    /// What happened.
    pub kind: String,
    /// When.
    pub created_at: Timestamp,
}

fn undispatched(row: &mut Row<'_>) -> Result<Undispatched> {
    Ok(Undispatched { seq: row.take()?, kind: row.take()?, created_at: row.take()? })
}

/// The oldest events beyond a position of which no deliveries were made. Hold the app.
pub async fn undispatched_after(conn: &mut Conn, seq: i64, limit: i64) -> Result<Vec<Undispatched>> {
    conn.query(&UNDISPATCHED, params![seq, limit], undispatched).await
}

/// Events after one that happened at a time, up to another time.
pub async fn events_since(
    conn: &mut Conn,
    (at, seq): (Timestamp, i64),
    until: Timestamp,
    limit: i64,
) -> Result<Vec<Undispatched>> {
    conn.query(&SINCE, params![at, seq, until, limit], undispatched).await
}

/// Which deliveries of events that were dispatched before are made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// None.
    Never,
    /// Those that failed.
    Failed,
    /// Those that arrived as well.
    All,
}

/// Makes the deliveries of these events to an endpoint. Hold the app.
pub async fn deliver(
    conn: &mut Conn,
    endpoint: &WebhookEndpointId,
    events: &[i64],
    again: Again,
    now: Timestamp,
) -> Result<()> {
    let events = json(events);
    conn.execute(&QUEUE, params![endpoint, &events, now]).await?;
    match again {
        Again::Never => conn.execute(&INSERT, params![endpoint, &events]).await?,
        Again::Failed | Again::All => {
            conn.execute(&INSERT_AGAIN, params![endpoint, &events, again == Again::All]).await?
        }
    };
    Ok(())
}

/// Records that deliveries of these events were made to all who want them.
pub async fn dispatched(conn: &mut Conn, events: &[i64]) -> Result<()> {
    conn.execute(&DISPATCHED, params![&json(events)]).await?;
    Ok(())
}

fn json(events: &[i64]) -> String {
    serde_json::to_string(events).unwrap_or_default()
}

/// The oldest delivery of a queue.
#[derive(Debug, Clone)]
pub struct Due {
    /// How often it was tried.
    pub attempts: i64,
    /// The event.
    pub event: EventRow,
}

/// Whether a queue of an endpoint is due.
pub async fn is_due(conn: &mut Conn, endpoint: &WebhookEndpointId, now: Timestamp) -> Result<bool> {
    let due = conn.query_opt(&IS_DUE, params![endpoint, now], |row| row.take::<String>()).await?;
    Ok(due.is_some())
}

/// Takes due queues of an endpoint, each for one attempt; they are due again at `until` unless settled.
pub async fn claim(
    conn: &mut Conn,
    endpoint: &WebhookEndpointId,
    now: Timestamp,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<Due>> {
    let subjects: Vec<String> =
        conn.query(&CLAIM, params![endpoint, now, until, limit], |row| row.take()).await?;
    let mut due = Vec::with_capacity(subjects.len());
    for subject in subjects {
        match conn.query_opt(&NEXT, params![endpoint, &subject], next).await? {
            Some(next) => due.push(next),
            // Its events are so old that they are gone.
            None => drop(conn.execute(&DROP_QUEUE, params![endpoint, &subject]).await?),
        }
    }
    Ok(due)
}

fn next(row: &mut Row<'_>) -> Result<Due> {
    Ok(Due {
        attempts: row.take()?,
        event: EventRow {
            seq: row.take()?,
            id: row.parse()?,
            kind: row.take()?,
            subject: row.take()?,
            data: row.take()?,
            created_at: row.take()?,
            http_request: row.take()?,
        },
    })
}

/// What became of an attempt.
#[derive(Debug, Clone)]
pub struct Attempt<'a> {
    /// To whom.
    pub endpoint_id: &'a WebhookEndpointId,
    /// The event's position.
    pub seq: i64,
    /// The event's subject.
    pub subject: &'a str,
    /// Attempts so far, this one included.
    pub attempts: i64,
    /// Where the delivery stands now.
    pub status: WebhookDeliveryStatus,
    /// The receiver's answer.
    pub response_status: Option<i64>,
    /// Why it failed.
    pub error: Option<&'a str>,
    /// When.
    pub at: Timestamp,
    /// The end of the claim under which it was made.
    pub claimed_until: Timestamp,
    /// When the queue is due again.
    pub due_at: Timestamp,
}

/// Records it, and lets go of the queue.
pub async fn settle(conn: &mut Conn, attempt: &Attempt<'_>) -> Result<()> {
    let (endpoint, subject) = (attempt.endpoint_id, attempt.subject);
    // This holds the queue, so that nothing is added to it before the look that finds it empty.
    let advance = params![endpoint, subject, attempt.claimed_until, attempt.due_at];
    let is_held = conn.execute(&ADVANCE, advance).await? > 0;
    let status = words::write(&attempt.status);
    let row = params![
        endpoint,
        attempt.seq,
        status.as_str(),
        attempt.attempts,
        attempt.response_status,
        attempt.error,
        attempt.at,
    ];
    conn.execute(&SETTLE, row).await?;
    if is_held && attempt.status != WebhookDeliveryStatus::Pending {
        conn.execute(&DROP_QUEUE, params![endpoint, subject]).await?;
    }
    Ok(())
}

/// Sends an event once more, now. Says whether it was delivered there before, or should have been.
pub async fn redeliver(
    conn: &mut Conn,
    endpoint: &WebhookEndpointId,
    event: &EventId,
    now: Timestamp,
) -> Result<bool> {
    let Some(delivery) = find(conn, endpoint, event).await? else { return Ok(false) };
    conn.execute(&HURRY, params![endpoint, &delivery.subject, now]).await?;
    Ok(conn.execute(&AGAIN, params![endpoint, event]).await? > 0)
}

/// A row of `webhook_deliveries`.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "as in beadle_types::WebhookDelivery")]
pub struct DeliveryRow {
    pub endpoint_id: WebhookEndpointId,
    pub seq: i64,
    pub event_id: EventId,
    pub kind: String,
    pub subject: String,
    pub status: WebhookDeliveryStatus,
    pub attempts: i64,
    pub response_status: Option<i64>,
    pub error: Option<String>,
    pub attempted_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

fn read(row: &mut Row<'_>) -> Result<DeliveryRow> {
    Ok(DeliveryRow {
        endpoint_id: row.parse()?,
        seq: row.take()?,
        event_id: row.parse()?,
        kind: row.take()?,
        subject: row.take()?,
        status: words::read(&row.take::<String>()?)?,
        attempts: row.take()?,
        response_status: row.take()?,
        error: row.take()?,
        attempted_at: row.take()?,
        created_at: row.take()?,
    })
}

/// The delivery of an event.
pub async fn find(
    conn: &mut Conn,
    endpoint: &WebhookEndpointId,
    event: &EventId,
) -> Result<Option<DeliveryRow>> {
    conn.query_opt(&BY_EVENT, params![endpoint, event], read).await
}

/// Forgets up to `limit` deliveries of events before a time, and as many queues of endpoints that are gone; says how
/// many.
pub async fn prune(conn: &mut Conn, before: Timestamp, limit: i64) -> Result<u64> {
    let deliveries = conn.execute(&PRUNE, params![before, limit]).await?;
    Ok(deliveries + conn.execute(&PRUNE_QUEUES, params![limit]).await?)
}

/// A page of deliveries to an endpoint, newest events first, with how many there are on all pages.
#[derive(Debug, Clone)]
pub struct ListDeliveries {
    /// To whom.
    pub endpoint_id: WebhookEndpointId,
    /// With this status.
    pub status: Option<WebhookDeliveryStatus>,
    /// Rows at most.
    pub limit: i64,
    /// Rows to skip.
    pub offset: i64,
}

impl UnitOfWork for ListDeliveries {
    type Output = (Vec<DeliveryRow>, i64);
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<Self::Output> {
        let (id, limit, offset) = (&self.endpoint_id, self.limit, self.offset);
        let Some(status) = self.status.map(|status| words::write(&status)) else {
            let total = conn.query_one(&COUNT, params![id], |row| row.take()).await?;
            return Ok((conn.query(&LIST, params![id, limit, offset], read).await?, total));
        };
        let total = conn.query_one(&COUNT_OF_STATUS, params![id, &status], |row| row.take()).await?;
        Ok((conn.query(&LIST_OF_STATUS, params![id, limit, offset, &status], read).await?, total))
    }
}

#[cfg(test)]
mod tests;
