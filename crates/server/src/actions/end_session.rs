//! Ending single sessions: revoked by the Backend API, ended or removed by their holder.

use beadle_domain::Error;
use beadle_store::{
    Conn, UnitOfWork,
    sessions::{self, SessionRecord},
};
use beadle_types::{SessionId, SessionStatus, UserId};

use super::{by::By, events::Events, revoke};
use crate::{
    app::App,
    error::{ApiError, ApiResult},
};

/// Ends the session with a terminal status. One that is dead already stays as it died.
///
/// # Errors
/// 404 without the session.
pub(crate) async fn end(app: &App, id: SessionId, status: SessionStatus) -> ApiResult<SessionRecord> {
    let mut ended = end_all(app, vec![id], status).await?;
    ended.pop().ok_or_else(|| ApiError::internal("no session came back"))
}

/// Ends several sessions in one transaction.
///
/// # Errors
/// 404 without one of them; then none was ended.
pub(crate) async fn end_all(
    app: &App,
    ids: Vec<SessionId>,
    status: SessionStatus,
) -> ApiResult<Vec<SessionRecord>> {
    let events = Events::new(app, ids.len());
    let records = app.store.write(EndSessions { ids, status, events }).await?;
    app.feed.wake();
    Ok(records)
}

/// Revokes a session of the user in their own name.
///
/// # Errors
/// 404 for a session of somebody else, 400 for one that has ended; for an acting session that has died, why it did.
pub(crate) async fn revoke_own(
    app: &App,
    by: By,
    user_id: UserId,
    id: SessionId,
) -> ApiResult<SessionRecord> {
    let work = RevokeOwn { by, user_id, id, events: Events::new(app, 1) };
    let record = app.store.write(work).await?;
    app.feed.wake();
    Ok(record)
}

struct RevokeOwn {
    by: By,
    user_id: UserId,
    id: SessionId,
    events: Events,
}

impl UnitOfWork for RevokeOwn {
    type Output = SessionRecord;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<SessionRecord> {
        self.by.lock(conn, &self.user_id, self.events.now()).await?;
        let found = sessions::find(conn, &self.id).await?;
        let own = found.filter(|record| record.session.user_id == self.user_id);
        let own = own.ok_or_else(|| Error::not_found("session", &self.id))?;
        match end_one(conn, &own, SessionStatus::Revoked, &self.events, 0).await? {
            Some(ended) => Ok(ended),
            None => Err(Error::invalid_action_for_session().into()),
        }
    }
}

struct EndSessions {
    ids: Vec<SessionId>,
    status: SessionStatus,
    events: Events,
}

impl UnitOfWork for EndSessions {
    type Output = Vec<SessionRecord>;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Vec<SessionRecord>> {
        let mut records = Vec::with_capacity(self.ids.len());
        for (n, id) in self.ids.iter().enumerate() {
            let found = sessions::find(conn, id).await?.ok_or_else(|| Error::not_found("session", id))?;
            let ended = end_one(conn, &found, self.status, &self.events, n).await?;
            records.push(ended.unwrap_or(found));
        }
        Ok(records)
    }
}

/// Ends a session unless it is dead already; `n` is its event's place.
async fn end_one(
    conn: &mut Conn,
    found: &SessionRecord,
    status: SessionStatus,
    events: &Events,
    n: usize,
) -> ApiResult<Option<SessionRecord>> {
    let (id, now) = (&found.session.id, events.now());
    if !matches!(found.status_at(now), SessionStatus::Active | SessionStatus::Pending) {
        return Ok(None);
    }
    let Some(tokens_expire_at) = sessions::end(conn, id, status, now).await? else { return Ok(None) };
    revoke::session(conn, events, id, tokens_expire_at).await?;
    let record = sessions::find(conn, id).await?.ok_or(beadle_store::Error::NotFound)?;
    let kind = format!("session.{}", status.as_str());
    events.session(conn, n, &kind, &record).await?;
    Ok(Some(record))
}
