//! What the server has to tell the world: mails, events and revocations.

use std::time::Duration;

use beadle_store::{
    Conn, Error, UnitOfWork,
    feed::{self, Revocation},
    mails::{self, Channel, MailOutcome, MailRow},
    outbox::{self, EventRow, NewEvent},
};
use beadle_types::{EventId, Timestamp};
use serde_json::Value;

use super::TestApp;

/// Longer than any test.
const MANY: i64 = 1_000_000;
/// The kind of the events by which a test knows that it has seen all others.
const MARKER: &str = "testkit.marker";
/// What webhook endpoints get only if they name it.
const OPT_IN: [&str; 2] = ["user.banned", "user.unbanned"];
/// What follows from what a test looks for, and is sealed: see [`TestApp::drain_mail`].
const MESSAGES: [&str; 2] = ["email.created", "sms.created"];

/// A mail or SMS that would have gone out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// `email` or `sms`.
    pub channel: &'static str,
    /// What it is for.
    pub kind: String,
    /// The address or number.
    pub to: String,
    /// The subject line.
    pub subject: String,
    /// The text.
    pub body: String,
    /// The HTML; an SMS has none.
    pub html: Option<String>,
}

impl Mail {
    /// The first link in the text.
    ///
    /// # Panics
    /// Without any.
    pub fn link(&self) -> &str {
        let is_link = |word: &&str| word.starts_with("https://") || word.starts_with("http://");
        self.body.split_whitespace().find(is_link).unwrap_or_else(|| panic!("no link in {self:#?}"))
    }

    /// The six digits in the text.
    ///
    /// # Panics
    /// Without any.
    pub fn code(&self) -> &str {
        let digits = |word: &&str| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit());
        let mut words = self.body.split(|c: char| !c.is_ascii_alphanumeric());
        words.find(digits).unwrap_or_else(|| panic!("no code in {self:#?}"))
    }
}

/// An event for webhooks.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// `user.updated` and the like.
    pub kind: String,
    /// The user it is about.
    pub subject: String,
    /// What the webhook's `data` will be.
    pub data: Value,
    /// The request that caused it; null without one.
    pub http_request: Value,
}

impl TestApp {
    /// Takes all queued mails and SMS out of the outbox, oldest first.
    pub async fn drain_mail(&self) -> Vec<Mail> {
        let now = self.now().plus(Duration::from_secs(10 * 365 * 24 * 60 * 60));
        let mut rows = self.app.store.write(DrainMail(now)).await.expect("the outbox can be read");
        rows.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        let mail = |row: MailRow| Mail {
            channel: row.channel.as_str(),
            kind: row.kind,
            to: row.recipient,
            subject: row.subject,
            body: row.body,
            html: row.html,
        };
        rows.into_iter().map(mail).collect()
    }

    /// The one mail in the outbox.
    ///
    /// # Panics
    /// With none or several.
    pub async fn only_mail(&self) -> Mail {
        let mut mails = self.drain_mail().await;
        assert_eq!(mails.len(), 1, "{mails:#?}");
        mails.remove(0)
    }

    /// All events since the database was made, in order, but for those that endpoints must ask for by name and those
    /// about messages.
    pub async fn events(&self) -> Vec<Event> {
        let mut events = self.all_events().await;
        events.retain(|event| is_usual(&event.kind));
        events
    }

    /// As [`TestApp::events`], without exceptions.
    pub async fn all_events(&self) -> Vec<Event> {
        let parsed = |json: String| serde_json::from_str(&json).expect("the outbox holds JSON");
        let event = |row: EventRow| Event {
            kind: row.kind,
            subject: row.subject,
            data: parsed(row.data),
            http_request: row.http_request.map_or(Value::Null, parsed),
        };
        self.event_rows().await.into_iter().map(event).collect()
    }

    async fn event_rows(&self) -> Vec<EventRow> {
        let last = self.mark().await;
        let mut rows = loop {
            let rows =
                outbox::events_after(&mut *self.reader().await, 0, MANY).await.expect("events can be read");
            // PostgreSQL hides events while an older transaction runs anywhere on the cluster.
            if rows.iter().any(|row| row.id == last) {
                break rows;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        };
        rows.retain(|row| row.kind != MARKER);
        rows
    }

    /// The kinds of those of [`TestApp::events`] that are about this user, in order.
    pub async fn event_kinds(&self, user_id: &str) -> Vec<String> {
        let rows = self.event_rows().await.into_iter().filter(|row| row.subject == user_id);
        rows.map(|row| row.kind).filter(|kind| is_usual(kind)).collect()
    }

    /// Everything that local verifiers must refuse, in order.
    pub async fn revocations(&self) -> Vec<Revocation> {
        self.advance_feed().await;
        let rows = feed::after(&mut *self.reader().await, 0, MANY).await;
        rows.expect("revocations can be read").into_iter().map(|row| row.revocation).collect()
    }

    /// What the reader of the revocation feed does when it is woken.
    pub async fn advance_feed(&self) {
        beadle_server::hooks::advance_feed(&self.app).await.expect("the feed can be read");
    }

    /// What a node does all the time: takes over the settings that other nodes have changed.
    pub async fn follow_settings(&self) {
        beadle_server::hooks::follow_settings(&self.app).await.expect("the settings can be read");
    }

    async fn reader(&self) -> beadle_store::Reader<'_> {
        self.app.store.reader().await.expect("the database can be read")
    }

    async fn mark(&self) -> EventId {
        let id = EventId::from_parts(self.now(), self.app.rng.entropy16());
        self.app.store.write(Mark(id.clone(), self.now())).await.expect("the outbox can be written");
        id
    }
}

fn is_usual(kind: &str) -> bool {
    !OPT_IN.contains(&kind) && !MESSAGES.contains(&kind)
}

struct DrainMail(Timestamp);

impl UnitOfWork for DrainMail {
    type Output = Vec<MailRow>;
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<Vec<MailRow>, Error> {
        let mut claimed = mails::claim(conn, Channel::Email, self.0, self.0, MANY).await?;
        claimed.extend(mails::claim(conn, Channel::Sms, self.0, self.0, MANY).await?);
        for mail in &claimed {
            mails::settle(conn, &mail.id, MailOutcome::Sent).await?;
        }
        Ok(claimed)
    }
}

struct Mark(EventId, Timestamp);

impl UnitOfWork for Mark {
    type Output = ();
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<(), Error> {
        let event = NewEvent { id: &self.0, kind: MARKER, subject: "", data: "null", http_request: None };
        outbox::add_event(conn, &event, self.1).await
    }
}
