//! The words for the state of a session.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The state of a session. All but `active` and `pending` are final: nothing brings such a session back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SessionStatus {
    /// In use.
    Active,
    /// Signed in, but tasks stand between the user and the application.
    Pending,
    /// Ended by an administrator, a ban, or the user on another device.
    Revoked,
    /// Ended by the user, who can take it up again only by signing in.
    Ended,
    /// Ended because its time was over.
    Expired,
    /// Ended and taken off its client.
    Removed,
    /// Ended because nobody came back to it.
    Abandoned,
    /// Ended because another session took its place on the client.
    Replaced,
}

impl SessionStatus {
    /// Every status.
    pub const ALL: [Self; 8] = [
        Self::Active,
        Self::Pending,
        Self::Revoked,
        Self::Ended,
        Self::Expired,
        Self::Removed,
        Self::Abandoned,
        Self::Replaced,
    ];

    /// The word in JSON, in queries and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Revoked => "revoked",
            Self::Ended => "ended",
            Self::Expired => "expired",
            Self::Removed => "removed",
            Self::Abandoned => "abandoned",
            Self::Replaced => "replaced",
        }
    }

    /// True if a session in this state counts as signed in.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Active | Self::Pending)
    }
}

impl fmt::Display for SessionStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A word that is not the status of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the status of a session")]
pub struct UnknownSessionStatus;

impl FromStr for SessionStatus {
    type Err = UnknownSessionStatus;

    fn from_str(word: &str) -> Result<Self, UnknownSessionStatus> {
        Self::ALL.into_iter().find(|status| status.as_str() == word).ok_or(UnknownSessionStatus)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_same_in_text_and_json() {
        for status in SessionStatus::ALL {
            assert_eq!(status.as_str().parse(), Ok(status));
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
        assert_eq!("Active".parse::<SessionStatus>(), Err(UnknownSessionStatus));
    }

    #[test]
    fn only_active_and_pending_are_live() {
        let live: Vec<_> = SessionStatus::ALL.into_iter().filter(|status| status.is_live()).collect();
        assert_eq!(live, [SessionStatus::Active, SessionStatus::Pending]);
    }
}
