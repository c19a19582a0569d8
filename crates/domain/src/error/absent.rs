//! Refusals of what this server has not, as an instance gives them that has it switched off.

use beadle_types::error::code;

use super::Error;

impl Error {
    /// There are no organizations.
    pub fn organization_not_enabled_in_instance() -> Self {
        Self::new(
            code::ORGANIZATION_NOT_ENABLED_IN_INSTANCE,
            "No organizations",
            "This instance has no organizations.",
        )
    }

    /// Nothing is billed.
    pub fn billing_not_enabled() -> Self {
        Self::new(code::BILLING_NOT_ENABLED, "No billing", "This instance does not bill anybody.")
    }

    /// Users cannot set up single sign-on themselves.
    pub fn self_serve_sso_disabled() -> Self {
        Self::new(
            code::SELF_SERVE_SSO_DISABLED,
            "No enterprise connections",
            "This instance has no enterprise connections.",
        )
    }

    /// No SAML connection is active, since there is none.
    pub fn saml_connection_active_not_found() -> Self {
        Self::new(
            code::SAML_CONNECTION_ACTIVE_NOT_FOUND,
            "No SAML connection",
            "There is no active SAML connection.",
        )
    }

    /// The feature behind the request is not there.
    pub fn feature_not_enabled() -> Self {
        Self::new(code::FEATURE_NOT_ENABLED, "Not enabled", "This feature is not enabled in this instance.")
    }

    /// OAuth clients cannot register themselves.
    pub fn feature_requires_dynamic_oauth_client_registration() -> Self {
        Self::new(
            code::FEATURE_REQUIRES_DYNAMIC_OAUTH_CLIENT_REGISTRATION,
            "No registration",
            "OAuth clients cannot register themselves with this instance.",
        )
    }

    /// There are no API keys.
    pub fn api_keys_not_enabled() -> Self {
        Self::new(code::API_KEYS_NOT_ENABLED, "No API keys", "This instance has no API keys.")
    }
}
