//! Bodies and queries of the operations on the waitlist.

use serde::{Deserialize, Serialize};

/// Body of `POST /v1/waitlist_entries`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateWaitlistEntry {
    /// Who waits.
    pub email_address: String,
    /// Whether they are told by mail; they are if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify: Option<bool>,
}

/// An element of the body of `POST /v1/waitlist_entries/bulk`. Unlike alone, it has no other fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BulkWaitlistEntry {
    /// Who waits.
    pub email_address: String,
    /// Whether they are told by mail; they are if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify: Option<bool>,
}

impl From<BulkWaitlistEntry> for CreateWaitlistEntry {
    fn from(BulkWaitlistEntry { email_address, notify }: BulkWaitlistEntry) -> Self {
        Self { email_address, notify }
    }
}

/// Body of `POST /v1/waitlist_entries/{waitlist_entry_id}/invite`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InviteWaitlistEntry {
    /// Whether an open invitation or a user with this address is no obstacle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ignore_existing: Option<bool>,
}

/// Query of `GET /v1/waitlist_entries`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
pub struct ListWaitlistEntries {
    /// Only those in this state, a word of [`crate::WaitlistStatus`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Only those with this text in the address or the id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// `created_at`, `email_address` or `invited_at`, with `+` (the default) or `-` in front; `-created_at` if not
    /// given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_by: Option<String>,
    /// How many at most, 1 to 500; 10 if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// How many to pass over; 0 if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<i64>,
}
