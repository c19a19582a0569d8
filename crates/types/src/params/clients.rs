//! Bodies of the operations on clients.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Body of `POST /v1/clients/verify`. `Debug` hides the token.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct VerifyClient {
    /// What the browser has in its cookie `__client`.
    pub token: String,
}

impl fmt::Debug for VerifyClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyClient").finish_non_exhaustive()
    }
}
