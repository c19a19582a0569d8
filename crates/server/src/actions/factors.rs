//! Second factors: set up and removed, and their codes checked.

pub(crate) mod backup_codes;
pub(crate) mod check;
pub(crate) mod totp;
pub(crate) mod verify;

use beadle_domain::{Error, session::LiveSession};
use beadle_store::{
    Conn, identifications,
    users::{self, UserRecord, UserRow},
};
use beadle_types::{Timestamp, UserId};

use crate::error::ApiResult;

/// Who changes a user's factors.
#[derive(Debug, Clone)]
pub(crate) enum By {
    /// The user, in a session.
    Session(Box<LiveSession>),
    /// The Backend API.
    Admin(UserId),
}

impl By {
    pub(crate) fn user_id(&self) -> &UserId {
        match self {
            Self::Session(session) => &session.session().user_id,
            Self::Admin(id) => id,
        }
    }

    /// The user, locked until the transaction ends. A session must still be live: it may have died since the request
    /// began.
    pub(crate) async fn lock_user(&self, conn: &mut Conn, now: Timestamp) -> ApiResult<UserRecord> {
        let id = self.user_id();
        let user = users::find_for_update(conn, id).await?;
        if let Self::Session(session) = self {
            let standing = user.as_ref().map(UserRow::standing);
            LiveSession::admit(session.session().clone(), standing.as_ref(), now)
                .map_err(|_| Error::authentication_invalid())?;
        }
        let user = user.ok_or_else(|| Error::not_found("user", id))?;
        let identifications = identifications::of_user(conn, id).await?;
        Ok(UserRecord { user, identifications })
    }
}

/// Notes that the first second factor came or the last one went; backup codes only stand in for others. `had` is
/// whether there was one before the change.
pub(crate) fn settle(record: &mut UserRecord, had: bool, now: Timestamp) {
    let has = record.has_second_factor();
    if has && !had {
        record.user.mfa_enabled_at = Some(now);
    } else if had && !has {
        record.user.mfa_disabled_at = Some(now);
        record.user.backup_codes = None;
    }
    record.user.updated_at = now;
}
