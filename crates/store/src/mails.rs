//! The outbox of mail and SMS.

use std::str::FromStr;

use beadle_types::{EventId, MailId, Timestamp};

use crate::{
    Conn, Error, Result,
    db::{param::params, row::Row, sql::Sql},
    outbox::{self, NewEvent},
};

pub(crate) static INSERT: Sql = Sql::new(
    "INSERT INTO mails (id, channel, kind, recipient, subject, body, html, status, attempts, next_attempt_at, \
     created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9, ?9)",
);
/// Claiming moves `next_attempt_at`, so that a message is retried when its sender dies, and by one sender only.
pub(crate) static CLAIM: Sql = Sql::split(
    "UPDATE mails SET attempts = attempts + 1, next_attempt_at = ?2 WHERE id IN \
     (SELECT id FROM mails WHERE status = ?4 AND next_attempt_at <= ?1 ORDER BY next_attempt_at LIMIT ?3) \
     RETURNING id, channel, kind, recipient, subject, body, html, attempts, created_at",
    "UPDATE mails SET attempts = attempts + 1, next_attempt_at = ?2 WHERE id IN \
     (SELECT id FROM mails WHERE status = ?4 AND next_attempt_at <= ?1 ORDER BY next_attempt_at LIMIT ?3 \
     FOR UPDATE SKIP LOCKED) RETURNING id, channel, kind, recipient, subject, body, html, attempts, created_at",
);
pub(crate) static SENT: Sql =
    Sql::new("UPDATE mails SET status = 'sent', body = '', html = NULL WHERE id = ?1");
pub(crate) static STORED: Sql = Sql::new("UPDATE mails SET status = 'stored' WHERE id = ?1");
pub(crate) static FAILED: Sql =
    Sql::new("UPDATE mails SET status = 'failed', body = '', html = NULL WHERE id = ?1");
pub(crate) static RETRY: Sql = Sql::new("UPDATE mails SET next_attempt_at = ?2 WHERE id = ?1");
pub(crate) static LATEST: Sql = Sql::new(
    "SELECT id, channel, kind, recipient, subject, body, html, attempts, created_at FROM mails \
     WHERE status = 'stored' ORDER BY created_at DESC, id DESC LIMIT ?1 OFFSET ?2",
);
pub(crate) static LATEST_TO: Sql = Sql::new(
    "SELECT id, channel, kind, recipient, subject, body, html, attempts, created_at FROM mails \
     WHERE recipient = ?3 AND status = 'stored' ORDER BY created_at DESC, id DESC LIMIT ?1 OFFSET ?2",
);
pub(crate) static STORED_BY_ID: Sql = Sql::new(
    "SELECT id, channel, kind, recipient, subject, body, html, attempts, created_at FROM mails \
     WHERE id = ?1 AND status = 'stored'",
);
pub(crate) static RECENT: Sql =
    Sql::new("SELECT COUNT(*) FROM mails WHERE recipient = ?1 AND created_at > ?2");
pub(crate) static PRUNE: Sql = Sql::new(
    "DELETE FROM mails WHERE id IN (SELECT id FROM mails WHERE status NOT IN ('queued', 'queued_sms') \
     AND created_at < ?1 LIMIT ?2)",
);

/// How a message travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// To an e-mail address.
    Email,
    /// To a phone number.
    Sms,
}

impl Channel {
    /// The word stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
        }
    }

    /// The event that a queued message is.
    const fn event(self) -> &'static str {
        match self {
            Self::Email => "email.created",
            Self::Sms => "sms.created",
        }
    }

    /// The status of what waits to be sent this way.
    const fn waiting(self) -> &'static str {
        match self {
            Self::Email => "queued",
            Self::Sms => "queued_sms",
        }
    }
}

impl FromStr for Channel {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self> {
        [Self::Email, Self::Sms]
            .into_iter()
            .find(|channel| channel.as_str() == word)
            .ok_or_else(|| Error::other(format!("unknown channel {word:?}")))
    }
}

