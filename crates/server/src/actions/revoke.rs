//! What follows when credentials die: local verifiers must learn of it, and dead sessions be settled. Shared by
//! everything that ends sessions. Whoever commits the death of a user's calls [`App::has_revoked`]; that of a single
//! session leaves nothing to settle, so waking the feed is enough.

use beadle_store::{
    Conn, Result,
    feed::{self, Revocation},
    sessions, sweeps,
    users::{self, NewGeneration, UserRow},
};
use beadle_types::{SessionId, Timestamp, UserId};

use super::events::Events;
use crate::app::App;

/// Sessions in which a user acts as somebody else that are told of together with the user's death at most.
const ACTED: i64 = 1000;

impl App {
    /// Wakes what tells of revocations and settles them. Both would find them without it, later.
    pub(crate) fn has_revoked(&self) {
        self.feed.wake();
        self.sweep.notify_one();
    }
}

/// Every credential of the user of an earlier generation is dead.
pub(super) async fn user(conn: &mut Conn, events: &Events, id: &UserId, dead: NewGeneration) -> Result<()> {
    let now = events.now();
    let revocation = Revocation::User(id.clone(), dead.generation);
    feed::add(conn, &revocation, last_token(events, dead.tokens_expire_at), now).await?;
    // Verifiers know a session through which they act by its user, so that it is told of by itself. It lasts half an hour
    // as a rule; of more than can be told here the sweep ends the rest, and their tokens live a minute.
    for (session_id, tokens_expire_at) in sessions::acted(conn, id, dead.generation, ACTED).await? {
        session(conn, events, &session_id, tokens_expire_at).await?;
    }
    sweeps::request(conn, id, dead.generation, now).await
}

/// Signs the user out everywhere: they go into their next generation.
pub(super) async fn everywhere(conn: &mut Conn, events: &Events, row: &mut UserRow) -> Result<()> {
    let dead = users::bump_generation(conn, &row.id, events.now()).await?;
    row.generation = dead.generation;
    user(conn, events, &row.id, dead).await
}

/// One session is dead, and `tokens_expire_at` is what it remembers of unusually long tokens.
pub(super) async fn session(
    conn: &mut Conn,
    events: &Events,
    id: &SessionId,
    tokens_expire_at: Option<Timestamp>,
) -> Result<()> {
    let revocation = Revocation::Session(id.clone());
    feed::add(conn, &revocation, last_token(events, tokens_expire_at), events.now()).await
}

/// When the last token ends that was made until now.
fn last_token(events: &Events, remembered: Option<Timestamp>) -> Timestamp {
    let usual = events.instance().last_token_ends(events.now());
    remembered.map_or(usual, |remembered| remembered.max(usual))
}
