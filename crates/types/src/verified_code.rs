//! The answer to the check of a second factor's code.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// Says that a code was right, and of what; a wrong one is an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VerifiedCode {
    /// True.
    pub verified: bool,
    /// `totp` or `backup_code`.
    pub code_type: Cow<'static, str>,
}
