//! How webhooks are sent.

use std::time::Duration;

use super::ConfigError;

/// For a whole attempt, as receivers of Clerk's webhooks know it.
const TIMEOUT: Duration = Duration::from_secs(15);

/// How webhooks are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebhooksConfig {
    /// Whether endpoints may be on private or loopback addresses, and without TLS.
    pub allow_private_addresses: bool,
    /// How long a receiver may take.
    pub timeout: Duration,
}

impl Default for WebhooksConfig {
    fn default() -> Self {
        Self { allow_private_addresses: false, timeout: TIMEOUT }
    }
}

impl WebhooksConfig {
    pub(super) fn from_parts(allow_private_addresses: Option<&str>) -> Result<Self, ConfigError> {
        let allow_private_addresses = match allow_private_addresses {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => {
                return Err(ConfigError::new("webhooks.allow_private_addresses", "must be true or false"));
            }
        };
        Ok(Self { allow_private_addresses, ..Self::default() })
    }
}
