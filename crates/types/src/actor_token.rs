//! Actor tokens: tickets by which somebody acts as a user.

use serde::{Deserialize, Serialize};

use crate::{
    Map,
    ids::{ActorTokenId, UserId},
    object::ActorTokenObject,
    sign_in_token::SignInTokenStatus,
    timestamp::Timestamp,
};

/// An actor token. `Debug` hides what lets its holder in.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActorToken {
    /// Always `actor_token`.
    pub object: ActorTokenObject,
    /// The id.
    pub id: ActorTokenId,
    /// Where it stands: the states are those of a sign-in token.
    pub status: SignInTokenStatus,
    /// As whom it lets its holder act.
    pub user_id: UserId,
    /// Who acts: `sub`, and whatever else was given.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub actor: Map,
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

impl std::fmt::Debug for ActorToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ActorToken")
            .field("id", &self.id)
            .field("status", &self.status)
            .field("user_id", &self.user_id)
            .field("actor", &self.actor)
            .finish_non_exhaustive()
    }
}
