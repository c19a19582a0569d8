//! Refusals around second factors and passkeys.

use beadle_types::error::code;

use super::Error;

impl Error {
    /// There is an authenticator app already; it must go before another can come.
    pub fn totp_already_enabled() -> Self {
        Self::new(
            code::TOTP_ALREADY_ENABLED,
            "Already set up",
            "An authenticator app is set up already. Remove it before you add another one.",
        )
    }

    /// On the Backend API: the user has no authenticator app and no backup codes.
    pub fn totp_disabled() -> Self {
        Self::new(
            code::TOTP_DISABLED,
            "Not set up",
            "This user has neither an authenticator app nor backup codes.",
        )
    }

    /// On the Backend API: neither a code of the user's authenticator app nor one of their backup codes.
    pub fn totp_incorrect_code() -> Self {
        Self::new(code::TOTP_INCORRECT_CODE, "Incorrect code", "The code is incorrect.").param("code")
    }

    /// On the Backend API: too short or too long for either.
    pub fn totp_invalid_length() -> Self {
        Self::new(
            code::TOTP_INVALID_LENGTH,
            "Invalid length",
            "Codes of authenticator apps have six digits; none of this user's codes has this length.",
        )
        .param("code")
    }

    /// What was given as an authenticator app's secret is none.
    pub fn invalid_totp_secret() -> Self {
        Self::new(
            code::INVALID_TOTP_SECRET_CODE,
            "Invalid secret",
            "The secret must be Base32 and carry between 10 and 64 bytes.",
        )
    }
}

/// Passkeys.
impl Error {
    /// What the browser sent is no credential.
    pub fn passkey_invalid_credential() -> Self {
        Self::new(
            code::PASSKEY_INVALID_PUBLIC_KEY_CREDENTIAL,
            "Invalid passkey",
            "What the browser sent is not a passkey.",
        )
        .param("public_key_credential")
    }

    /// A new passkey does not fit what was asked for.
    pub fn passkey_registration_failure() -> Self {
        Self::new(
            code::PASSKEY_REGISTRATION_FAILURE,
            "Passkey not saved",
            "The passkey could not be verified. Please try again.",
        )
    }

    /// A use of a passkey does not fit what was asked for, or its signature is not by the key.
    pub fn passkey_authentication_failure() -> Self {
        Self::new(
            code::PASSKEY_AUTHENTICATION_FAILURE,
            "Passkey refused",
            "The passkey could not be verified. Please try again.",
        )
    }

    /// Nobody, or somebody else, has this passkey.
    pub fn passkey_not_registered() -> Self {
        Self::new(
            code::PASSKEY_NOT_REGISTERED,
            "Unknown passkey",
            "This passkey is not registered, or has been removed from the account.",
        )
    }

    /// The user cannot have more passkeys.
    pub fn passkey_quota_exceeded(max: usize) -> Self {
        Self::new(
            code::PASSKEY_QUOTA_EXCEEDED,
            "Too many passkeys",
            format!("You can have {max} passkeys. Remove one before you add another."),
        )
    }

    /// The user has none to sign in with.
    pub fn no_passkeys_found_for_user() -> Self {
        Self::new(code::NO_PASSKEYS_FOUND_FOR_USER, "No passkeys", "This account has no passkeys.")
    }

    /// Browsers have no passkeys on the page that asks, or it does not say which it is.
    pub fn passkeys_not_on_this_page() -> Self {
        Self::new(
            code::ORIGIN_INVALID,
            "No passkeys here",
            "Passkeys need a page with a domain that is served over TLS, or on localhost.",
        )
    }
}
