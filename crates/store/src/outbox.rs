//! The outbox: what a transaction has to tell the world, written in that transaction.
//!
//! The events are Clerk's webhook events, and Beadle's own. What local verifiers must learn is in [`crate::feed`].
//! [`crate::webhook_deliveries`] takes them from here.

use beadle_types::{EventId, Timestamp};

use crate::{
    Conn, Result,
    db::{param::params, sql::Sql},
};

pub(crate) static INSERT_EVENT: Sql = Sql::new(
    "INSERT INTO events (id, type, subject, data, created_at, http_request) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
);
/// One statement, so that a ban costs no more than before.
pub(crate) static INSERT_EVENTS: Sql = Sql::new(
    "INSERT INTO events (id, type, subject, data, created_at, http_request) \
     VALUES (?1, ?2, ?5, ?6, ?7, ?8), (?3, ?4, ?5, ?6, ?7, ?8)",
);
pub(crate) static EVENTS_AFTER: Sql = Sql::split(
    "SELECT seq, id, type, subject, data, created_at, http_request FROM events WHERE seq > ?1 ORDER BY seq LIMIT ?2",
    "SELECT seq, id, type, subject, data, created_at, http_request FROM events \
     WHERE seq > ?1 AND xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY seq LIMIT ?2",
);
pub(crate) static PRUNE_EVENTS: Sql = Sql::new(
    "DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE created_at < ?1 ORDER BY created_at LIMIT ?2)",
);

/// Something that happened, in Clerk's words (`user.updated`, `session.revoked`).
#[derive(Debug, Clone)]
pub struct NewEvent<'a> {
    /// Unique; receivers see it as `svix-id`.
    pub id: &'a EventId,
    /// The event's name.
    pub kind: &'a str,
    /// Events of one subject stay in order.
    pub subject: &'a str,
    /// The event's `data`, as JSON.
    pub data: &'a str,
    /// The request that caused it, as JSON.
    pub http_request: Option<&'a str>,
}

/// A stored event.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "as in NewEvent")]
pub struct EventRow {
    pub seq: i64,
    pub id: EventId,
    pub kind: String,
    pub subject: String,
    pub data: String,
    pub created_at: Timestamp,
    pub http_request: Option<String>,
}

/// Adds an event to the transaction.
pub async fn add_event(conn: &mut Conn, event: &NewEvent<'_>, now: Timestamp) -> Result<()> {
    let NewEvent { id, kind, subject, data, http_request } = *event;
    conn.execute(&INSERT_EVENT, params![id, kind, subject, data, now, http_request]).await?;
    Ok(())
}

/// Adds an event to the transaction, and behind it another that differs in id and name.
pub async fn add_events(
    conn: &mut Conn,
    event: &NewEvent<'_>,
    (id, kind): (&EventId, &str),
    now: Timestamp,
) -> Result<()> {
    let (first, name) = (event.id, event.kind);
    let row = params![first, name, id, kind, event.subject, event.data, now, event.http_request];
    conn.execute(&INSERT_EVENTS, row).await?;
    Ok(())
}

/// Events after a position, in order.
pub async fn events_after(conn: &mut Conn, seq: i64, limit: i64) -> Result<Vec<EventRow>> {
    conn.query(&EVENTS_AFTER, params![seq, limit], |row| {
        Ok(EventRow {
            seq: row.take()?,
            id: row.parse()?,
            kind: row.take()?,
            subject: row.take()?,
            data: row.take()?,
            created_at: row.take()?,
            http_request: row.take()?,
        })
    })
    .await
}

/// Deletes up to `limit` events older than a time; says how many.
pub async fn prune(conn: &mut Conn, before: Timestamp, limit: i64) -> Result<u64> {
    conn.execute(&PRUNE_EVENTS, params![before, limit]).await
}
