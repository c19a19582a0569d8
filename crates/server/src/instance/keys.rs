//! The keys that callers hold: `sk_…` for the Backend API, `pk_…` that tells browsers where the Frontend API is.

use aws_lc_rs::{digest, hmac};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use beadle_domain::{rng::SystemRng, settings::InstanceSettings};
use beadle_store::Store;
use beadle_types::SessionId;
use secrecy::{ExposeSecret, SecretString};

use super::seal::Sealer;
use crate::{
    Error,
    config::{Config, publishable_key_host},
};

/// The keys.
#[derive(Debug, Clone)]
pub struct Keys {
    /// Authorises the Backend API.
    pub secret_key: SecretString,
    /// Opens the revocation feed and nothing else.
    pub feed_key: SecretString,
    /// `pk_live_` or `pk_test_` and base64 of `host$`.
    pub publishable_key: String,
}

impl Keys {
    /// The refresh token of a session. It follows from the secret key, so that a handshake can hand it to every host of
    /// the application while the database holds a hash. Under a new secret key earlier ones go on working where they
    /// are, and are not handed out again.
    pub(crate) fn refresh_token(&self, session: &SessionId) -> String {
        format!("rt_{}", derived(&self.secret_key, &format!("beadle refresh token of {session}")))
    }
}

/// What follows from the secret key for one purpose, and tells nothing of it.
fn derived(secret_key: &SecretString, purpose: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret_key.expose_secret().as_bytes());
    URL_SAFE_NO_PAD.encode(hmac::sign(&key, purpose.as_bytes()))
}

/// Reads the keys of an instance without starting it: works beside a running server.
///
/// # Errors
/// When the database holds no instance yet.
pub async fn read_keys(config: &Config) -> Result<Keys, Error> {
    let sealer = Sealer::for_config(config, &SystemRng)?;
    let row = match config.location()? {
        beadle_store::Location::Directory(directory) => Store::peek_instance(&directory).await?,
        location @ beadle_store::Location::Postgres(_) => {
            let store = Store::open(&location).await?;
            let row = beadle_store::instance::load(&mut *store.reader().await?).await?;
            store.close().await;
            row
        }
    };
    let row =
        row.ok_or_else(|| Error::Setup("there is no instance yet: start `beadle serve` once".into()))?;
    let secret_key = match &config.secret_key {
        Some(fixed) => fixed.clone(),
        None => SecretString::from(sealer.open(&row.secret_key)?),
    };
    Ok(Keys {
        feed_key: feed_key(config, &secret_key),
        secret_key,
        publishable_key: config.publishable_key.clone().unwrap_or(row.publishable_key),
    })
}

/// Opens what an instance has sealed, without starting it.
pub struct Unsealer(Sealer);

impl Unsealer {
    /// With the key that the server seals with.
    ///
    /// # Errors
    /// When the key cannot be read.
    pub fn new(config: &Config) -> Result<Self, Error> {
        Sealer::for_config(config, &SystemRng).map(Self)
    }

    /// The secret behind a stored text.
    ///
    /// # Errors
    /// For what was sealed with another key.
    pub fn open(&self, stored: &str) -> Result<Vec<u8>, Error> {
        self.0.open_bytes(stored)
    }
}

/// The configured feed key, else one that follows from the secret key: all nodes have the same, and a new secret key
/// means a new feed key.
pub(super) fn feed_key(config: &Config, secret_key: &SecretString) -> SecretString {
    if let Some(fixed) = &config.feed_key {
        return fixed.clone();
    }
    format!("fk_{}", derived(secret_key, "beadle revocation feed key")).into()
}

/// The publishable key to use: the fixed one, whose host then is the instance's; else the stored one, unless
/// the configured host is another.
pub(super) fn publishable(
    config: &Config,
    settings: &mut InstanceSettings,
    stored_settings: &InstanceSettings,
    stored: &str,
) -> String {
    if let Some(fixed) = &config.publishable_key {
        if let Some(host) = publishable_key_host(fixed) {
            settings.publishable_host = host;
        }
        return fixed.clone();
    }
    if settings.publishable_host == stored_settings.publishable_host
        && publishable_key_host(stored).as_ref() == Some(&settings.publishable_host)
    {
        return stored.to_owned();
    }
    publishable_for_host(&settings.publishable_host)
}

/// `pk_live_…` for a host. Test keys would make the server SDKs ask for a development cookie.
pub(super) fn publishable_for_host(host: &str) -> String {
    format!("pk_live_{}", STANDARD.encode(format!("{host}$")))
}

/// The suffix of the browser's cookies for a publishable key.
pub(super) fn cookie_suffix(publishable_key: &str) -> String {
    let digest = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, publishable_key.as_bytes());
    let mut suffix = URL_SAFE_NO_PAD.encode(digest);
    suffix.truncate(8);
    suffix
}

/// The domain that everybody can register names under and this host's owner has: `example.co.uk` for
/// `clerk.example.co.uk`. Cookies for it reach all hosts of the application.
pub(super) fn cookie_domain(publishable_key: &str, host: &str) -> Option<String> {
    let name = host.split(':').next().unwrap_or_default();
    if !publishable_key.starts_with("pk_live_") || name.parse::<std::net::Ipv4Addr>().is_ok() {
        return None;
    }
    domain_of(name)
}

/// The domain that a host belongs to, of which there can be one owner.
pub(crate) fn domain_of(host: &str) -> Option<String> {
    psl::domain_str(host).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_survives_its_key() {
        let key = publishable_for_host("clerk.example.com");
        assert_eq!(key, "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k");
        assert_eq!(publishable_key_host(&key).as_deref(), Some("clerk.example.com"));
        assert_eq!(publishable_key_host("pk_test_MTI3LjAuMC4xOjQ0NDMk").as_deref(), Some("127.0.0.1:4443"));
    }

    #[test]
    fn suffixes_are_those_of_the_browser_library() {
        // base64url(SHA-1(key)), cut after eight characters.
        assert_eq!(cookie_suffix("pk_live_Y2xlcmsuZXhhbXBsZS5jb20k"), "naoXFJnI");
    }

    #[test]
    fn cookies_are_for_the_domain_that_was_registered() {
        let domain = |host: &str| cookie_domain("pk_live_", host);
        assert_eq!(domain("clerk.example.com").as_deref(), Some("example.com"));
        assert_eq!(domain("clerk.app.example.co.uk:4443").as_deref(), Some("example.co.uk"));
        assert_eq!(domain("clerk.acme.github.io").as_deref(), Some("acme.github.io"));
        assert_eq!(domain("example.com").as_deref(), Some("example.com"));
        assert_eq!(domain("co.uk"), None);
        assert_eq!(domain("127.0.0.1:4443"), None);
        assert_eq!(cookie_domain("pk_test_", "clerk.example.com"), None);
    }
}
