//! The groups of settings below the top level.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Who may create an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignUpMode {
    /// Anybody.
    #[default]
    Public,
    /// Nobody through the Frontend API; the Backend API still creates users.
    Restricted,
    /// Nobody through the Frontend API, which takes addresses of those who would like to.
    Waitlist,
}

/// What users are identified by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IdentifiersSettings {
    /// Email addresses.
    pub email_address: IdentifierSettings,
    /// Phone numbers.
    pub phone_number: IdentifierSettings,
    /// Usernames.
    pub username: IdentifierSettings,
}

impl IdentifiersSettings {
    /// Every kind with the name of its parameter.
    pub fn all(&self) -> [(&'static str, IdentifierSettings); 3] {
        [
            ("email_address", self.email_address),
            ("phone_number", self.phone_number),
            ("username", self.username),
        ]
    }

    /// Whether the forms of the browser libraries ask for this kind. Unless set, they ask for addresses, for what is
    /// required, and for usernames where addresses are not in use; the APIs take every kind that is enabled.
    pub fn is_offered(&self, kind: &str) -> bool {
        let Some((_, settings)) = self.all().into_iter().find(|(name, _)| *name == kind) else {
            return false;
        };
        let unless_set = settings.required || self.first_in_use() == Some(kind);
        settings.enabled && settings.offered.unwrap_or(unless_set)
    }

    /// Whether a sign-up needs this kind: it is required, or stands in where none is.
    pub fn is_needed(&self, kind: &str) -> bool {
        let all = self.all();
        let any_required = all.iter().any(|(_, settings)| settings.required);
        if any_required {
            all.iter().any(|(name, settings)| *name == kind && settings.required)
        } else {
            self.first_in_use() == Some(kind)
        }
    }

    fn first_in_use(&self) -> Option<&'static str> {
        let in_order = [
            ("email_address", self.email_address),
            ("username", self.username),
            ("phone_number", self.phone_number),
        ];
        in_order.into_iter().find(|(_, settings)| settings.enabled).map(|(name, _)| name)
    }
}

/// Whether one kind of identifier is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IdentifierSettings {
    /// Users can have one and sign in with it.
    pub enabled: bool,
    /// No account comes into being without one.
    pub required: bool,
    /// The forms of the browser libraries ask for it; see [`IdentifiersSettings::is_offered`].
    pub offered: Option<bool>,
}

impl Default for IdentifierSettings {
    fn default() -> Self {
        Self { enabled: true, required: false, offered: None }
    }
}

/// The rules for new passwords. Passwords that exist are not measured again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PasswordSettings {
    /// A sign-up must set a password.
    pub required_at_sign_up: bool,
    /// The fewest characters.
    pub min_length: u32,
    /// The most characters.
    pub max_length: u32,
    /// At least one lower-case letter.
    pub require_lowercase: bool,
    /// At least one upper-case letter.
    pub require_uppercase: bool,
    /// At least one digit.
    pub require_numbers: bool,
    /// At least one ASCII punctuation character.
    pub require_special_char: bool,
    /// The least zxcvbn score, from 0 (anything) to 4 (very hard to guess).
    pub min_zxcvbn_strength: u8,
    /// Refuse the passwords that attackers try first.
    pub check_pwned_list: bool,
}

impl Default for PasswordSettings {
    fn default() -> Self {
        Self {
            required_at_sign_up: true,
            min_length: 8,
            max_length: 72,
            require_lowercase: false,
            require_uppercase: false,
            require_numbers: false,
            require_special_char: false,
            min_zxcvbn_strength: 0,
            check_pwned_list: true,
        }
    }
}

/// When sign-in to an account is locked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LockoutSettings {
    /// Lock after failed attempts. An administrator can lock in any case.
    pub enabled: bool,
    /// The failed attempt that locks; at least 5.
    pub max_attempts: u32,
    /// How long a lock lasts; 0 means until an administrator unlocks.
    pub duration_seconds: u32,
}

impl LockoutSettings {
    /// How long a lock lasts; `None` means until an administrator unlocks.
    pub fn duration(&self) -> Option<Duration> {
        (self.duration_seconds > 0).then(|| Duration::from_secs(self.duration_seconds.into()))
    }
}

impl Default for LockoutSettings {
    fn default() -> Self {
        Self { enabled: true, max_attempts: 10, duration_seconds: 3_600 }
    }
}

