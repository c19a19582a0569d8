//! Finding a session and letting it through only if it is live.

use beadle_domain::session::{DeadSession, LiveSession};
use beadle_store::{Conn, sessions};
use beadle_types::{SessionId, Timestamp};

use crate::error::ApiResult;

/// What a session id led to.
pub(crate) enum Found {
    /// A session that may be used.
    Live(Box<LiveSession>),
    /// A session that may not.
    Dead(DeadSession),
    /// No session.
    Unknown,
}

/// Looks the session up and holds it against its user's standing, read in the same statement.
pub(crate) async fn find(conn: &mut Conn, id: &SessionId, now: Timestamp) -> ApiResult<Found> {
    let Some(record) = sessions::find(conn, id).await? else { return Ok(Found::Unknown) };
    Ok(match LiveSession::admit(record.session, record.standing.as_ref(), now) {
        Ok(live) => Found::Live(Box::new(live)),
        Err(dead) => Found::Dead(dead),
    })
}
