//! Ending single sessions: revoked by the Backend API, ended or removed by their holder.

use beadle_domain::Error;
use beadle_store::{
    Conn, UnitOfWork,
    sessions::{self, SessionRecord},
};
use beadle_types::{SessionId, SessionStatus};

use super::{events::Events, revoke};
use crate::{
    app::App,
    error::{ApiError, ApiResult},
    present,
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

struct EndSessions {
    ids: Vec<SessionId>,
    status: SessionStatus,
    events: Events,
}

impl UnitOfWork for EndSessions {
    type Output = Vec<SessionRecord>;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Vec<SessionRecord>> {
        let now = self.events.now();
        let mut records = Vec::with_capacity(self.ids.len());
        for (n, id) in self.ids.iter().enumerate() {
            let found = sessions::find(conn, id).await?.ok_or_else(|| Error::not_found("session", id))?;
            let live = matches!(found.status_at(now), SessionStatus::Active | SessionStatus::Pending);
            let ended = if live { sessions::end(conn, id, self.status, now).await? } else { None };
            let Some(tokens_expire_at) = ended else {
                records.push(found);
                continue;
            };
            revoke::session(conn, &self.events, id, tokens_expire_at).await?;
            let record = sessions::find(conn, id).await?.ok_or(beadle_store::Error::NotFound)?;
            let kind = format!("session.{}", self.status.as_str());
            self.events.session(conn, n, &kind, &present::session::session(&record, now)).await?;
            records.push(record);
        }
        Ok(records)
    }
}
