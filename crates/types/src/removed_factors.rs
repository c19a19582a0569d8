//! The answer when second factors were taken away.

use serde::{Deserialize, Serialize};

use crate::ids::UserId;

/// Whose factors were removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RemovedFactors {
    /// The user.
    pub user_id: UserId,
}