/// A mail or SMS to send.
#[derive(Debug, Clone)]
pub struct MailRow {
    /// Its id.
    pub id: MailId,
    /// How it travels.
    pub channel: Channel,
    /// What it is for, for example `verification_code`.
    pub kind: String,
    /// One address, or one number in E.164 form.
    pub recipient: String,
    /// Subject line; an SMS has none.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// The same as HTML.
    pub html: Option<String>,
    /// Tries so far, this one included.
    pub attempts: i64,
    /// When it was queued.
    pub created_at: Timestamp,
    /// What webhooks are told of it, when it is queued.
    pub event: Option<MailEvent>,
}

/// An event about a message.
#[derive(Debug, Clone)]
pub struct MailEvent {
    /// Unique.
    pub id: EventId,
    /// Events of one subject stay in order.
    pub subject: String,
    /// The event's `data`, as JSON.
    pub data: String,
    /// The request that caused it, as JSON.
    pub http_request: Option<String>,
}

fn read(row: &mut Row<'_>) -> Result<MailRow> {
    Ok(MailRow {
        id: row.parse()?,
        channel: row.parse()?,
        kind: row.take()?,
        recipient: row.take()?,
        subject: row.take()?,
        body: row.take()?,
        html: row.take()?,
        attempts: row.take()?,
        created_at: row.take()?,
        event: None,
    })
}

/// Queues a message in the transaction that is the reason for it.
pub async fn queue(conn: &mut Conn, mail: &MailRow) -> Result<()> {
    let row = params![
        &mail.id,
        mail.channel.as_str(),
        &mail.kind,
        &mail.recipient,
        &mail.subject,
        &mail.body,
        &mail.html,
        mail.channel.waiting(),
        mail.created_at,
    ];
    conn.execute(&INSERT, row).await?;
    let Some(event) = &mail.event else { return Ok(()) };
    let event = NewEvent {
        id: &event.id,
        kind: mail.channel.event(),
        subject: &event.subject,
        data: &event.data,
        http_request: event.http_request.as_deref(),
    };
    outbox::add_event(conn, &event, mail.created_at).await
}

/// How many messages an address or number was sent since a time, or is about to be.
pub async fn sent_since(conn: &mut Conn, recipient: &str, since: Timestamp) -> Result<i64> {
    conn.query_one(&RECENT, params![recipient, since], |row| row.take()).await
}

/// Takes due messages of a channel for one attempt; they are due again at `retry_at` unless settled.
pub async fn claim(
    conn: &mut Conn,
    channel: Channel,
    now: Timestamp,
    retry_at: Timestamp,
    limit: i64,
) -> Result<Vec<MailRow>> {
    conn.query(&CLAIM, params![now, retry_at, limit, channel.waiting()], read).await
}

/// What became of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailOutcome {
    /// A mail server or SMS gateway took it; the text is wiped.
    Sent,
    /// Kept for developers.
    Stored,
    /// Given up; the text is wiped.
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

/// The newest messages of the development outbox, of all or of one recipient.
pub async fn latest(
    conn: &mut Conn,
    recipient: Option<&str>,
    limit: i64,
    offset: i64,
) -> Result<Vec<MailRow>> {
    match recipient {
        None => conn.query(&LATEST, params![limit, offset], read).await,
        Some(recipient) => conn.query(&LATEST_TO, params![limit, offset, recipient], read).await,
    }
}

/// One message of the development outbox.
pub async fn find_stored(conn: &mut Conn, id: &MailId) -> Result<Option<MailRow>> {
    conn.query_opt(&STORED_BY_ID, params![id], read).await
}

/// Deletes up to `limit` settled messages older than a time; says how many.
pub async fn prune(conn: &mut Conn, before: Timestamp, limit: i64) -> Result<u64> {
    conn.execute(&PRUNE, params![before, limit]).await
}
