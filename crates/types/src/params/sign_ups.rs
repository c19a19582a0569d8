//! Bodies of the operations on sign-ups.

use serde::{Deserialize, Serialize};

use super::Patch;

/// Body of `PATCH /v1/sign_ups/{id}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpdateSignUp {
    /// The id of the user-to-be in the application's own system.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub external_id: Patch<String>,
    /// True marks it as the work of a flow of the application's own.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<bool>))]
    pub custom_action: Patch<bool>,
}
