//! Refusals around pages: where they may be sent, and how browsers without cookies are told apart.

use beadle_types::error::code;

use super::Error;

impl Error {
    /// What should be a page's address is none.
    pub fn redirect_url_invalid(param: &str) -> Self {
        Self::new(
            code::INVALID_REDIRECT_URL,
            "Invalid redirect URL",
            "This is not the address of a page: it must begin with https:// or http:// and a host.",
        )
        .param(param)
    }

    /// The page does not belong to the application, so nobody is sent there.
    pub fn redirect_url_foreign(param: &str) -> Self {
        Self::new(
            code::REDIRECT_URL_NOT_ASSOCIATED_WITH_INSTANCE,
            "Foreign redirect URL",
            "Pages of this origin do not belong to the application. Add it to allowed_origins if they should.",
        )
        .param(param)
    }

    /// The browser shows no development token, or one that nobody knows any more.
    pub fn dev_browser_unauthenticated() -> Self {
        Self::new(
            code::DEV_BROWSER_UNAUTHENTICATED,
            "Unknown browser",
            "The request carries no valid token of a development browser.",
        )
    }

    /// The instance tells browsers apart by their cookies, not by tokens in addresses.
    pub fn url_based_session_syncing_disabled() -> Self {
        Self::new(
            code::URL_BASED_SESSION_SYNCING_DISABLED,
            "No development browsers",
            "This instance tells browsers apart by cookies: its publishable key is not for a development host.",
        )
    }

    /// A token that should carry a session over from another domain was used up, or never made.
    pub fn sync_nonce_already_consumed() -> Self {
        Self::new(
            code::SYNC_NONCE_ALREADY_CONSUMED,
            "Token used up",
            "This token has been used before, or was never issued.",
        )
    }

    /// A request through a proxy that should show the secret key shows another.
    pub fn proxy_request_invalid_secret_key() -> Self {
        Self::new(
            code::PROXY_REQUEST_INVALID_SECRET_KEY,
            "Invalid secret key",
            "The header Clerk-Secret-Key does not hold the key of this instance.",
        )
    }

    /// A request through a proxy that should show the secret key shows none.
    pub fn proxy_request_missing_secret_key() -> Self {
        Self::new(
            code::PROXY_REQUEST_MISSING_SECRET_KEY,
            "Missing secret key",
            "The header Clerk-Secret-Key is missing.",
        )
    }
}
