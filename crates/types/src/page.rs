//! One page of a longer list.

use serde::{Deserialize, Serialize};

/// The objects of one page, and how many there are on all pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The objects of this page.
    pub data: Vec<T>,
    /// The number of objects on all pages.
    pub total_count: i64,
}
