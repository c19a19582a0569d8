//! What the pages of the browser libraries offer and where they lead.

use beadle_types::Map;
use serde::{Deserialize, Serialize};

use crate::strategy::Strategy;

/// The ways to prove who one is that are in use beside the password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a decision of its own")]
pub struct FactorSettings {
    /// Codes by mail, for sign-in and for verifying an address.
    pub email_code: bool,
    /// Links by mail, for the same.
    pub email_link: bool,
    /// Codes by SMS, for the same with phone numbers.
    pub phone_code: bool,
    /// Passkeys as a first factor.
    pub passkey: bool,
    /// Authenticator apps as a second factor.
    pub authenticator_app: bool,
    /// Backup codes as a second factor.
    pub backup_code: bool,
    /// Codes by SMS as a second factor.
    pub phone_code_as_second: bool,
    /// Links must be followed in the browser that asked for them.
    pub email_link_same_browser: bool,
}

impl Default for FactorSettings {
    fn default() -> Self {
        Self {
            email_code: true,
            email_link: false,
            phone_code: true,
            passkey: false,
            authenticator_app: true,
            backup_code: true,
            phone_code_as_second: true,
            email_link_same_browser: false,
        }
    }
}

impl FactorSettings {
    /// Whether a first factor can be proven by this strategy.
    pub fn allows(&self, strategy: &Strategy) -> bool {
        match strategy {
            Strategy::EmailCode | Strategy::ResetPasswordEmailCode => self.email_code,
            Strategy::EmailLink => self.email_link,
            Strategy::PhoneCode | Strategy::ResetPasswordPhoneCode => self.phone_code,
            Strategy::Passkey => self.passkey,
            _ => true,
        }
    }
}

/// How the pages of the browser libraries look.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DisplaySettings {
    /// Whom users can write to; shown where they are stuck.
    pub support_email: Option<String>,
    /// Handed to the browser library as it is.
    pub theme: Map,
    /// The version of clerk-js that pages should load; unset means whichever they choose.
    pub clerk_js_version: Option<String>,
    /// What the form for signing in asks for first where a password is required: `password` (also when unset) or `otp`.
    pub preferred_sign_in_strategy: Option<String>,
}

/// Where the pages of the browser libraries lead: absolute URLs, or paths on the page's own origin.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UrlSettings {
    /// The application.
    pub home: Option<String>,
    /// The page to sign in on.
    pub sign_in: Option<String>,
    /// The page to sign up on.
    pub sign_up: Option<String>,
    /// The page of the user's own account.
    pub user_profile: Option<String>,
    /// The page of the waitlist.
    pub waitlist: Option<String>,
    /// After signing in; unset means the application.
    pub after_sign_in: Option<String>,
    /// After signing up; unset means the application.
    pub after_sign_up: Option<String>,
    /// After the last session of the browser has ended; unset means the page to sign in on.
    pub after_sign_out: Option<String>,
    /// The terms of use.
    pub terms: Option<String>,
    /// The privacy policy.
    pub privacy_policy: Option<String>,
    /// Help.
    pub help: Option<String>,
    /// The application's logo.
    pub logo: Option<String>,
    /// The application's icon.
    pub favicon: Option<String>,
}

impl UrlSettings {
    /// Every one that is set, with its name.
    pub(super) fn all(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("home", &self.home),
            ("sign_in", &self.sign_in),
            ("sign_up", &self.sign_up),
            ("user_profile", &self.user_profile),
            ("waitlist", &self.waitlist),
            ("after_sign_in", &self.after_sign_in),
            ("after_sign_up", &self.after_sign_up),
            ("after_sign_out", &self.after_sign_out),
            ("terms", &self.terms),
            ("privacy_policy", &self.privacy_policy),
            ("help", &self.help),
            ("logo", &self.logo),
            ("favicon", &self.favicon),
        ]
        .into_iter()
        .filter_map(|(name, url)| Some((name, url.as_deref()?)))
    }
}
