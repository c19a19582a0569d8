//! The answer to a deletion.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// Says that something is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeletedObject {
    /// What kind of object it was, for example `user`.
    pub object: Cow<'static, str>,
    /// Its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its slug, for kinds that are named by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// True.
    pub deleted: bool,
    /// Its id in the application's own system. Only the Backend API has this field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
}

impl DeletedObject {
    /// Says that the object of this kind with this id is gone.
    pub fn new(object: impl Into<Cow<'static, str>>, id: impl Into<String>) -> Self {
        Self { object: object.into(), id: Some(id.into()), slug: None, deleted: true, external_id: None }
    }
}
