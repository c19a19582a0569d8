//! In whose name a change to a user is made.

use beadle_domain::{Error, session::LiveSession};
use beadle_store::{
    Conn, identifications,
    users::{self, UserRecord, UserRow},
};
use beadle_types::{ClientId, SessionId, Timestamp, UserId};

use super::authenticate_session::{self, Found};
use crate::error::ApiResult;

/// Who makes the change.
#[derive(Debug, Clone)]
pub(crate) enum By {
    /// The holder of the secret key.
    SecretKey,
    /// The user themself, through a session that was live when the request came.
    Session {
        /// The session.
        id: SessionId,
        /// The client that holds it.
        client_id: ClientId,
    },
}

/// A user who stays as they are until the transaction ends.
pub(crate) struct Locked {
    /// The user's row.
    pub(crate) user: UserRow,
    /// The session that acts, if one does.
    pub(crate) session: Option<LiveSession>,
}

impl By {
    /// Locks the user for a change. A session is held against its user's standing once more, now that no ban can
    /// come in between: what a ban overtook is refused, and a ban that comes later finds whatever was done.
    ///
    /// # Errors
    /// 404 without the user; for a session that has died, why it did.
    pub(crate) async fn lock(&self, conn: &mut Conn, id: &UserId, now: Timestamp) -> ApiResult<Locked> {
        let user = users::find_for_update(conn, id).await?;
        let Self::Session { id: session_id, client_id } = self else {
            let user = user.ok_or_else(|| Error::not_found("user", id))?;
            return Ok(Locked { user, session: None });
        };
        let found = authenticate_session::find_of_client(conn, session_id, client_id, now).await?;
        match (found, user) {
            (Found::Live(session), Some(user)) if session.session().user_id == user.id => {
                Ok(Locked { user, session: Some(*session) })
            }
            (found, _) => Err(found.refusal(session_id).into()),
        }
    }

    /// As [`By::lock`], with what else belongs to the user.
    pub(crate) async fn lock_record(
        &self,
        conn: &mut Conn,
        id: &UserId,
        now: Timestamp,
    ) -> ApiResult<UserRecord> {
        let user = self.lock(conn, id, now).await?.user;
        let identifications = identifications::of_user(conn, id).await?;
        Ok(UserRecord { user, identifications })
    }

    /// The session that acts, if one does, and the client that holds it.
    pub(crate) fn session(&self) -> Option<(SessionId, ClientId)> {
        match self {
            Self::SecretKey => None,
            Self::Session { id, client_id } => Some((id.clone(), client_id.clone())),
        }
    }

    /// Whether the user themself makes the change.
    pub(crate) fn is_own(&self) -> bool {
        matches!(self, Self::Session { .. })
    }
}
