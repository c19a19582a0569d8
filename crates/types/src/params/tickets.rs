//! Bodies of the operations on sign-in tokens, actor tokens and invitations.

use serde::{Deserialize, Serialize};

use crate::Map;

/// Body of `POST /v1/sign_in_tokens`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateSignInToken {
    /// Whom it lets in.
    pub user_id: String,
    /// The organisation to choose then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org_id: Option<String>,
    /// How long it can be used; 30 days if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in_seconds: Option<i64>,
}

/// Body of `POST /v1/actor_tokens`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateActorToken {
    /// As whom its holder acts.
    pub user_id: String,
    /// Who acts: `sub` says who, and all of it goes into session tokens.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub actor: Map,
    /// How long it can be used; an hour if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in_seconds: Option<i64>,
    /// How long the session lasts at most; half an hour if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_max_duration_in_seconds: Option<i64>,
}

/// Body of `POST /v1/invitations`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateInvitation {
    /// Whom it goes to.
    pub email_address: String,
    /// What the new user starts with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub public_metadata: Option<Map>,
    /// Where the link leads in the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<String>,
    /// Whether a mail is sent; it is if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify: Option<bool>,
    /// Whether an open invitation or a user with this address is no obstacle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ignore_existing: Option<bool>,
    /// 1 to 365; 30 if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in_days: Option<i64>,
    /// Which text the mail has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template_slug: Option<String>,
}

/// Query of `GET /v1/invitations`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
pub struct ListInvitations {
    /// Only those in this state, a word of [`crate::InvitationStatus`]; all but the revoked ones if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Only those with this text in the address or the id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// `created_at`, `email_address` or `expires_at`, with `+` (the default) or `-` in front; `-created_at` if not
    /// given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_by: Option<String>,
    /// True wraps the list in a [`crate::Page`]; otherwise it is a bare array.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paginated: Option<bool>,
    /// How many at most, 1 to 500; 10 if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// How many to pass over; 0 if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<i64>,
}
