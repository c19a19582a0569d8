//! Bodies of the revocation feed's operations.

use serde::{Deserialize, Serialize};

/// Body of `POST /v1/revocations/receipts`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateReceipt {
    /// Who refuses everything up to `seq`.
    #[serde(default)]
    pub verifier: String,
    /// The position.
    pub seq: i64,
}
