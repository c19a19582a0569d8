//! What users are told about their account.

use serde::{Deserialize, Serialize};

/// Which changes of an account its user is told of, by mail, or by SMS where there is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NotificationSettings {
    /// The user has changed or reset the password.
    pub password_changed: bool,
    /// Another address is the primary one; the old one is told.
    pub primary_email_address_changed: bool,
    /// Somebody signed in on a device that the user was not seen on before.
    pub new_device_sign_in: bool,
    /// Too many attempts to sign in have failed.
    pub account_locked: bool,
    /// A passkey came or went.
    pub passkeys_changed: bool,
}

impl Default for NotificationSettings {
    fn default() -> Self {
        Self {
            password_changed: true,
            primary_email_address_changed: true,
            new_device_sign_in: true,
            account_locked: true,
            passkeys_changed: true,
        }
    }
}
