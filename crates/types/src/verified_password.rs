//! The answer to a password check.

use serde::{Deserialize, Serialize};

/// Says that a password was right; a wrong one is an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VerifiedPassword {
    /// True.
    pub verified: bool,
}
