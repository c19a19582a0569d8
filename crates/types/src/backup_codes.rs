//! Backup codes of a user.

use serde::{Deserialize, Serialize};

use crate::{object::BackupCodeObject, timestamp::Timestamp};

/// A set of backup codes, as shown once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BackupCodes {
    /// Always `backup_code`.
    pub object: BackupCodeObject,
    /// The id of the set.
    pub id: String,
    /// The codes.
    pub codes: Vec<String>,
    /// When they were made.
    pub created_at: Timestamp,
    /// The same.
    pub updated_at: Timestamp,
}
