//! Entries of the allow-list and the block-list.

use serde::{Deserialize, Serialize};

use crate::{
    ids::{AllowlistIdentifierId, BlocklistIdentifierId, InstanceId, InvitationId},
    object::{AllowlistIdentifierObject, BlocklistIdentifierObject},
    timestamp::Timestamp,
};

/// An identifier that may sign up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AllowlistIdentifier {
    /// Always `allowlist_identifier`.
    pub object: AllowlistIdentifierObject,
    /// Its id.
    pub id: AllowlistIdentifierId,
    /// The invitation that was sent to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation_id: Option<InvitationId>,
    /// An address, `*@` and a domain, a number or a wallet.
    pub identifier: String,
    /// `email_address`, `phone_number` or `web3_wallet`.
    pub identifier_type: String,
    /// The instance.
    pub instance_id: InstanceId,
    /// Creation.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
}

/// An identifier that gets in nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BlocklistIdentifier {
    /// Always `blocklist_identifier`.
    pub object: BlocklistIdentifierObject,
    /// Its id.
    pub id: BlocklistIdentifierId,
    /// An address, `*@` and a domain, a number or a wallet.
    pub identifier: String,
    /// `email_address`, `phone_number` or `web3_wallet`.
    pub identifier_type: String,
    /// The instance.
    pub instance_id: InstanceId,
    /// Creation.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
}
