//! Passkeys of a user.

use serde::{Deserialize, Serialize};

use crate::{ids::IdentificationId, object::PasskeyObject, timestamp::Timestamp, verification::Verification};

/// A passkey of a user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Passkey {
    /// The id by which it is renamed or deleted.
    pub id: IdentificationId,
    /// Always `passkey`.
    pub object: PasskeyObject,
    /// What the user calls it.
    pub name: String,
    /// The last sign-in with it. Before the first one the Backend API, which knows no null here, says when it was made.
    pub last_used_at: Option<Timestamp>,
    /// How it was, or is to be, proven; `nonce` holds the options for the browser.
    pub verification: Option<Verification>,
    /// When it was made; only on the Frontend API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// When it last changed; only on the Frontend API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
}
