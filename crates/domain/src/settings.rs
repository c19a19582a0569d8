//! What an operator decides about the instance. The defaults work at once.
//!
//! Settings live in the database as JSON. The `[instance]` section of the configuration file is laid over
//! them at start with [`InstanceSettings::overlay`]; every duration is in whole seconds.

mod applications;
mod browser;
mod notifications;
mod overlay;
mod restrictions;
mod sections;
mod validate;
mod well_known;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::jwt_template::JwtTemplate;

pub use applications::{OAuthApplicationSettings, OrganizationSettings, ProtectSettings};
pub use browser::{DisplaySettings, FactorSettings, UrlSettings};
pub use notifications::NotificationSettings;
pub use overlay::{SettingsError, lay_over, paths};
pub use restrictions::{CommunicationSettings, RestrictionSettings};
pub use sections::{
    ApiRateLimits, IdentifierSettings, IdentifiersSettings, LockoutSettings, PasswordSettings,
    RateLimitSettings, SessionSettings, SignUpMode,
};
pub use validate::{InvalidSetting, is_host_and_port, is_origin};
pub use well_known::{AndroidApp, WellKnownSettings};

/// The publishable key's host until the operator names one: dotted, as the browser library demands, and
/// under the reserved top-level domain `.localhost`, so that it belongs to nobody.
pub const DEFAULT_PUBLISHABLE_HOST: &str = "clerk.beadle.localhost";

/// All settings of an instance.
#[expect(clippy::struct_excessive_bools, reason = "each is a decision of its own")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InstanceSettings {
    /// The name that pages and mails give the application.
    pub application_name: String,
    /// Who may create an account.
    pub sign_up_mode: SignUpMode,
    /// What users are identified by.
    pub identifiers: IdentifiersSettings,
    /// The rules for new passwords.
    pub password: PasswordSettings,
    /// Whether an email address must be verified by code before the account exists.
    pub email_verification_at_sign_up: bool,
    /// Whether test addresses and numbers accept a fixed code and nothing is sent to them. Unset means: on
    /// for as long as neither an SMTP server nor an SMS gateway is configured; see [`Self::is_test_mode`].
    pub test_mode: Option<bool>,
    /// When sign-in to an account is locked.
    pub lockout: LockoutSettings,
    /// Web origins (`https://app.example.com`) whose pages may call the Frontend API. Empty means: the
    /// server's own origin, loopback origins and the publishable host.
    pub allowed_origins: Vec<String>,
    /// How long sessions and their tokens live.
    pub session: SessionSettings,
    /// The host inside the publishable key, which is also the issuer of session tokens: `https://<host>`.
    /// It needs a dot; a port may follow.
    pub publishable_host: String,
    /// Sites and apps that belong to the instance.
    pub well_known: WellKnownSettings,
    /// What users are told about their account.
    pub notifications: NotificationSettings,
    /// How often one address may try to sign in or up.
    pub rate_limit: RateLimitSettings,
    /// How often the APIs may be called.
    pub rate_limits: ApiRateLimits,
    /// Tokens with other claims than session tokens have, by name.
    pub jwt_templates: BTreeMap<String, JwtTemplate>,
    /// The domain that passkeys belong to. Unset means the one that the publishable host is in, and for pages
    /// elsewhere their own host; see [`crate::passkey::Site`]. Passkeys do not survive a change.
    pub passkey_domain: Option<String>,
    /// Whether users may delete their own account.
    pub delete_self_enabled: bool,
    /// Whether users may create organizations.
    pub create_organization_enabled: bool,
    /// Whether forms ask for first and last names.
    pub names_enabled: bool,
    /// Whether whoever signs up has to accept the terms.
    pub legal_consent_required: bool,
    /// Whether a browser holds one session at most.
    pub single_session_mode: bool,
    /// Whether users prove again who they are before they change how they sign in, or delete their account, unless
    /// they have done so in the last ten minutes.
    pub reverification: bool,
    /// The ways to prove who one is.
    pub factors: FactorSettings,
    /// How pages look.
    pub display: DisplaySettings,
    /// Where pages lead.
    pub urls: UrlSettings,
    /// Who is let in.
    pub restrictions: RestrictionSettings,
    /// What goes out by mail and SMS.
    pub communication: CommunicationSettings,
    /// Whether development browsers are told apart by a token in the address, where the publishable key is for that.
    pub url_based_session_syncing: bool,
    /// The origin of the application in development.
    pub development_origin: Option<String>,
    /// Where a proxy to the Frontend API is that browsers use; `frontend_url` of the configuration wins. Counts from the
    /// next start on.
    pub proxy_url: Option<String>,
    /// Whether a sign-up can go on for as long as something is missing. Stored; Beadle's always can.
    pub progressive_sign_up: bool,
    /// Whether mails go out by Clerk's own service. Stored; Beadle's never do.
    pub enhanced_email_deliverability: bool,
    /// Kept for organizations.
    pub organizations: OrganizationSettings,
    /// Kept for OAuth applications.
    pub oauth_applications: OAuthApplicationSettings,
    /// Kept for Clerk's own service.
    pub protect: ProtectSettings,
}

