//! Bodies of the user operations.

mod create;
mod update;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use self::{create::CreateUser, update::UpdateUser};
use crate::Map;

/// Body of `PATCH` and of `PUT /v1/users/{id}/metadata`.
///
/// With `PATCH` each given object is merged into the stored one at every depth, and a null removes its key; with
/// `PUT` it takes the stored one's place. Fields that are not given stay.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateMetadata {
    /// Readable by the browser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub public_metadata: Option<Map>,
    /// For the backend only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub private_metadata: Option<Map>,
    /// Readable and writable by the browser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub unsafe_metadata: Option<Map>,
}

/// Body of `POST /v1/users/{id}/verify_password`. `Debug` hides the password.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct VerifyPassword {
    /// The password to check.
    pub password: String,
}

impl fmt::Debug for VerifyPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyPassword").finish_non_exhaustive()
    }
}

/// Body of `POST /v1/users/{id}/remove_password`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RemovePassword {
    /// True ends every session of the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_out_of_other_sessions: Option<bool>,
}

/// Body of `POST /v1/users/{id}/password/set_compromised`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetPasswordCompromised {
    /// True ends every session of the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoke_all_sessions: Option<bool>,
}

/// Body of `POST /v1/users/{id}/verify_totp`. `Debug` hides the code.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct VerifyTotp {
    /// The code to check.
    pub code: String,
}

impl fmt::Debug for VerifyTotp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyTotp").finish_non_exhaustive()
    }
}

/// Body of `POST /v1/users/ban` and `/v1/users/unban`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UserIds {
    /// The users, 1 to 50.
    pub user_ids: Vec<String>,
}
