//! One page of a longer list.

use serde::{Deserialize, Serialize};

/// The objects of one page, and how many there are on all pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The objects of this page.
    pub data: Vec<T>,
    /// The number of objects on all pages.
    pub total_count: i64,
}

/// What lists answer that were paged later than they were made: a page if one was asked for with
/// `paginated=true`, else the bare array.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum Listed<T> {
    /// With the total.
    Page(Page<T>),
    /// Without.
    Plain(Vec<T>),
}

impl<T> Listed<T> {
    /// A page if there is a total.
    pub fn new(data: Vec<T>, total_count: Option<i64>) -> Self {
        match total_count {
            Some(total_count) => Self::Page(Page { data, total_count }),
            None => Self::Plain(data),
        }
    }
}
