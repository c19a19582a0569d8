//! Sign-in tokens: tickets by which the Backend API lets a user in without another proof.

use serde::{Deserialize, Serialize};

use crate::{
    ids::{SignInTokenId, UserId},
    object::SignInTokenObject,
    timestamp::Timestamp,
};

/// Where a token stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SignInTokenStatus {
    /// It can be used.
    Pending,
    /// It was used.
    Accepted,
    /// It was taken back.
    Revoked,
}

/// A sign-in token. `Debug` hides what lets its holder in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignInToken {
    /// Always `sign_in_token`.
    pub object: SignInTokenObject,
    /// The id.
    pub id: SignInTokenId,
    /// Where it stands.
    pub status: SignInTokenStatus,
    /// Whom it lets in.
    pub user_id: UserId,
    /// The ticket. Told once, when the token is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// A link that signs its reader in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl std::fmt::Debug for SignInToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignInToken")
            .field("id", &self.id)
            .field("status", &self.status)
            .field("user_id", &self.user_id)
            .finish_non_exhaustive()
    }
}
