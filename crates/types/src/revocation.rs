//! The revocation feed: what services that verify tokens themselves must refuse. Beadle's own; the protocol is in
//! `docs/revocations.md`.

use serde::{Deserialize, Serialize};

use crate::{
    SessionId, Timestamp, UserId,
    object::{BanStatusObject, RevocationReceiptObject, RevocationsObject},
};

/// Whether a text can be a verifier's name: 1 to 64 letters, digits, dots, dashes and underscores.
pub fn is_verifier_name(name: &str) -> bool {
    let is_good = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=64).contains(&name.len()) && name.bytes().all(is_good)
}

/// What an entry revokes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum Revocation {
    /// Every credential of the user below this generation.
    User {
        /// The user.
        user_id: UserId,
        /// The first generation that is good again.
        generation: i64,
    },
    /// One session.
    Session {
        /// The session.
        session_id: SessionId,
    },
}

/// One entry of the feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RevocationEntry {
    /// Its position; each is given once, in the order in which the feed tells of them.
    pub seq: i64,
    /// What is revoked.
    #[serde(flatten)]
    pub revocation: Revocation,
    /// When it was revoked.
    pub created_at: Timestamp,
    /// When the last token it concerns has ended.
    pub expires_at: Timestamp,
}

/// A piece of the feed: every entry that still matters with `after` < seq ≤ `seq`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RevocationFrame {
    /// Always `revocations`.
    pub object: RevocationsObject,
    /// Whether nothing before it matters.
    pub snapshot: bool,
    /// The position that it continues; 0 for a snapshot.
    pub after: i64,
    /// The position that it reaches.
    pub seq: i64,
    /// The newest position at `time`.
    pub head: i64,
    /// A time at which `head` was known to be the newest position, by the server's clock.
    pub time: Timestamp,
    /// Oldest first.
    pub entries: Vec<RevocationEntry>,
    /// What the subscriber sent along, in the one frame that answers it: made after the request, by a look into the
    /// database that began after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
}

impl RevocationFrame {
    /// Whether it only tells that there is nothing new.
    pub fn is_heartbeat(&self) -> bool {
        !self.snapshot && self.entries.is_empty() && self.after == self.seq && self.seq == self.head
    }
}

/// The signed form of a frame: the payload of its `jws`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignedFrame {
    /// The issuer of the session tokens that it speaks about.
    pub iss: String,
    /// The frame.
    #[serde(flatten)]
    pub frame: RevocationFrame,
}

/// A frame on the wire: readable, and signed. Verifiers believe the signed form only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WireFrame {
    /// For people.
    #[serde(flatten)]
    pub frame: RevocationFrame,
    /// Compact JWS of a [`SignedFrame`].
    pub jws: String,
}

/// The answer to a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RevocationReceipt {
    /// Always `revocation_receipt`.
    pub object: RevocationReceiptObject,
    /// Who refuses everything up to `seq`.
    pub verifier: String,
    /// The position.
    pub seq: i64,
    /// When the receipt arrived.
    pub received_at: Timestamp,
}

/// Whether, since when and where a user's ban is in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BanStatus {
    /// Always `ban_status`.
    pub object: BanStatusObject,
    /// The user.
    pub user_id: UserId,
    /// Whether they are banned.
    pub banned: bool,
    /// The generation below which every credential is dead.
    pub generation: i64,
    /// When the ban was committed; `None` for a user who is not banned.
    pub accepted_at: Option<Timestamp>,
    /// The ban's position in the feed; `None` as long as it has none, and once it is a week old.
    pub seq: Option<i64>,
    /// The verifiers of the last day, by name.
    pub verifiers: Vec<VerifierStatus>,
}

/// A verifier, as seen by a ban.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VerifierStatus {
    /// The name it gave itself.
    pub name: String,
    /// Whether it follows the feed now.
    pub connected: bool,
    /// Whether it refuses the user.
    pub status: Applied,
    /// Up to where it refuses everything.
    pub seq: i64,
    /// When the first receipt at or beyond the ban's position arrived.
    pub applied_at: Option<Timestamp>,
    /// The same, in milliseconds since the ban was accepted.
    pub applied_after_ms: Option<i64>,
}

/// Whether a verifier has applied a ban.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Applied {
    /// It has said so.
    Applied,
    /// It has not said so yet.
    Lagging,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_frame_is_flat_json() {
        let user = json!({"seq": 1, "user_id": "user_1", "generation": 2, "created_at": 3, "expires_at": 4});
        let session = json!({"seq": 2, "session_id": "sess_1", "created_at": 3, "expires_at": 4});
        let wire = json!({
            "object": "revocations", "snapshot": false, "after": 0, "seq": 2, "head": 2, "time": 5,
            "entries": [user, session], "jws": "a.b.c",
        });
        let read: WireFrame = serde_json::from_value(wire.clone()).unwrap();
        assert!(matches!(read.frame.entries[0].revocation, Revocation::User { generation: 2, .. }));
        assert!(matches!(read.frame.entries[1].revocation, Revocation::Session { .. }));
        assert!(!read.frame.is_heartbeat());
        assert_eq!(serde_json::to_value(&read).unwrap(), wire);
    }
}
