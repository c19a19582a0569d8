//! Bodies of the operations on token templates.

use serde::{Deserialize, Serialize};

use crate::Map;

/// Body of `POST /v1/jwt_templates` and, with nothing required, of `PATCH /v1/jwt_templates/{template_id}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct WriteJwtTemplate {
    /// By which tokens are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The claims, with shortcodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub claims: Option<Map>,
    /// From issue to expiry, in seconds; 60 if not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifetime: Option<i64>,
    /// By how much clocks may be behind, in seconds; 5 if not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_clock_skew: Option<i64>,
    /// Whether it has a key of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_signing_key: Option<bool>,
    /// What its tokens are signed with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signing_algorithm: Option<String>,
    /// Its own key: a secret, or PEM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signing_key: Option<String>,
}
