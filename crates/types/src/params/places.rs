//! Bodies of the operations on redirect URLs and domains.

use serde::{Deserialize, Serialize};

use super::Patch;

/// Body of `POST /v1/redirect_urls`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateRedirectUrl {
    /// With `https://` or a scheme of an app.
    pub url: String,
}

/// Body of `POST /v1/domains`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AddDomain {
    /// A host, in development perhaps with a port.
    pub name: String,
    /// Always true: there is one primary domain.
    pub is_satellite: bool,
    /// Where its proxy to the Frontend API is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy_url: Option<String>,
}

/// Body of `PATCH /v1/domains/{domain_id}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct UpdateDomain {
    /// A host, in development perhaps with a port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Null takes it away.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub proxy_url: Patch<String>,
    /// Whether a subdomain in the name belongs to the domain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_secondary: Option<bool>,
}
