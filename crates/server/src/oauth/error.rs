//! What can go wrong at a provider.

use beadle_domain::Error;

/// Why there is no profile. The texts are for the log: they may hold what the provider said.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProviderError {
    /// The provider is not there, or not what the configuration says.
    #[error("provider unusable: {0}")]
    Provider(String),
    /// The code was not taken, or what it was exchanged for does not hold.
    #[error("exchange failed: {0}")]
    Exchange(String),
    /// The account could not be read.
    #[error("account unreadable: {0}")]
    User(String),
}

impl ProviderError {
    /// What the visitor is told.
    pub(crate) fn to_refusal(&self) -> Error {
        match self {
            Self::Provider(_) => Error::oauth_provider_misconfigured(),
            Self::Exchange(_) => Error::oauth_token_exchange_failed(),
            Self::User(_) => Error::oauth_user_unreadable(),
        }
    }
}
