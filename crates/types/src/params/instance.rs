//! Bodies of the operations on the instance. Null and absent mean that a setting stays, unless it says otherwise.

use serde::{Deserialize, Serialize};

use super::Patch;

/// Body of `PATCH /v1/instance`. Empty texts clear.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct UpdateInstance {
    /// Whether test addresses and numbers take a fixed code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test_mode: Option<bool>,
    /// Whether passwords that attackers try first are refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hibp: Option<bool>,
    /// Stored. In Clerk's SDKs only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enhanced_email_deliverability: Option<bool>,
    /// Whom users can write to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub support_email: Option<String>,
    /// The version of clerk-js that pages should load.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clerk_js_version: Option<String>,
    /// The origin of the application in development.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub development_origin: Option<String>,
    /// The origins whose pages may call the Frontend API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_origins: Option<Vec<String>>,
    /// The old name of `url_based_session_syncing`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cookieless_dev: Option<bool>,
    /// Whether development browsers are told apart by a token in the address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url_based_session_syncing: Option<bool>,
    /// `password` or `otp`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_sign_in_strategy_when_password_required: Option<String>,
}

/// Body of `PATCH /v1/instance/restrictions`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct UpdateInstanceRestrictions {
    /// Whether only identifiers of the allow-list get in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowlist: Option<bool>,
    /// Whether identifiers of the block-list are refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocklist: Option<bool>,
    /// Whether both count at sign-up only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowlist_blocklist_disabled_on_sign_in: Option<bool>,
    /// Whether addresses such as `ada+shop@example.com` are refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block_email_subaddresses: Option<bool>,
    /// Whether throwaway addresses are refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block_disposable_email_domains: Option<bool>,
    /// Whether Gmail addresses that differ in dots alone are one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignore_dots_for_gmail_addresses: Option<bool>,
}

/// Body of `PATCH /v1/instance/protect`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct UpdateInstanceProtect {
    /// Stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules_enabled: Option<bool>,
    /// Stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub specter_enabled: Option<bool>,
}

/// Body of `PATCH /v1/instance/communication`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct UpdateInstanceCommunication {
    /// ISO 3166-1 codes, all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked_country_codes: Option<Vec<String>>,
}

/// Body of `PATCH /v1/instance/oauth_application_settings`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct UpdateOAuthApplicationSettings {
    /// Stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dynamic_oauth_client_registration: Option<bool>,
    /// Null means the usual ones.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<String>>))]
    pub default_scopes: Patch<Vec<String>>,
    /// Stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oauth_jwt_access_tokens: Option<bool>,
    /// Stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id_metadata_documents_advertised: Option<bool>,
    /// Stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id_metadata_documents_only_allow_pre_registered_clients: Option<bool>,
    /// Stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id_metadata_documents_block_implicitly_allowed_clients: Option<bool>,
}

/// Body of `PATCH /v1/instance/organization_settings`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct UpdateOrganizationSettings {
    /// Stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Members of one at most; 0 means no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_allowed_memberships: Option<i64>,
    /// Whether admins may delete one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admin_delete_enabled: Option<bool>,
    /// Whether they have domains.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domains_enabled: Option<bool>,
    /// Whether they go without slugs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slug_disabled: Option<bool>,
    /// `manual_invitation`, `automatic_invitation` and `automatic_suggestion`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domains_enrollment_modes: Option<Vec<String>>,
    /// The role of who creates one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creator_role_id: Option<String>,
    /// The role of who comes in by a domain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domains_default_role_id: Option<String>,
}

/// Body of `PATCH /v1/beta_features/instance_settings`. Empty texts clear.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct UpdateInstanceAuthConfig {
    /// Whether only identifiers of the allow-list get in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restricted_to_allowlist: Option<bool>,
    /// What stands before the `@` of the sender of mails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_email_address: Option<String>,
    /// Stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progressive_sign_up: Option<bool>,
    /// Stored. In Clerk's SDKs only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enhanced_email_deliverability: Option<bool>,
    /// Whether test addresses and numbers take a fixed code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test_mode: Option<bool>,
}

/// Body of `POST /v1/instance/change_domain` and of `PUT /v1/beta_features/domain`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct ChangeDomain {
    /// Where the application is from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home_url: Option<String>,
    /// Whether a subdomain in it belongs to the domain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_secondary: Option<bool>,
}
