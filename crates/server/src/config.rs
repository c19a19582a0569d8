//! The server's own settings: where it listens, where the data lives, its keys and its mail server.
//!
//! Plain data and its loading. A setting comes from the first of: flag, environment variable, configuration
//! file, default. Errors name the setting and never repeat a value that could be a secret.

mod check;
mod error;
mod file;
mod mail;
mod oauth;
mod overrides;
mod publishable_key;
mod sms;
mod webhooks;

use std::{net::SocketAddr, path::Path, path::PathBuf};

use beadle_domain::settings::{InstanceSettings, SettingsError};
use beadle_store::{Location, PostgresOptions};
use secrecy::{ExposeSecret as _, SecretString};

pub use error::ConfigError;
pub use mail::{MailConfig, SmtpSecurity, SmtpServer};
pub(crate) use oauth::is_this_machine;
pub use oauth::{OAuthProvider, ProviderKind};
pub use overrides::{Environment, Overrides};
pub use publishable_key::publishable_key_host;
pub use sms::{SmsConfig, SmsOverrides};
pub use webhooks::WebhooksConfig;

use file::File;

/// Where the server listens unless told otherwise: only this machine can reach it.
pub const DEFAULT_LISTEN: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 3900);
/// The data directory unless told otherwise, relative to the working directory.
pub const DEFAULT_DATA_DIR: &str = "./beadle-data";

/// Everything that is known before the database is open. Checked: each value has its right form.
#[derive(Debug, Clone)]
pub struct Config {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// Where SQLite and the key file live.
    pub data_dir: PathBuf,
    /// `postgres://…`; SQLite in `data_dir` without it.
    pub database_url: Option<SecretString>,
    /// `sk_test_…` or `sk_live_…`; made at the first start and kept if not given.
    pub secret_key: Option<SecretString>,
    /// `fk_…`, which opens the revocation feed; derived from the secret key if not given.
    pub feed_key: Option<SecretString>,
    /// `pk_test_…` or `pk_live_…` with the publishable host inside; made from the host if not given.
    pub publishable_key: Option<String>,
    /// Base64 of the 32 bytes that seal secrets in the database; a file in `data_dir` holds them if not given.
    pub encryption_key: Option<SecretString>,
    /// How log lines look.
    pub log_format: LogFormat,
    /// The mail server; without it mails go to the development outbox.
    pub mail: Option<MailConfig>,
    /// The directory of installed packages that the browser libraries are served from.
    pub npm_dir: Option<PathBuf>,
    /// Where browsers reach the Frontend API, without a slash at the end.
    pub frontend_url: Option<String>,
    /// The SMS gateway; without it SMS go to the development outbox.
    pub sms: Option<SmsConfig>,
    /// The directory of templates that replace built-in ones.
    pub message_templates: Option<PathBuf>,
    /// How webhooks are sent.
    pub webhooks: WebhooksConfig,
    /// The providers of social sign-in, `[oauth.NAME]`.
    pub oauth: Vec<OAuthProvider>,
    /// The `[instance]` section, to be laid over the stored settings at start.
    pub instance: Option<toml::Table>,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: DEFAULT_LISTEN,
            data_dir: PathBuf::from(DEFAULT_DATA_DIR),
            database_url: None,
            secret_key: None,
            feed_key: None,
            publishable_key: None,
            encryption_key: None,
            log_format: LogFormat::default(),
            mail: None,
            npm_dir: None,
            frontend_url: None,
            sms: None,
            message_templates: None,
            webhooks: WebhooksConfig::default(),
            oauth: Vec::new(),
            instance: None,
        }
    }
}

