//! Bodies and queries of the operations on tokens of machines.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::whole;
use crate::Map;

/// What a token looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TokenFormat {
    /// A random text, which only the server can judge and can take back.
    #[default]
    Opaque,
    /// A JWT, which everybody can judge and nobody can take back.
    Jwt,
}

/// Body of `POST /v1/m2m_tokens`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateM2mToken {
    /// What it looks like; opaque if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_format: Option<TokenFormat>,
    /// How long it lives; as long as the machine's tokens usually do if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds_until_expiration: Option<f64>,
    /// What the machine has to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub claims: Option<Map>,
    /// A token that exists will do if it lives this long yet and says the same. For opaque tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_remaining_ttl_seconds: Option<i64>,
}

/// Query of `GET /v1/m2m_tokens`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
pub struct ListM2mTokens {
    /// Of which machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Also those that were revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<bool>,
    /// Also those that have expired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expired: Option<bool>,
    /// How many at most, 1 to 100; 10 if not given.
    #[serde(default, deserialize_with = "whole::number", skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// How many to pass over; 0 if not given.
    #[serde(default, deserialize_with = "whole::number", skip_serializing_if = "Option::is_none")]
    pub offset: Option<i64>,
}

/// Body of `POST /v1/m2m_tokens/verify`. `Debug` hides the token.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct VerifyM2mToken {
    /// What a machine has shown.
    pub token: String,
}

impl fmt::Debug for VerifyM2mToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyM2mToken").finish_non_exhaustive()
    }
}
