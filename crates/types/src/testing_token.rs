//! Tokens by which tests get past what holds robots back.

use serde::{Deserialize, Serialize};

use crate::object::TestingTokenObject;

/// Goes into the parameter `__clerk_testing_token` of requests to the Frontend API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TestingToken {
    /// Always `testing_token`.
    pub object: TestingTokenObject,
    /// The token.
    pub token: String,
    /// When it ends, in seconds.
    pub expires_at: i64,
}
