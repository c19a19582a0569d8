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
}

/// Whether one kind of identifier is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IdentifierSettings {
    /// Users can have one and sign in with it.
    pub enabled: bool,
    /// No account comes into being without one.
    pub required: bool,
}

impl Default for IdentifierSettings {
    fn default() -> Self {
        Self { enabled: true, required: false }
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
