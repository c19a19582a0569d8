//! The mail outbox.

use beadle_types::{MailId, Timestamp};

use crate::{
    Conn, Result,
    db::{param::params, row::Row, sql::Sql},
};

pub(crate) static INSERT: Sql = Sql::new(
    "INSERT INTO mails (id, kind, recipient, subject, body, status, attempts, next_attempt_at, created_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, 'queued', 0, ?6, ?6)",
);
/// Claiming moves `next_attempt_at`, so that a mail is retried when its sender dies, and by one sender only.
pub(crate) static CLAIM: Sql = Sql::split(
    "UPDATE mails SET attempts = attempts + 1, next_attempt_at = ?2 WHERE id IN \
     (SELECT id FROM mails WHERE status = 'queued' AND next_attempt_at <= ?1 ORDER BY next_attempt_at LIMIT ?3) \
     RETURNING id, kind, recipient, subject, body, attempts, created_at",
    "UPDATE mails SET attempts = attempts + 1, next_attempt_at = ?2 WHERE id IN \
     (SELECT id FROM mails WHERE status = 'queued' AND next_attempt_at <= ?1 ORDER BY next_attempt_at LIMIT ?3 \
     FOR UPDATE SKIP LOCKED) RETURNING id, kind, recipient, subject, body, attempts, created_at",
);
pub(crate) static SENT: Sql = Sql::new("UPDATE mails SET status = 'sent', body = '' WHERE id = ?1");
pub(crate) static STORED: Sql = Sql::new("UPDATE mails SET status = 'stored' WHERE id = ?1");
pub(crate) static FAILED: Sql = Sql::new("UPDATE mails SET status = 'failed', body = '' WHERE id = ?1");
pub(crate) static RETRY: Sql = Sql::new("UPDATE mails SET next_attempt_at = ?2 WHERE id = ?1");
pub(crate) static LATEST: Sql = Sql::new(
    "SELECT id, kind, recipient, subject, body, attempts, created_at FROM mails WHERE status = 'stored' \
     ORDER BY created_at DESC, id DESC LIMIT ?1",
);
pub(crate) static RECENT: Sql =
    Sql::new("SELECT COUNT(*) FROM mails WHERE recipient = ?1 AND created_at > ?2");
pub(crate) static PRUNE: Sql = Sql::new(
    "DELETE FROM mails WHERE id IN (SELECT id FROM mails WHERE status <> 'queued' AND created_at < ?1 LIMIT ?2)",
);

/// A mail to send.
#[derive(Debug, Clone)]
pub struct MailRow {
    /// Its id.
    pub id: MailId,
    /// What it is for, for example `verification_code`.
    pub kind: String,
    /// One address.
    pub recipient: String,
    /// Subject line.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// Tries so far, this one included.
    pub attempts: i64,
    /// When it was queued.
    pub created_at: Timestamp,
}

fn read(row: &mut Row<'_>) -> Result<MailRow> {
    Ok(MailRow {
        id: row.parse()?,
        kind: row.take()?,
        recipient: row.take()?,
        subject: row.take()?,
        body: row.take()?,
        attempts: row.take()?,
        created_at: row.take()?,
    })
}

/// Queues a mail in the transaction that is the reason for it.
pub async fn queue(conn: &mut Conn, mail: &MailRow) -> Result<()> {
    conn.execute(
        &INSERT,
        params![&mail.id, &mail.kind, &mail.recipient, &mail.subject, &mail.body, mail.created_at],
    )
    .await?;
    Ok(())
}

/// How many mails an address was sent since a time, or is about to be.
pub async fn sent_since(conn: &mut Conn, recipient: &str, since: Timestamp) -> Result<i64> {
    conn.query_one(&RECENT, params![recipient, since], |row| row.take()).await
}

/// Takes due mails for one attempt; they are due again at `retry_at` unless settled.
pub async fn claim(conn: &mut Conn, now: Timestamp, retry_at: Timestamp, limit: i64) -> Result<Vec<MailRow>> {
    conn.query(&CLAIM, params![now, retry_at, limit], read).await
}

/// What became of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailOutcome {
    /// A mail server took it; the body is wiped.
    Sent,
    /// Kept for developers.
    Stored,
    /// Given up; the body is wiped.
    Failed,
    /// To be tried again at this time.
    RetryAt(Timestamp),
}

/// Records what became of an attempt.
pub async fn settle(conn: &mut Conn, id: &MailId, outcome: MailOutcome) -> Result<()> {
    match outcome {
        MailOutcome::Sent => conn.execute(&SENT, params![id]).await?,
        MailOutcome::Stored => conn.execute(&STORED, params![id]).await?,
        MailOutcome::Failed => conn.execute(&FAILED, params![id]).await?,
        MailOutcome::RetryAt(at) => conn.execute(&RETRY, params![id, at]).await?,
    };
    Ok(())
}

/// The newest mails of the development outbox.
pub async fn latest(conn: &mut Conn, limit: i64) -> Result<Vec<MailRow>> {
    conn.query(&LATEST, params![limit], read).await
}

/// Deletes up to `limit` settled mails older than a time; says how many.
pub async fn prune(conn: &mut Conn, before: Timestamp, limit: i64) -> Result<u64> {
    conn.execute(&PRUNE, params![before, limit]).await
}
