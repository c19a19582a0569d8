//! Bodies and queries of the operations on API keys.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Patch, whole};
use crate::Map;

/// Body of `POST /v1/api_keys`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateApiKey {
    /// A word of 3 to 25 characters that sorts keys by use; `api_key` if not given.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// What its owner calls it, 3 characters at least.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// For whom its holder acts: the id of a user, an organisation or a machine.
    pub subject: String,
    /// What the application has to say about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub claims: Option<Map>,
    /// What its holder may do, in the application's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// The user who makes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
    /// How long it lives; for ever if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds_until_expiration: Option<f64>,
}

/// Body of `PATCH /v1/api_keys/{id}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateApiKey {
    /// What the application has to say about it.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub claims: Patch<Map>,
    /// What its holder may do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub description: Patch<String>,
    /// For whom its holder acts from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// How long it lives from now on; null for ever.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    pub seconds_until_expiration: Patch<f64>,
}

/// Query of `GET /v1/api_keys`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
pub struct ListApiKeys {
    /// Of which kind; `api_key` if not given.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Whose keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Also those that were revoked or have expired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub include_invalid: Option<bool>,
    /// Only those with this text in the id, the name or the description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// How many at most, 1 to 100; 10 if not given.
    #[serde(default, deserialize_with = "whole::number", skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// How many to pass over; 0 if not given.
    #[serde(default, deserialize_with = "whole::number", skip_serializing_if = "Option::is_none")]
    pub offset: Option<i64>,
}

/// Body of the operations that take a key or a token back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Revocation {
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revocation_reason: Option<String>,
}

/// Body of `POST /v1/api_keys/verify`. `Debug` hides the secret.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct VerifyApiKey {
    /// What somebody has shown.
    pub secret: String,
}

impl fmt::Debug for VerifyApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyApiKey").finish_non_exhaustive()
    }
}
