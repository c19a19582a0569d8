//! The answer to a count.

use serde::{Deserialize, Serialize};

use crate::object::TotalCountObject;

/// How many objects match a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TotalCount {
    /// Always `total_count`.
    pub object: TotalCountObject,
    /// The number.
    pub total_count: i64,
}

impl TotalCount {
    /// Wraps a number.
    pub fn new(total_count: i64) -> Self {
        Self { object: TotalCountObject, total_count }
    }
}
