//! The instance and its settings.

use beadle_domain::settings;
use beadle_types::{
    InstanceCommunication, InstanceProtect, InstanceRestrictions, InstanceSettings, OAuthApplicationSettings,
    OrganizationSettings,
    object::{
        InstanceCommunicationObject, InstanceObject, InstanceProtectObject, InstanceRestrictionsObject,
        InstanceSettingsObject, OAuthApplicationSettingsObject, OrganizationSettingsObject,
    },
};

use crate::instance::Instance;

/// The instance itself.
pub(crate) fn instance(instance: &Instance) -> beadle_types::Instance {
    let origins = instance.settings().allowed_origins.clone();
    beadle_types::Instance {
        object: InstanceObject,
        id: instance.id.clone(),
        environment_type: instance.environment().to_owned(),
        allowed_origins: (!origins.is_empty()).then_some(origins),
        workspace_id: None,
    }
}

/// Who is let in.
pub(crate) fn restrictions(settings: &settings::InstanceSettings) -> InstanceRestrictions {
    let rules = &settings.restrictions;
    InstanceRestrictions {
        object: InstanceRestrictionsObject,
        allowlist: rules.allowlist,
        blocklist: rules.blocklist,
        allowlist_blocklist_disabled_on_sign_in: rules.allowlist_blocklist_disabled_on_sign_in,
        block_email_subaddresses: rules.block_email_subaddresses,
        block_disposable_email_domains: rules.block_disposable_email_domains,
        ignore_dots_for_gmail_addresses: rules.ignore_dots_for_gmail_addresses,
    }
}

/// What the beta features change.
pub(crate) fn settings(instance: &Instance, settings: &settings::InstanceSettings) -> InstanceSettings {
    InstanceSettings {
        object: InstanceSettingsObject,
        id: instance.id.clone(),
        restricted_to_allowlist: settings.restrictions.allowlist,
        from_email_address: settings.communication.from_email_address.clone().unwrap_or_default(),
        progressive_sign_up: settings.progressive_sign_up,
        enhanced_email_deliverability: settings.enhanced_email_deliverability,
    }
}

/// Where SMS go.
pub(crate) fn communication(settings: &settings::InstanceSettings) -> InstanceCommunication {
    let blocked_country_codes = settings.communication.blocked_country_codes.clone();
    InstanceCommunication { object: InstanceCommunicationObject, blocked_country_codes }
}

/// What was set for Clerk's own service.
pub(crate) fn protect(settings: &settings::InstanceSettings) -> InstanceProtect {
    InstanceProtect {
        object: InstanceProtectObject,
        rules_enabled: settings.protect.rules_enabled,
        specter_enabled: settings.protect.specter_enabled,
        checks_bypassed: true,
    }
}

/// What was set for organizations.
pub(crate) fn organizations(settings: &settings::InstanceSettings) -> OrganizationSettings {
    let kept = &settings.organizations;
    OrganizationSettings {
        object: OrganizationSettingsObject,
        enabled: kept.enabled,
        max_allowed_memberships: kept.max_allowed_memberships.into(),
        max_allowed_roles: 10,
        max_role_sets_allowed: 1,
        max_allowed_domains: 10,
        creator_role: kept.creator_role.clone(),
        admin_delete_enabled: kept.admin_delete_enabled,
        domains_enabled: kept.domains_enabled,
        slug_disabled: kept.slug_disabled,
        domains_enrollment_modes: kept.domains_enrollment_modes.clone(),
        domains_default_role: kept.domains_default_role.clone(),
        initial_role_set_key: None,
    }
}

/// What was set for OAuth applications.
pub(crate) fn oauth_applications(settings: &settings::InstanceSettings) -> OAuthApplicationSettings {
    let kept = settings.oauth_applications.clone();
    OAuthApplicationSettings {
        object: OAuthApplicationSettingsObject,
        dynamic_oauth_client_registration: kept.dynamic_oauth_client_registration,
        default_scopes: kept.default_scopes,
        oauth_jwt_access_tokens: kept.oauth_jwt_access_tokens,
        client_id_metadata_documents_advertised: kept.client_id_metadata_documents_advertised,
        client_id_metadata_documents_only_allow_pre_registered_clients: kept
            .client_id_metadata_documents_only_allow_pre_registered_clients,
        client_id_metadata_documents_block_implicitly_allowed_clients: kept
            .client_id_metadata_documents_block_implicitly_allowed_clients,
    }
}
