//! Bodies of the operations on sign-ups.

use serde::{Deserialize, Serialize};

use super::Patch;

/// Body of `PATCH /v1/sign_ups/{id}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UpdateSignUp {
    /// The id of the user-to-be in the application's own system.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub external_id: Patch<String>,
    /// True marks it as the work of a flow of the application's own.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub custom_action: Patch<bool>,
}
