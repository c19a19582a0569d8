//! The outbox entries of a change.

use beadle_store::{
    Conn, Result, outbox,
    sessions::SessionRecord,
    users::{self, UserRecord},
};
use beadle_types::{DeletedObject, EventId, SessionEvent, Timestamp, UserId, WaitlistEntry};
use serde::Serialize;

use crate::{app::App, cause, instance::Instance, present};

/// Writes events with ids that were drawn before the transaction, so that it can run again.
pub(crate) struct Events {
    app: App,
    ids: Vec<EventId>,
    /// The request that causes them, as JSON.
    http_request: Option<String>,
    now: Timestamp,
}

impl Events {
    /// For at most `count` events of one transaction.
    pub(crate) fn new(app: &App, count: usize) -> Self {
        let now = app.now();
        Self {
            ids: (0..count).map(|_| EventId::from_parts(now, app.rng.entropy16())).collect(),
            app: app.clone(),
            http_request: cause::current().and_then(|request| serde_json::to_string(&request).ok()),
            now,
        }
    }

    /// When the change happens.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// Where they happen.
    pub(super) fn app(&self) -> &App {
        &self.app
    }

    /// What the events are about.
    pub(super) fn instance(&self) -> &Instance {
        &self.app.instance
    }

    /// `user.created`, `user.updated`: the whole user. `n` is which of the transaction's events this is.
    pub(crate) async fn user(
        &self,
        conn: &mut Conn,
        n: usize,
        kind: &str,
        record: &UserRecord,
    ) -> Result<()> {
        let user = present::user::user(record.clone(), &self.app.instance, self.now);
        self.add(conn, n, kind, record.user.id.as_str(), &user).await
    }

    /// `user.updated`, and `user.banned` or `user.unbanned` for who asked for that. Takes two places, `2 * n` and the next.
    pub(crate) async fn user_banned(&self, conn: &mut Conn, n: usize, record: &UserRecord) -> Result<()> {
        let user = present::user::user(record.clone(), &self.app.instance, self.now);
        let kind = if user.banned { "user.banned" } else { "user.unbanned" };
        let data = json(&user);
        let event = self.event(2 * n, "user.updated", user.id.as_str(), &data);
        outbox::add_events(conn, &event, (&self.ids[2 * n + 1], kind), self.now).await
    }

    /// `user.deleted`: what is left to tell.
    pub(crate) async fn user_deleted(
        &self,
        conn: &mut Conn,
        n: usize,
        id: &UserId,
        external_id: Option<String>,
    ) -> Result<()> {
        let deleted = DeletedObject { external_id, ..DeletedObject::new("user", id.as_str()) };
        self.add(conn, n, "user.deleted", id.as_str(), &deleted).await
    }

    /// `session.created`, `session.ended`, …
    pub(crate) async fn session(
        &self,
        conn: &mut Conn,
        n: usize,
        kind: &str,
        record: &SessionRecord,
    ) -> Result<()> {
        let user = users::load(conn, &record.session.user_id).await?;
        self.session_of(conn, n, kind, record, user.as_ref()).await
    }

    /// As [`Events::session`], where the user is known already, or known to be deleted.
    pub(crate) async fn session_of(
        &self,
        conn: &mut Conn,
        n: usize,
        kind: &str,
        record: &SessionRecord,
        user: Option<&UserRecord>,
    ) -> Result<()> {
        let session = present::session::session(record, self.now);
        let user = user.map(|user| present::user::user(user.clone(), &self.app.instance, self.now));
        let subject = record.session.user_id.as_str();
        let mut data = serde_json::to_value(SessionEvent { session, user }).unwrap_or_default();
        // Clerk's catalogue of events knows none, and closes its sessions against other fields.
        data.as_object_mut().and_then(|session| session.remove("tasks"));
        self.add(conn, n, kind, subject, &data).await
    }

    /// `waitlistEntry.created`, `waitlistEntry.updated`.
    pub(crate) async fn waitlist_entry(
        &self,
        conn: &mut Conn,
        n: usize,
        kind: &str,
        entry: &WaitlistEntry,
    ) -> Result<()> {
        self.add(conn, n, kind, entry.id.as_str(), entry).await
    }

    async fn add(
        &self,
        conn: &mut Conn,
        n: usize,
        kind: &str,
        subject: &str,
        data: &impl Serialize,
    ) -> Result<()> {
        let data = json(data);
        outbox::add_event(conn, &self.event(n, kind, subject, &data), self.now).await
    }

    fn event<'a>(&'a self, n: usize, kind: &'a str, subject: &'a str, data: &'a str) -> outbox::NewEvent<'a> {
        outbox::NewEvent { id: &self.ids[n], kind, subject, data, http_request: self.http_request.as_deref() }
    }
}

fn json(data: &impl Serialize) -> String {
    serde_json::to_string(data).unwrap_or_default()
}
