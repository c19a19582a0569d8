//! Bodies of the operations on the allow-list and the block-list.

use serde::{Deserialize, Serialize};

/// Body of `POST /v1/allowlist_identifiers`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateAllowlistIdentifier {
    /// An address, `*@` and a domain, a number or a wallet.
    pub identifier: String,
    /// Whether an invitation goes out; only addresses and numbers can have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify: Option<bool>,
}

/// Body of `POST /v1/blocklist_identifiers`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateBlocklistIdentifier {
    /// An address, `*@` and a domain, a number or a wallet.
    pub identifier: String,
}
