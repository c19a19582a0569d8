//! Pictures.

use serde::{Deserialize, Serialize};

use crate::{ids::ImageId, object::ImageObject};

/// A picture that was stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Image {
    /// `image`.
    pub object: ImageObject,
    /// Its id.
    pub id: ImageId,
    /// The name of its file.
    pub name: String,
    /// Where it can be fetched.
    pub public_url: String,
}
