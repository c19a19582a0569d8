//! The instance and its settings, as the Backend API tells of them.

use serde::{Deserialize, Serialize};

use crate::{
    ids::InstanceId,
    object::{
        InstanceCommunicationObject, InstanceObject, InstanceProtectObject, InstanceRestrictionsObject,
        InstanceSettingsObject, OAuthApplicationSettingsObject, OrganizationSettingsObject,
    },
};

/// The instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Instance {
    /// Always `instance`.
    pub object: InstanceObject,
    /// Its id.
    pub id: InstanceId,
    /// `development` or `production`.
    pub environment_type: String,
    /// The origins whose pages may call the Frontend API; null where none are set.
    pub allowed_origins: Option<Vec<String>>,
    /// Clerk's workspace; Beadle has none.
    pub workspace_id: Option<String>,
}

/// Who is let in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[expect(clippy::struct_excessive_bools, reason = "the wire has them")]
pub struct InstanceRestrictions {
    /// Always `instance_restrictions`.
    pub object: InstanceRestrictionsObject,
    /// Whether only identifiers of the allow-list get in.
    pub allowlist: bool,
    /// Whether identifiers of the block-list are refused.
    pub blocklist: bool,
    /// Whether both count at sign-up only.
    pub allowlist_blocklist_disabled_on_sign_in: bool,
    /// Whether addresses such as `ada+shop@example.com` are refused.
    pub block_email_subaddresses: bool,
    /// Whether throwaway addresses are refused.
    pub block_disposable_email_domains: bool,
    /// Whether Gmail addresses that differ in dots alone are one. Not in Clerk's description, but in its SDKs.
    #[serde(default)]
    pub ignore_dots_for_gmail_addresses: bool,
}

/// What `PATCH /v1/beta_features/instance_settings` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InstanceSettings {
    /// Always `instance_settings`.
    pub object: InstanceSettingsObject,
    /// The instance.
    pub id: InstanceId,
    /// Whether only identifiers of the allow-list get in.
    pub restricted_to_allowlist: bool,
    /// What stands before the `@` of the sender of mails; empty where the configuration decides.
    pub from_email_address: String,
    /// As it was set.
    pub progressive_sign_up: bool,
    /// As it was set.
    pub enhanced_email_deliverability: bool,
}

/// Where SMS go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InstanceCommunication {
    /// Always `instance_communication`.
    pub object: InstanceCommunicationObject,
    /// ISO 3166-1 codes of the countries whose numbers get none.
    pub blocked_country_codes: Vec<String>,
}

/// Checks against bots by Clerk's own service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InstanceProtect {
    /// Always `instance_protect`.
    pub object: InstanceProtectObject,
    /// As it was set.
    pub rules_enabled: bool,
    /// As it was set.
    pub specter_enabled: bool,
    /// Always true: there is nothing to check.
    pub checks_bypassed: bool,
}

/// The settings of organizations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[expect(clippy::struct_excessive_bools, reason = "the wire has them")]
pub struct OrganizationSettings {
    /// Always `organization_settings`.
    pub object: OrganizationSettingsObject,
    /// Whether there are any.
    pub enabled: bool,
    /// Members of one at most; 0 means no limit.
    pub max_allowed_memberships: i64,
    /// Roles at most.
    pub max_allowed_roles: i64,
    /// Sets of roles at most.
    pub max_role_sets_allowed: i64,
    /// Domains of one at most.
    pub max_allowed_domains: i64,
    /// The role of who creates one.
    pub creator_role: String,
    /// Whether admins may delete one.
    pub admin_delete_enabled: bool,
    /// Whether they have domains.
    pub domains_enabled: bool,
    /// Whether they go without slugs.
    pub slug_disabled: bool,
    /// How people with an address of a domain come in.
    pub domains_enrollment_modes: Vec<String>,
    /// The role of who comes in by a domain.
    pub domains_default_role: String,
    /// The set of roles that new ones have.
    pub initial_role_set_key: Option<String>,
}

/// The settings of OAuth applications.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[expect(clippy::struct_excessive_bools, reason = "the wire has them")]
pub struct OAuthApplicationSettings {
    /// Always `oauth_application_settings`.
    pub object: OAuthApplicationSettingsObject,
    /// Whether they register themselves.
    pub dynamic_oauth_client_registration: bool,
    /// The scopes they start with.
    pub default_scopes: Option<Vec<String>>,
    /// Whether their access tokens are JWTs.
    pub oauth_jwt_access_tokens: bool,
    /// Whether clients may be described by a document.
    pub client_id_metadata_documents_advertised: bool,
    /// Whether such clients have to be known beforehand.
    pub client_id_metadata_documents_only_allow_pre_registered_clients: bool,
    /// Whether such clients that nobody allowed by name are refused.
    pub client_id_metadata_documents_block_implicitly_allowed_clients: bool,
}
