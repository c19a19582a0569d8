//! The outbox: what a transaction has to tell the world, written in that transaction.
//!
//! Two streams: `events` (Clerk's webhook events, and Beadle's own) and `revocations` (what local verifiers
//! must learn). Both are read by sequence number, and pruned by age.

use beadle_domain::credential::Generation;
use beadle_types::{EventId, SessionId, Timestamp, UserId};

use crate::{
    Conn, Result,
    db::{param::params, sql::Sql},
};

pub(crate) static INSERT_EVENT: Sql =
    Sql::new("INSERT INTO events (id, type, subject, data, created_at) VALUES (?1, ?2, ?3, ?4, ?5)");
pub(crate) static EVENTS_AFTER: Sql = Sql::split(
    "SELECT seq, id, type, subject, data, created_at FROM events WHERE seq > ?1 ORDER BY seq LIMIT ?2",
    "SELECT seq, id, type, subject, data, created_at FROM events \
     WHERE seq > ?1 AND xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY seq LIMIT ?2",
);
pub(crate) static PRUNE_EVENTS: Sql = Sql::new(
    "DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE created_at < ?1 ORDER BY created_at LIMIT ?2)",
);
pub(crate) static INSERT_REVOCATION: Sql =
    Sql::new("INSERT INTO revocations (user_id, generation, session_id, created_at) VALUES (?1, ?2, ?3, ?4)");
pub(crate) static REVOCATIONS_AFTER: Sql = Sql::split(
    "SELECT seq, user_id, generation, session_id, created_at FROM revocations WHERE seq > ?1 \
     ORDER BY seq LIMIT ?2",
    "SELECT seq, user_id, generation, session_id, created_at FROM revocations WHERE seq > ?1 \
     AND xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY seq LIMIT ?2",
);
pub(crate) static PRUNE_REVOCATIONS: Sql = Sql::new(
    "DELETE FROM revocations WHERE seq IN \
     (SELECT seq FROM revocations WHERE created_at < ?1 ORDER BY created_at LIMIT ?2)",
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
}

/// What a verifier must refuse from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Revocation {
    /// Every credential of the user below this generation.
    User(UserId, Generation),
    /// One session.
    Session(SessionId),
}

/// A stored revocation.
#[derive(Debug, Clone)]
pub struct RevocationRow {
    /// Position in the feed.
    pub seq: i64,
    /// What is revoked.
    pub revocation: Revocation,
    /// When.
    pub created_at: Timestamp,
}

/// Adds an event to the transaction.
pub async fn add_event(conn: &mut Conn, event: &NewEvent<'_>, now: Timestamp) -> Result<()> {
    conn.execute(&INSERT_EVENT, params![event.id, event.kind, event.subject, event.data, now]).await?;
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
        })
    })
    .await
}

/// Adds a revocation to the transaction.
pub async fn add_revocation(conn: &mut Conn, revocation: &Revocation, now: Timestamp) -> Result<()> {
    let params = match revocation {
        Revocation::User(user_id, generation) => params![user_id, *generation, None::<&str>, now].to_vec(),
        Revocation::Session(session_id) => params![None::<&str>, None::<i64>, session_id, now].to_vec(),
    };
    conn.execute(&INSERT_REVOCATION, &params).await?;
    Ok(())
}

/// Revocations after a position, in order.
pub async fn revocations_after(conn: &mut Conn, seq: i64, limit: i64) -> Result<Vec<RevocationRow>> {
    conn.query(&REVOCATIONS_AFTER, params![seq, limit], |row| {
        let seq = row.take()?;
        let user_id: Option<UserId> = row.parse_opt()?;
        let generation: Option<i64> = row.take()?;
        let session_id: Option<SessionId> = row.parse_opt()?;
        let revocation = match (user_id, generation, session_id) {
            (Some(user), Some(value), None) => Revocation::User(user, Generation::from_stored(value)),
            (None, None, Some(session)) => Revocation::Session(session),
            _ => return Err(crate::Error::other(format!("revocation {seq} names neither user nor session"))),
        };
        Ok(RevocationRow { seq, revocation, created_at: row.take()? })
    })
    .await
}

/// Deletes up to `limit` events and as many revocations older than a time; says how many in all.
pub async fn prune(conn: &mut Conn, before: Timestamp, limit: i64) -> Result<u64> {
    let events = conn.execute(&PRUNE_EVENTS, params![before, limit]).await?;
    let revocations = conn.execute(&PRUNE_REVOCATIONS, params![before, limit]).await?;
    Ok(events + revocations)
}