impl Config {
    /// Reads the configuration file, if there is one, and lays the overrides over it.
    ///
    /// # Errors
    /// The first setting that is unknown, of the wrong type or without a usable value.
    pub fn from_sources(file: Option<&Path>, overrides: Overrides) -> Result<Self, ConfigError> {
        let file = file.map(File::read).transpose()?.unwrap_or_default();
        let given = overrides.or(file.settings);
        let config = Self {
            listen: given.listen.map_or(Ok(DEFAULT_LISTEN), |text| check::listen(&text))?,
            data_dir: given.data_dir.unwrap_or_else(|| PathBuf::from(DEFAULT_DATA_DIR)),
            database_url: given.database_url.map(check::database_url).transpose()?,
            secret_key: given.secret_key.map(check::secret_key).transpose()?,
            feed_key: given.feed_key.map(check::feed_key).transpose()?,
            publishable_key: given.publishable_key.map(check::publishable_key).transpose()?,
            encryption_key: given.encryption_key.map(check::encryption_key).transpose()?,
            log_format: given.log_format.map_or(Ok(LogFormat::Text), |word| check::log_format(&word))?,
            mail: MailConfig::from_parts(given.smtp_url, given.mail_from)?,
            npm_dir: given.npm_dir.map(check::npm_dir).transpose()?,
            frontend_url: given.frontend_url.as_deref().map(check::frontend_url).transpose()?,
            sms: SmsConfig::from_parts(given.sms)?,
            message_templates: given.mail_templates,
            webhooks: WebhooksConfig::from_parts(given.webhooks_allow_private_addresses.as_deref())?,
            oauth: oauth::providers(file.oauth, &given.oauth_client_secrets)?,
            instance: file.instance,
        };
        config.check_instance()?;
        Ok(config)
    }

    /// The stored settings with the `[instance]` section laid over them.
    ///
    /// # Errors
    /// Settings that do not exist, or that no instance can run with.
    pub fn overlaid(&self, stored: &InstanceSettings) -> Result<InstanceSettings, ConfigError> {
        match &self.instance {
            None => Ok(stored.clone()),
            Some(section) => stored
                .overlay(json_object(section))
                .map_err(|error| ConfigError::from_text(format!("setting {error}"))),
        }
    }

    /// Whether the publishable host is fixed here.
    pub(crate) fn names_host(&self) -> bool {
        let in_section =
            self.instance.as_ref().is_some_and(|section| section.contains_key("publishable_host"));
        in_section || self.publishable_key.is_some()
    }

    /// Where the store is to be opened.
    ///
    /// # Errors
    /// A database URL that cannot be read; [`Config::from_sources`] has excluded that.
    pub fn location(&self) -> Result<Location, ConfigError> {
        match &self.database_url {
            None => Ok(Location::Directory(self.data_dir.clone())),
            Some(url) => PostgresOptions::from_url(url.expose_secret())
                .map(|options| Location::Postgres(Box::new(options)))
                .map_err(|error| ConfigError::new("database_url", error.to_string())),
        }
    }

    /// Refuses an `[instance]` section that no stored settings could make valid.
    fn check_instance(&self) -> Result<(), ConfigError> {
        let Some(section) = &self.instance else { return Ok(()) };
        if let Err(error @ SettingsError::Malformed { .. }) =
            InstanceSettings::default().overlay(json_object(section))
        {
            return Err(ConfigError::from_text(format!("setting {error}")));
        }
        let named = section.get("publishable_host").and_then(toml::Value::as_str);
        match (named, self.publishable_key.as_deref().and_then(publishable_key_host)) {
            (Some(named), Some(inside)) if named != inside => Err(ConfigError::new(
                "instance.publishable_host",
                format!("is {named}, but the publishable key is for {inside}"),
            )),
            _ => Ok(()),
        }
    }
}

/// TOML values are JSON values but for dates and non-finite numbers, which no setting takes: they become text.
fn json_object(table: &toml::Table) -> serde_json::Value {
    table.iter().map(|(key, value)| (key.clone(), json_value(value))).collect()
}

fn json_value(value: &toml::Value) -> serde_json::Value {
    match value {
        toml::Value::String(text) => text.as_str().into(),
        toml::Value::Integer(number) => (*number).into(),
        toml::Value::Float(number) => (*number).into(),
        toml::Value::Boolean(flag) => (*flag).into(),
        toml::Value::Datetime(time) => time.to_string().into(),
        toml::Value::Array(items) => items.iter().map(json_value).collect(),
        toml::Value::Table(table) => json_object(table),
    }
}

#[cfg(test)]
mod tests;