/// How often one address may try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RateLimitSettings {
    /// Steps of sign-ins and sign-ups and requests for codes, per minute and address; 0 means no limit.
    pub attempts_per_minute: u32,
}

impl Default for RateLimitSettings {
    fn default() -> Self {
        Self { attempts_per_minute: 120 }
    }
}

/// The limits that Clerk documents for its APIs; off unless they are switched on. A number of 0 is no limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ApiRateLimits {
    /// Whether they are in force.
    pub enabled: bool,
    /// Calls of the Backend API in ten seconds; unset means 1000, or 100 with a publishable key for development.
    pub requests: Option<u32>,
    /// Changes to one user or their metadata in ten seconds.
    pub user_updates: u32,
    /// Invitations in an hour.
    pub invitations: u32,
    /// Calls that make several invitations in an hour.
    pub bulk_invitations: u32,
    /// Sign-ins that an address begins in ten seconds.
    pub sign_ins: u32,
    /// Sign-ups that an address begins in ten seconds.
    pub sign_ups: u32,
    /// Steps that an address tries in ten seconds.
    pub attempts: u32,
}

impl Default for ApiRateLimits {
    fn default() -> Self {
        Self {
            enabled: false,
            requests: None,
            user_updates: 10,
            invitations: 100,
            bulk_invitations: 25,
            sign_ins: 5,
            sign_ups: 5,
            attempts: 3,
        }
    }
}

/// How long sessions and their tokens live.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SessionSettings {
    /// From sign-in to the end of the session.
    pub lifetime_seconds: u32,
    /// How long a session survives without being used; unset means for its whole lifetime.
    pub inactivity_timeout_seconds: Option<u32>,
    /// From issue to expiry of one session token, which is how long a verifier without a connection to the
    /// server goes on accepting a banned user.
    pub token_lifetime_seconds: u32,
}

impl SessionSettings {
    /// From sign-in to the end of the session.
    pub fn lifetime(&self) -> Duration {
        Duration::from_secs(self.lifetime_seconds.into())
    }

    /// How long a session survives without being used.
    pub fn inactivity_timeout(&self) -> Option<Duration> {
        self.inactivity_timeout_seconds.map(|seconds| Duration::from_secs(seconds.into()))
    }

    /// From issue to expiry of one session token.
    pub fn token_lifetime(&self) -> Duration {
        Duration::from_secs(self.token_lifetime_seconds.into())
    }
}

impl Default for SessionSettings {
    fn default() -> Self {
        Self { lifetime_seconds: 604_800, inactivity_timeout_seconds: None, token_lifetime_seconds: 60 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFF: IdentifierSettings = IdentifierSettings { enabled: false, required: false, offered: None };

    fn offered(identifiers: &IdentifiersSettings) -> Vec<&'static str> {
        identifiers
            .all()
            .map(|(name, _)| name)
            .into_iter()
            .filter(|name| identifiers.is_offered(name))
            .collect()
    }

    fn needed(identifiers: &IdentifiersSettings) -> Vec<&'static str> {
        identifiers
            .all()
            .map(|(name, _)| name)
            .into_iter()
            .filter(|name| identifiers.is_needed(name))
            .collect()
    }

    #[test]
    fn forms_ask_for_addresses_unless_told_otherwise() {
        let mut identifiers = IdentifiersSettings::default();
        assert_eq!(offered(&identifiers), ["email_address"]);
        assert_eq!(needed(&identifiers), ["email_address"]);
        identifiers.username.required = true;
        assert_eq!(offered(&identifiers), ["email_address", "username"]);
        assert_eq!(needed(&identifiers), ["username"]);
        identifiers.email_address.offered = Some(false);
        identifiers.phone_number.offered = Some(true);
        assert_eq!(offered(&identifiers), ["phone_number", "username"]);
        assert!(!identifiers.is_offered("web3_wallet"));
    }

    #[test]
    fn something_is_asked_for_where_addresses_are_off() {
        let mut identifiers = IdentifiersSettings { email_address: OFF, ..IdentifiersSettings::default() };
        assert_eq!((offered(&identifiers), needed(&identifiers)), (vec!["username"], vec!["username"]));
        identifiers.username = OFF;
        assert_eq!(
            (offered(&identifiers), needed(&identifiers)),
            (vec!["phone_number"], vec!["phone_number"])
        );
    }
}