impl Default for InstanceSettings {
    fn default() -> Self {
        Self {
            application_name: "Beadle".to_owned(),
            sign_up_mode: SignUpMode::default(),
            identifiers: IdentifiersSettings::default(),
            password: PasswordSettings::default(),
            email_verification_at_sign_up: true,
            test_mode: None,
            lockout: LockoutSettings::default(),
            allowed_origins: Vec::new(),
            session: SessionSettings::default(),
            publishable_host: DEFAULT_PUBLISHABLE_HOST.to_owned(),
            well_known: WellKnownSettings::default(),
            notifications: NotificationSettings::default(),
            rate_limit: RateLimitSettings::default(),
            rate_limits: ApiRateLimits::default(),
            jwt_templates: BTreeMap::new(),
            passkey_domain: None,
            delete_self_enabled: true,
            create_organization_enabled: true,
            names_enabled: true,
            legal_consent_required: false,
            single_session_mode: false,
            reverification: false,
            factors: FactorSettings::default(),
            display: DisplaySettings::default(),
            urls: UrlSettings::default(),
            restrictions: RestrictionSettings::default(),
            communication: CommunicationSettings::default(),
            url_based_session_syncing: true,
            development_origin: None,
            proxy_url: None,
            progressive_sign_up: true,
            enhanced_email_deliverability: false,
            organizations: OrganizationSettings::default(),
            oauth_applications: OAuthApplicationSettings::default(),
            protect: ProtectSettings::default(),
        }
    }
}

impl InstanceSettings {
    /// Whether test addresses and numbers are special, given whether messages really go out.
    pub fn is_test_mode(&self, sends: bool) -> bool {
        self.test_mode.unwrap_or(!sends)
    }

    /// The `iss` claim of session tokens.
    pub fn issuer(&self) -> String {
        format!("https://{}", self.publishable_host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_valid() {
        assert_eq!(InstanceSettings::default().validate(), Ok(()));
    }

    #[test]
    fn an_empty_object_means_the_defaults() {
        assert_eq!(serde_json::from_str::<InstanceSettings>("{}").unwrap(), InstanceSettings::default());
    }

    #[test]
    fn stored_settings_read_back() {
        let json = serde_json::to_string(&InstanceSettings::default()).unwrap();
        assert_eq!(serde_json::from_str::<InstanceSettings>(&json).unwrap(), InstanceSettings::default());
    }

    #[test]
    fn test_mode_follows_smtp_unless_set() {
        let mut settings = InstanceSettings::default();
        assert!(settings.is_test_mode(false));
        assert!(!settings.is_test_mode(true));
        settings.test_mode = Some(true);
        assert!(settings.is_test_mode(true));
        settings.test_mode = Some(false);
        assert!(!settings.is_test_mode(false));
    }
}
