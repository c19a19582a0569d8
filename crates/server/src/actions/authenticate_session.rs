//! Finding a session and letting it through only if it is live.

use beadle_domain::{
    Error,
    credential::Refusal,
    session::{DeadSession, LiveSession},
    sign_in,
};
use beadle_store::{
    Conn,
    sessions::{self, SessionRecord},
};
use beadle_types::{ClientId, SessionId, Timestamp};

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

impl Found {
    /// What the holder of the session is told when it cannot be used.
    pub(crate) fn refusal(&self, id: &SessionId) -> Error {
        match self {
            Self::Dead(DeadSession::Refused(Refusal::Banned)) => sign_in::refusal(Refusal::Banned),
            Self::Dead(_) | Self::Live(_) => Error::authentication_invalid(),
            Self::Unknown => Error::not_found("session", id),
        }
    }
}

/// Looks the session up and holds it against its user's standing, read in the same statement.
pub(crate) async fn find(conn: &mut Conn, id: &SessionId, now: Timestamp) -> ApiResult<Found> {
    Ok(sessions::find(conn, id).await?.map_or(Found::Unknown, |record| admit(record, now)))
}

/// As [`find`], for the client that asks: sessions of others, dead or alive, are unknown to it.
pub(crate) async fn find_of_client(
    conn: &mut Conn,
    id: &SessionId,
    client_id: &ClientId,
    now: Timestamp,
) -> ApiResult<Found> {
    let record = sessions::find(conn, id).await?.filter(|record| record.session.client_id == *client_id);
    Ok(record.map_or(Found::Unknown, |record| admit(record, now)))
}

/// Holds a session that was read against the standing that was read with it.
fn admit(record: SessionRecord, now: Timestamp) -> Found {
    match LiveSession::admit(record.session, record.standing.as_ref(), now) {
        Ok(live) => Found::Live(Box::new(live)),
        Err(dead) => Found::Dead(dead),
    }
}
