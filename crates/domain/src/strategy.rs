//! Strategies: the ways in which an identifier or a factor can be proven, by their words on the wire.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::error::{Error, Result};

/// Longest name of an OAuth strategy.
const MAX_LEN: usize = 64;

/// A way of proving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Strategy {
    /// The user's password.
    Password,
    /// A code sent to an e-mail address.
    EmailCode,
    /// A link sent to an e-mail address.
    EmailLink,
    /// A code sent to a phone number.
    PhoneCode,
    /// As [`Self::EmailCode`], to set a new password.
    ResetPasswordEmailCode,
    /// As [`Self::PhoneCode`], to set a new password.
    ResetPasswordPhoneCode,
    /// A token that the Backend API or an invitation handed out.
    Ticket,
    /// A key that the user's device holds.
    Passkey,
    /// A code of an authenticator app.
    Totp,
    /// One of the codes that were shown for emergencies.
    BackupCode,
    /// The word of another provider: the whole strategy, `oauth_google` for instance.
    OAuth(Box<str>),
}

impl Strategy {
    const FIXED: [Self; 10] = [
        Self::Password,
        Self::EmailCode,
        Self::EmailLink,
        Self::PhoneCode,
        Self::ResetPasswordEmailCode,
        Self::ResetPasswordPhoneCode,
        Self::Ticket,
        Self::Passkey,
        Self::Totp,
        Self::BackupCode,
    ];

    /// The strategy's word.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Password => "password",
            Self::EmailCode => "email_code",
            Self::EmailLink => "email_link",
            Self::PhoneCode => "phone_code",
            Self::ResetPasswordEmailCode => "reset_password_email_code",
            Self::ResetPasswordPhoneCode => "reset_password_phone_code",
            Self::Ticket => "ticket",
            Self::Passkey => "passkey",
            Self::Totp => "totp",
            Self::BackupCode => "backup_code",
            Self::OAuth(strategy) => strategy,
        }
    }

    /// Reads the `strategy` parameter.
    ///
    /// # Errors
    /// `form_param_value_invalid` for a word that is none.
    pub fn parse(word: &str) -> Result<Self> {
        Self::of(word)
            .ok_or_else(|| Error::param_value_invalid("strategy", word.get(..MAX_LEN).unwrap_or(word)))
    }

    fn of(word: &str) -> Option<Self> {
        let fixed = Self::FIXED.into_iter().find(|strategy| strategy.as_str() == word);
        fixed.or_else(|| {
            let provider = word.strip_prefix("oauth_").filter(|_| word.len() <= MAX_LEN)?;
            let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
            (!provider.is_empty() && provider.bytes().all(fits)).then(|| Self::OAuth(word.into()))
        })
    }

    /// Whether proving it leads to a new password instead of a session.
    pub fn is_reset(&self) -> bool {
        matches!(self, Self::ResetPasswordEmailCode | Self::ResetPasswordPhoneCode)
    }

    /// Whether it vouches for both factors: a passkey is a device and what unlocks it, a ticket is the word of the
    /// secret key.
    pub fn covers_second_factor(&self) -> bool {
        matches!(self, Self::Passkey | Self::Ticket)
    }

    /// The name of the schema that shows a verification by it.
    pub fn verification_object(&self) -> &'static str {
        match self {
            Self::Password => "verification_password",
            Self::EmailLink => "verification_email_link",
            Self::Ticket => "verification_ticket",
            Self::Passkey => "verification_passkey",
            Self::Totp => "verification_totp",
            Self::BackupCode => "verification_backup_code",
            Self::OAuth(_) => "verification_oauth",
            Self::EmailCode
            | Self::PhoneCode
            | Self::ResetPasswordEmailCode
            | Self::ResetPasswordPhoneCode => "verification_otp",
        }
    }
}

impl fmt::Display for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Strategy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Strategy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = Cow::<str>::deserialize(deserializer)?;
        Self::of(&word).ok_or_else(|| de::Error::custom("unknown strategy"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back() {
        for strategy in Strategy::FIXED {
            assert_eq!(Strategy::parse(strategy.as_str()).unwrap(), strategy);
        }
        assert_eq!(Strategy::parse("oauth_custom_x1").unwrap(), Strategy::OAuth("oauth_custom_x1".into()));
    }

    #[test]
    fn other_words_are_refused_by_name() {
        for word in ["", "Password", "oauth_", "oauth_G", "oauth_a-b", &format!("oauth_{}", "x".repeat(60))] {
            let refusal = Strategy::parse(word).unwrap_err();
            assert_eq!(
                (refusal.code(), refusal.param_name()),
                ("form_param_value_invalid", Some("strategy"))
            );
        }
    }
}
