//! API keys: secrets by which others act for a user, an organisation or a machine.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    Map,
    ids::{ApiKeyId, UserId},
    object::ApiKeyObject,
    timestamp::Timestamp,
};

/// An API key. `Debug` hides the secret.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKey {
    /// `api_key`.
    pub object: ApiKeyObject,
    /// Its id.
    pub id: ApiKeyId,
    /// A word that sorts keys by use; `api_key` for most.
    #[serde(rename = "type")]
    pub kind: String,
    /// For whom its holder acts: the id of a user, an organisation or a machine.
    pub subject: String,
    /// What its owner calls it.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// What the application has to say about it.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub claims: Option<Map>,
    /// What its holder may do, in the application's words.
    pub scopes: Vec<String>,
    /// What its holder shows; told when the key is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// Whether it was taken back, by hand or because its user was banned.
    pub revoked: bool,
    /// Why it was taken back.
    pub revocation_reason: Option<String>,
    /// Whether its time is over.
    pub expired: bool,
    /// When its time is over.
    pub expiration: Option<Timestamp>,
    /// Who made it.
    pub created_by: Option<UserId>,
    /// When it was last shown, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKey")
            .field("id", &self.id)
            .field("subject", &self.subject)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// The secret of an API key. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKeySecret {
    /// What its holder shows.
    pub secret: String,
}

impl fmt::Debug for ApiKeySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKeySecret").finish_non_exhaustive()
    }
}
