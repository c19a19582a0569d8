//! Refusals of social sign-in. Most of them are told through a verification, because the request that they belong to is
//! a browser on its way back from a provider.

use beadle_types::error::code;

use super::Error;

/// The browser library moves a sign-up on to a sign-in when it reads this word. It stands in no list of Clerk's codes,
/// only in the library.
const EXTERNAL_ACCOUNT_EXISTS: &str = "external_account_exists";

impl Error {
    /// No provider that people can use goes by this strategy.
    pub fn oauth_provider_not_enabled(strategy: &str) -> Self {
        Self::new(
            code::OAUTH_PROVIDER_NOT_ENABLED,
            "Provider not enabled",
            format!("Signing in by {strategy} is not enabled."),
        )
        .param("strategy")
    }

    /// No token can be asked for of a provider that is not there.
    pub fn oauth_token_provider_not_enabled(strategy: &str) -> Self {
        Self::new(
            code::OAUTH_TOKEN_PROVIDER_NOT_ENABLED,
            "Provider not enabled",
            format!("The provider {strategy} is not enabled."),
        )
    }

    /// The account is connected, and no token of its provider was kept.
    pub fn oauth_missing_access_token() -> Self {
        Self::new(
            code::OAUTH_MISSING_ACCESS_TOKEN,
            "No access token",
            "This instance keeps no access tokens of providers.",
        )
    }

    /// The provider cannot be reached, or is not what the configuration says.
    pub fn oauth_provider_misconfigured() -> Self {
        Self::new(
            code::MISCONFIGURED_OAUTH_PROVIDER,
            "Provider unavailable",
            "The provider cannot be used at the moment. Please try again later.",
        )
    }

    /// The provider did not take the code, or what it gave for it does not hold.
    pub fn oauth_token_exchange_failed() -> Self {
        Self::new(
            code::OAUTH_TOKEN_EXCHANGE_ERROR,
            "Sign-in not confirmed",
            "The provider did not confirm the sign-in. Please try again.",
        )
    }

    /// The provider does not say whose account it is.
    pub fn oauth_user_unreadable() -> Self {
        Self::new(
            code::OAUTH_FETCH_USER_ERROR,
            "Account unreadable",
            "The provider did not say whose account it is. Please try again.",
        )
    }

    /// The visitor refused at the provider.
    pub fn oauth_access_denied() -> Self {
        Self::new(
            code::OAUTH_ACCESS_DENIED,
            "Access denied",
            "You did not allow the provider to share your account.",
        )
    }

    /// A browser came back from a provider with something that it was not sent out with.
    pub fn oauth_callback_invalid() -> Self {
        Self::new(
            code::OAUTH_CALLBACK_INVALID,
            "Invalid callback",
            "This sign-in was not begun in this browser, is over, or took too long. Please start again.",
        )
    }

    /// The account belongs to another user.
    pub fn oauth_account_claimed() -> Self {
        Self::new(
            code::OAUTH_IDENTIFICATION_CLAIMED,
            "Account in use",
            "This account is connected to another user.",
        )
    }

    /// The user has connected the account before.
    pub fn oauth_account_already_connected() -> Self {
        Self::new(
            code::OAUTH_ACCOUNT_ALREADY_CONNECTED,
            "Already connected",
            "This account is connected already.",
        )
    }

    /// Nobody has the account that was proven at the provider: a sign-up could make them.
    pub fn external_account_not_found() -> Self {
        Self::new(
            code::EXTERNAL_ACCOUNT_NOT_FOUND,
            "Account not found",
            "There is no user with this account.",
        )
    }

    /// Somebody has the account that was proven at the provider: a sign-in could let them in.
    pub fn external_account_exists() -> Self {
        Self::new(EXTERNAL_ACCOUNT_EXISTS, "Account exists", "There is a user with this account already.")
    }

    /// There is nothing that could move from a sign-in to a sign-up, or back.
    pub fn account_transfer_invalid() -> Self {
        Self::new(
            code::ACCOUNT_TRANSFER_INVALID,
            "Nothing to transfer",
            "There is no attempt with a proven account that could be transferred.",
        )
    }
}
