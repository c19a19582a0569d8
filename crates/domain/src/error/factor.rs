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

    /// What was given as an authenticator app's secret is none.
    pub fn invalid_totp_secret() -> Self {
        Self::new(
            code::INVALID_TOTP_SECRET_CODE,
            "Invalid secret",
            "The secret must be Base32 and carry between 10 and 64 bytes.",
        )
    }
}
