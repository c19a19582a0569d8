//! Wallets of a user.

use serde::{Deserialize, Serialize};

use crate::{
    ids::IdentificationId, object::Web3WalletObject, timestamp::Timestamp, verification::Verification,
};

/// A wallet of a user, in the form both APIs use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Web3Wallet {
    /// The id by which the wallet is made primary, verified or deleted.
    pub id: IdentificationId,
    /// Always `web3_wallet`.
    pub object: Web3WalletObject,
    /// The wallet's address.
    pub web3_wallet: String,
    /// How the wallet was proven; null before a first try.
    pub verification: Option<Verification>,
    /// When the wallet was added.
    pub created_at: Timestamp,
    /// When the wallet last changed.
    pub updated_at: Timestamp,
}
