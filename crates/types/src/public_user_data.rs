//! The part of a user that others may see.

use serde::{Deserialize, Serialize};

use crate::ids::UserId;

/// Who a session or membership belongs to, without anything private.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PublicUserData {
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Where the avatar is.
    #[serde(default)]
    pub image_url: Option<String>,
    /// True if the avatar was uploaded or taken from a provider.
    pub has_image: bool,
    /// What the user is known by: e-mail address, phone number, username or wallet.
    pub identifier: String,
    /// The same as `image_url`, for old libraries.
    #[serde(default)]
    pub profile_image_url: Option<String>,
    /// The user's id.
    #[serde(default)]
    pub user_id: Option<UserId>,
    /// The user's name for sign-in.
    #[serde(default)]
    pub username: Option<String>,
    /// True if the user is banned.
    #[serde(default)]
    pub banned: bool,
}
