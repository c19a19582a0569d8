//! Passkeys of a user.

use serde::{Deserialize, Serialize};

use crate::{ids::IdentificationId, object::PasskeyObject, timestamp::Timestamp, verification::Verification};

/// A passkey of a user, in the form both APIs use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Passkey {
    /// The id by which it is renamed or deleted.
    pub id: IdentificationId,
    /// Always `passkey`.
    pub object: PasskeyObject,
    /// What the user calls it.
    pub name: String,
    /// The last sign-in with it.
    pub last_used_at: Option<Timestamp>,
    /// How it was, or is to be, proven; `nonce` holds the options for the browser.
    pub verification: Option<Verification>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}
