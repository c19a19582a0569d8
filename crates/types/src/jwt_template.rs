//! Templates of tokens.

use serde::{Deserialize, Serialize};

use crate::{Map, ids::JwtTemplateId, object::JwtTemplateObject, timestamp::Timestamp};

/// How tokens of one kind are made. A key of its own is never told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JwtTemplate {
    /// Always `jwt_template`.
    pub object: JwtTemplateObject,
    /// Its id.
    pub id: JwtTemplateId,
    /// By which tokens are asked for.
    pub name: String,
    /// The claims, with shortcodes.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub claims: Map,
    /// From issue to expiry, in seconds.
    pub lifetime: i64,
    /// By how much clocks may be behind, in seconds.
    pub allowed_clock_skew: i64,
    /// Whether it has a key of its own.
    pub custom_signing_key: bool,
    /// What its tokens are signed with.
    pub signing_algorithm: String,
    /// Creation.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
}
