//! Invitations to sign up with an e-mail address.

use serde::{Deserialize, Serialize};

use crate::{Map, ids::InvitationId, object::InvitationObject, timestamp::Timestamp};

/// Where an invitation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum InvitationStatus {
    /// It can be answered.
    Pending,
    /// Somebody signed up with it.
    Accepted,
    /// It was taken back.
    Revoked,
    /// Nobody answered in time.
    Expired,
}

/// An invitation. `Debug` hides its link.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invitation {
    /// Always `invitation`.
    pub object: InvitationObject,
    /// The id.
    pub id: InvitationId,
    /// Whom it went to.
    pub email_address: String,
    /// What the new user starts with.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub public_metadata: Map,
    /// Where it stands.
    pub status: InvitationStatus,
    /// True once it was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<bool>,
    /// The link that the mail holds. Told once, when the invitation is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl std::fmt::Debug for Invitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invitation")
            .field("id", &self.id)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
