//! What is kept for organizations and OAuth applications, which Beadle does not have yet: answered as it was stored.

use serde::{Deserialize, Serialize};

/// The settings of organizations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a decision of its own")]
pub struct OrganizationSettings {
    /// Whether there are any.
    pub enabled: bool,
    /// Members of one at most; 0 means no limit.
    pub max_allowed_memberships: u32,
    /// Whether its admins may delete one.
    pub admin_delete_enabled: bool,
    /// Whether they have domains.
    pub domains_enabled: bool,
    /// Whether they go without slugs.
    pub slug_disabled: bool,
    /// How people with an address of a domain come in.
    pub domains_enrollment_modes: Vec<String>,
    /// The role of who creates one.
    pub creator_role: String,
    /// The role of who comes in by a domain.
    pub domains_default_role: String,
}

impl Default for OrganizationSettings {
    fn default() -> Self {
        Self {
            enabled: false,
            max_allowed_memberships: 5,
            admin_delete_enabled: true,
            domains_enabled: false,
            slug_disabled: true,
            domains_enrollment_modes: Vec::new(),
            creator_role: "org:admin".to_owned(),
            domains_default_role: "org:member".to_owned(),
        }
    }
}

/// The settings of applications that would sign their users in through this instance.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a decision of its own")]
pub struct OAuthApplicationSettings {
    /// Whether they register themselves (RFC 7591).
    pub dynamic_oauth_client_registration: bool,
    /// The scopes they start with; unset means `profile` and `email`.
    pub default_scopes: Option<Vec<String>>,
    /// Whether their access tokens are JWTs.
    pub oauth_jwt_access_tokens: bool,
    /// Whether the metadata says that clients may be described by a document.
    pub client_id_metadata_documents_advertised: bool,
    /// Whether such clients have to be known beforehand.
    pub client_id_metadata_documents_only_allow_pre_registered_clients: bool,
    /// Whether such clients that nobody allowed by name are refused.
    pub client_id_metadata_documents_block_implicitly_allowed_clients: bool,
}

/// Checks against bots by Clerk's own service, which Beadle does not have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProtectSettings {
    /// Whether its rules are in force.
    pub rules_enabled: bool,
    /// Whether its sensor is.
    pub specter_enabled: bool,
}
