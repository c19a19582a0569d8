//! The domains of the instance.

use serde::{Deserialize, Serialize};

use crate::{ids::DomainId, object::DomainObject};

/// A domain of the instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Domain {
    /// Always `domain`.
    pub object: DomainObject,
    /// Its id.
    pub id: DomainId,
    /// A host, in development perhaps with a port.
    pub name: String,
    /// Whether it is another than the primary one.
    pub is_satellite: bool,
    /// Where browsers reach the Frontend API.
    pub frontend_api_url: String,
    /// Where the account pages are; null for satellites.
    pub accounts_portal_url: Option<String>,
    /// Where the proxy to the Frontend API is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy_url: Option<String>,
    /// The origin of the application in development; empty if none was set.
    pub development_origin: String,
    /// What Clerk wants of the DNS; Beadle wants nothing.
    pub cname_targets: Option<Vec<CnameTarget>>,
}

/// What Clerk wants of the DNS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CnameTarget {
    /// The name.
    pub host: String,
    /// What it stands for.
    pub value: String,
    /// Whether it is needed.
    pub required: bool,
}
