//! The form that each setting must have.

use std::{net::SocketAddr, path::PathBuf};

use base64::Engine as _;
use beadle_store::PostgresOptions;
use secrecy::{ExposeSecret as _, SecretString};
use url::{Host, Url};

use super::{
    ConfigError, LogFormat,
    publishable_key::{BASE64, publishable_key_host},
};

const KEY_PREFIXES: [&str; 2] = ["sk_test_", "sk_live_"];
/// Characters behind the prefix. Short ones are taken for tests, with a warning at start.
const KEY_LENGTH: std::ops::RangeInclusive<usize> = 1..=200;
/// Short ones could be guessed.
const FEED_KEY_LENGTH: std::ops::RangeInclusive<usize> = 24..=200;
const ENCRYPTION_KEY_BYTES: usize = 32;

pub(super) fn listen(text: &str) -> Result<SocketAddr, ConfigError> {
    text.parse().map_err(|_| {
        ConfigError::new(
            "listen",
            format!("is `{text}`, but must be an IP address and a port, such as 0.0.0.0:3900"),
        )
    })
}

pub(super) fn database_url(url: SecretString) -> Result<SecretString, ConfigError> {
    let text = url.expose_secret();
    if !["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme)) {
        return Err(ConfigError::new(
            "database_url",
            "must begin with postgres://; leave it out for SQLite in the data directory",
        ));
    }
    // What the driver says about a URL is not repeated: it may hold pieces of the password.
    PostgresOptions::from_url(text).map_err(|_| {
        ConfigError::new("database_url", "is not of the form postgres://user:password@host:port/database")
    })?;
    Ok(url)
}

pub(super) fn secret_key(key: SecretString) -> Result<SecretString, ConfigError> {
    let text = key.expose_secret();
    let random = KEY_PREFIXES.iter().find_map(|prefix| text.strip_prefix(prefix));
    match random {
        Some(random)
            if KEY_LENGTH.contains(&random.len())
                && random.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte)) =>
        {
            Ok(key)
        }
        _ => Err(ConfigError::new(
            "secret_key",
            "must be sk_test_ or sk_live_ followed by up to 200 letters, digits, `_` or `-`",
        )),
    }
}

pub(super) fn feed_key(key: SecretString) -> Result<SecretString, ConfigError> {
    let random = key.expose_secret().strip_prefix("fk_");
    let is_good = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    if random.is_some_and(|random| FEED_KEY_LENGTH.contains(&random.len()) && random.bytes().all(is_good)) {
        Ok(key)
    } else {
        Err(ConfigError::new(
            "feed_key",
            "must be fk_ followed by 24 to 200 letters, digits, `_` or `-`; without it one is derived",
        ))
    }
}

pub(super) fn publishable_key(key: String) -> Result<String, ConfigError> {
    match publishable_key_host(&key) {
        Some(_) => Ok(key),
        None => Err(ConfigError::new(
            "publishable_key",
            "must be pk_test_ or pk_live_ followed by the base64 of a host name with a dot and a final `$`",
        )),
    }
}

pub(super) fn encryption_key(key: SecretString) -> Result<SecretString, ConfigError> {
    let decoded = BASE64.decode(key.expose_secret()).ok();
    if decoded.is_some_and(|bytes| bytes.len() == ENCRYPTION_KEY_BYTES) {
        Ok(key)
    } else {
        Err(ConfigError::new(
            "encryption_key",
            "must be the base64 of 32 bytes; `openssl rand -base64 32` makes one",
        ))
    }
}

pub(super) fn frontend_url(text: &str) -> Result<String, ConfigError> {
    let url = Url::parse(text).ok().filter(|url| url.query().is_none() && url.fragment().is_none());
    let is_loopback = |url: &Url| match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match url {
        Some(url) if url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url)) => {
            Ok(text.trim_end_matches('/').to_owned())
        }
        _ => Err(ConfigError::new(
            "frontend_url",
            "must be the https address at which browsers reach the Frontend API, for example \
             https://app.example.com/__clerk; http is for loopback addresses",
        )),
    }
}

pub(super) fn npm_dir(dir: PathBuf) -> Result<PathBuf, ConfigError> {
    if dir.join("@clerk/clerk-js/dist/clerk.browser.js").is_file() {
        Ok(dir)
    } else {
        Err(ConfigError::new(
            "npm_dir",
            format!(
                "is {}, but there is no @clerk/clerk-js/dist/clerk.browser.js in it: it must be the node_modules \
                 directory where @clerk/clerk-js and @clerk/ui are installed",
                dir.display()
            ),
        ))
    }
}

pub(super) fn log_format(word: &str) -> Result<LogFormat, ConfigError> {
    match word {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err(ConfigError::new("log_format", format!("is `{word}`, but must be text or json"))),
    }
}
