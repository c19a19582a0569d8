//! Templates of tokens.

use beadle_store::jwt_templates::JwtTemplateRow;
use beadle_types::{JwtTemplate, object::JwtTemplateObject};

/// The template, without its key.
pub(crate) fn template(row: JwtTemplateRow) -> JwtTemplate {
    JwtTemplate {
        object: JwtTemplateObject,
        id: row.id,
        name: row.name,
        claims: row.claims,
        lifetime: row.lifetime,
        allowed_clock_skew: row.allowed_clock_skew,
        custom_signing_key: row.signing_key.is_some(),
        signing_algorithm: row.signing_algorithm,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}
