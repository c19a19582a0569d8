//! Authenticator apps of a user.

use serde::{Deserialize, Serialize};

use crate::{object::TotpObject, timestamp::Timestamp};

/// The authenticator app of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Totp {
    /// Always `totp`.
    pub object: TotpObject,
    /// The id; a user has one.
    pub id: String,
    /// What the app needs; shown until the app is verified.
    pub secret: Option<String>,
    /// The same for the app to read from a picture.
    pub uri: Option<String>,
    /// True once the app has shown a code.
    pub verified: bool,
    /// Backup codes that were made together with it, shown this once.
    pub backup_codes: Option<Vec<String>>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}
