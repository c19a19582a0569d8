//! The outbox entries of a change.

use beadle_store::{Conn, Result, outbox, users::UserRecord};
use beadle_types::{EventId, Timestamp, UserId, WaitlistEntry};
use serde::Serialize;

use crate::{app::App, instance::Instance, present};

/// Writes events with ids that were drawn before the transaction, so that it can run again.
pub(crate) struct Events {
    app: App,
    ids: Vec<EventId>,
    now: Timestamp,
}

impl Events {
    /// For at most `count` events of one transaction.
    pub(crate) fn new(app: &App, count: usize) -> Self {
        let now = app.now();
        Self {
            ids: (0..count).map(|_| EventId::from_parts(now, app.rng.entropy16())).collect(),
            app: app.clone(),
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

    /// `user.deleted`: what is left to tell.
    pub(crate) async fn user_deleted(&self, conn: &mut Conn, n: usize, id: &UserId) -> Result<()> {
        let deleted = beadle_types::DeletedObject::new("user", id.as_str());
        self.add(conn, n, "user.deleted", id.as_str(), &deleted).await
    }

    /// `session.created`, `session.ended`, …
    pub(crate) async fn session(
        &self,
        conn: &mut Conn,
        n: usize,
        kind: &str,
        session: &beadle_types::Session,
    ) -> Result<()> {
        self.add(conn, n, kind, session.user_id.as_str(), session).await
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
        let data = serde_json::to_string(data).unwrap_or_default();
        let event = outbox::NewEvent { id: &self.ids[n], kind, subject, data: &data };
        outbox::add_event(conn, &event, self.now).await
    }
}
