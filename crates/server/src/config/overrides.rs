//! Settings as texts, before they are checked: what flags, environment and file have in common.

use std::{collections::BTreeMap, ffi::OsString, path::PathBuf};

use secrecy::SecretString;

use super::{ConfigError, SmsOverrides, oauth};

/// Every setting that is one value. What is `None` is left to the next source.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `address:port`.
    pub listen: Option<String>,
    /// The data directory.
    pub data_dir: Option<PathBuf>,
    /// `postgres://…`.
    pub database_url: Option<SecretString>,
    /// `sk_…`.
    pub secret_key: Option<SecretString>,
    /// `fk_…`.
    pub feed_key: Option<SecretString>,
    /// `pk_…`.
    pub publishable_key: Option<String>,
    /// Base64 of 32 bytes.
    pub encryption_key: Option<SecretString>,
    /// `text` or `json`.
    pub log_format: Option<String>,
    /// `smtp://…`, `smtps://…` or `smtp+starttls://…`.
    pub smtp_url: Option<SecretString>,
    /// The sender of all mail.
    pub mail_from: Option<String>,
    /// Where the browser libraries are installed.
    pub npm_dir: Option<PathBuf>,
    /// Where browsers reach the Frontend API.
    pub frontend_url: Option<String>,
    /// The directory of templates for mail and SMS.
    pub mail_templates: Option<PathBuf>,
    /// The SMS gateway.
    pub sms: SmsOverrides,
    /// `true` or `false`: whether webhooks may go to private addresses.
    pub webhooks_allow_private_addresses: Option<String>,
    /// Client secrets of providers of social sign-in, by the provider's name; the environment alone has them here.
    pub oauth_client_secrets: BTreeMap<String, SecretString>,
}

/// What the environment says.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// The settings found.
    pub overrides: Overrides,
    /// Variables that begin with `BEADLE_` and mean nothing here: worth a warning, because a misspelt setting
    /// would otherwise be lost in silence.
    pub unknown: Vec<String>,
}

/// Variables that other parts of Beadle read: the command line and the logger.
const READ_ELSEWHERE: [&str; 5] =
    ["BEADLE_CONFIG", "BEADLE_API_URL", "BEADLE_LOG", "BEADLE_BINARY", "BEADLE_GATE_LISTEN"];

impl Overrides {
    /// These settings, and `fallback` for what they leave open.
    #[must_use]
    pub fn or(self, fallback: Self) -> Self {
        Self {
            listen: self.listen.or(fallback.listen),
            data_dir: self.data_dir.or(fallback.data_dir),
            database_url: self.database_url.or(fallback.database_url),
            secret_key: self.secret_key.or(fallback.secret_key),
            feed_key: self.feed_key.or(fallback.feed_key),
            publishable_key: self.publishable_key.or(fallback.publishable_key),
            encryption_key: self.encryption_key.or(fallback.encryption_key),
            log_format: self.log_format.or(fallback.log_format),
            smtp_url: self.smtp_url.or(fallback.smtp_url),
            mail_from: self.mail_from.or(fallback.mail_from),
            npm_dir: self.npm_dir.or(fallback.npm_dir),
            frontend_url: self.frontend_url.or(fallback.frontend_url),
            mail_templates: self.mail_templates.or(fallback.mail_templates),
            sms: self.sms.or(fallback.sms),
            webhooks_allow_private_addresses: self
                .webhooks_allow_private_addresses
                .or(fallback.webhooks_allow_private_addresses),
            oauth_client_secrets: fallback
                .oauth_client_secrets
                .into_iter()
                .chain(self.oauth_client_secrets)
                .collect(),
        }
    }
}

impl Environment {
    /// Reads the `BEADLE_…` variables among these. An empty value is the same as none.
    ///
    /// # Errors
    /// A value that is not UTF-8, but for paths, which may be anything.
    pub fn read(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Result<Self, ConfigError> {
        let mut found = Self::default();
        for (name, value) in variables {
            let Some(name) = name.to_str().filter(|name| name.starts_with("BEADLE_")) else { continue };
            if !value.is_empty() {
                found.take(name, value)?;
            }
        }
        found.unknown.sort();
        Ok(found)
    }

    fn take(&mut self, name: &str, value: OsString) -> Result<(), ConfigError> {
        let overrides = &mut self.overrides;
        match name {
            "BEADLE_LISTEN" => overrides.listen = Some(text(name, value)?),
            "BEADLE_DATA_DIR" => overrides.data_dir = Some(value.into()),
            "BEADLE_DATABASE_URL" => overrides.database_url = Some(text(name, value)?.into()),
            "BEADLE_SECRET_KEY" => overrides.secret_key = Some(text(name, value)?.into()),
            "BEADLE_FEED_KEY" => overrides.feed_key = Some(text(name, value)?.into()),
            "BEADLE_PUBLISHABLE_KEY" => overrides.publishable_key = Some(text(name, value)?),
            "BEADLE_ENCRYPTION_KEY" => overrides.encryption_key = Some(text(name, value)?.into()),
            "BEADLE_LOG_FORMAT" => overrides.log_format = Some(text(name, value)?),
            "BEADLE_SMTP_URL" => overrides.smtp_url = Some(text(name, value)?.into()),
            "BEADLE_MAIL_FROM" => overrides.mail_from = Some(text(name, value)?),
            "BEADLE_FRONTEND_URL" => overrides.frontend_url = Some(text(name, value)?),
            "BEADLE_NPM_DIR" => overrides.npm_dir = Some(value.into()),
            "BEADLE_MAIL_TEMPLATES" => overrides.mail_templates = Some(value.into()),
            "BEADLE_SMS_URL" => overrides.sms.url = Some(text(name, value)?),
            "BEADLE_SMS_AUTHORIZATION" => overrides.sms.authorization = Some(text(name, value)?.into()),
            "BEADLE_SMS_FROM" => overrides.sms.from = Some(text(name, value)?),
            "BEADLE_SMS_TIMEOUT_SECONDS" => overrides.sms.timeout_seconds = Some(text(name, value)?),
            "BEADLE_SMS_CONTENT_TYPE" => overrides.sms.content_type = Some(text(name, value)?),
            "BEADLE_SMS_BODY" => overrides.sms.body = Some(text(name, value)?),
            "BEADLE_WEBHOOKS_ALLOW_PRIVATE_ADDRESSES" => {
                overrides.webhooks_allow_private_addresses = Some(text(name, value)?);
            }
            other if READ_ELSEWHERE.contains(&other) => {}
            other => match oauth::secret_of(other) {
                Some(provider) => {
                    overrides.oauth_client_secrets.insert(provider, text(name, value)?.into());
                }
                None => self.unknown.push(other.to_owned()),
            },
        }
        Ok(())
    }
}

fn text(name: &str, value: OsString) -> Result<String, ConfigError> {
    value
        .into_string()
        .map_err(|_| ConfigError::from_text(format!("environment variable {name} is not UTF-8")))
}
