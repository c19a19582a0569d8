//! Tokens by which one machine asks another.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    Map,
    ids::{M2mTokenId, MachineId},
    object::M2mTokenObject,
    timestamp::Timestamp,
};

/// A token of a machine. `Debug` hides the token itself.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct M2mToken {
    /// `machine_to_machine_token`.
    pub object: M2mTokenObject,
    /// Its id.
    pub id: M2mTokenId,
    /// Whose token it is.
    pub subject: MachineId,
    /// What the machine has to say.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub claims: Option<Map>,
    /// Which machines it is good for.
    pub scopes: Vec<MachineId>,
    /// What the machine shows; told when the token is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// Whether it was taken back.
    pub revoked: bool,
    /// Why it was taken back.
    pub revocation_reason: Option<String>,
    /// Whether its time is over.
    pub expired: bool,
    /// When its time is over.
    pub expiration: Option<Timestamp>,
    /// When it was last shown, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl fmt::Debug for M2mToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("M2mToken")
            .field("id", &self.id)
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}

/// A page of tokens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct M2mTokens {
    /// The tokens of this page.
    pub m2m_tokens: Vec<M2mToken>,
    /// The number of tokens on all pages.
    pub total_count: i64,
}
