//! The ban: one statement on the user's row ends every credential they have, whatever their number.
//!
//! In the same transaction go the event, the entry for local verifiers, and the request to settle the dead
//! sessions later. No statement touches a session.

use beadle_domain::Error;
use beadle_store::{
    Conn, UnitOfWork,
    users::{self, UserRecord},
};
use beadle_types::UserId;

use super::{events::Events, revoke};
use crate::{
    app::App,
    error::{ApiError, ApiResult},
};

/// Marks or unmarks users, all or none.
struct SetBanned {
    ids: Vec<UserId>,
    banned: bool,
    events: Events,
}

struct Outcome {
    records: Vec<UserRecord>,
    changed: usize,
}

/// Bans the users. Who is banned already stays so, without a new generation or event.
///
/// # Errors
/// 404 naming the first unknown id; then nobody was banned.
pub(crate) async fn ban(app: &App, ids: Vec<UserId>) -> ApiResult<Vec<UserRecord>> {
    let outcome = set_banned(app, ids, true).await?;
    app.metrics.bans.inc_by(outcome.changed as u64);
    if outcome.changed > 0 {
        app.has_revoked();
    }
    Ok(outcome.records)
}

/// Lifts the ban of the users. Their old credentials stay dead.
///
/// # Errors
/// 404 naming the first unknown id; then no ban was lifted.
pub(crate) async fn unban(app: &App, ids: Vec<UserId>) -> ApiResult<Vec<UserRecord>> {
    Ok(set_banned(app, ids, false).await?.records)
}

async fn set_banned(app: &App, ids: Vec<UserId>, banned: bool) -> ApiResult<Outcome> {
    let events = Events::new(app, 2 * ids.len());
    app.store.write(SetBanned { ids, banned, events }).await
}

impl UnitOfWork for SetBanned {
    type Output = Outcome;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Outcome> {
        // Rows are locked in the order of their ids, whatever the order of the request: two requests that name
        // the same users in different orders would otherwise wait for each other.
        let mut order: Vec<usize> = (0..self.ids.len()).collect();
        order.sort_by_key(|&n| &self.ids[n]);
        let mut records: Vec<Option<UserRecord>> = vec![None; self.ids.len()];
        let mut changed = 0;
        for n in order {
            let id = &self.ids[n];
            let has_changed =
                if self.banned { self.ban(conn, id).await? } else { self.unban(conn, id).await? };
            records[n] = users::load(conn, id).await?;
            if let Some(record) = records[n].as_ref().filter(|_| has_changed) {
                self.events.user_banned(conn, n, record).await?;
                changed += 1;
            }
        }
        let found = records.into_iter().zip(&self.ids);
        let records = found.map(|(record, id)| record.ok_or_else(|| Error::not_found("user", id)));
        Ok(Outcome { records: records.collect::<Result<_, _>>()?, changed })
    }
}

impl SetBanned {
    async fn ban(&self, conn: &mut Conn, id: &UserId) -> ApiResult<bool> {
        let now = self.events.now();
        let Some(dead) = users::ban(conn, id, now).await? else { return Ok(false) };
        revoke::user(conn, &self.events, id, dead).await?;
        Ok(true)
    }

    async fn unban(&self, conn: &mut Conn, id: &UserId) -> ApiResult<bool> {
        Ok(users::unban(conn, id, self.events.now()).await?)
    }
}
