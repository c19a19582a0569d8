//! The configuration file. It is taken apart by hand, because the messages of a generic reader repeat the values
//! they complain about, and some values are secrets.

use std::{collections::BTreeMap, fs, path::Path};

use toml::{Table, Value};

use super::{ConfigError, Overrides, SmsOverrides};

/// What a configuration file says.
#[derive(Default)]
pub(super) struct File {
    pub(super) settings: Overrides,
    pub(super) instance: Option<Table>,
    pub(super) oauth: Option<Table>,
}

impl File {
    pub(super) fn read(path: &Path) -> Result<Self, ConfigError> {
        let shown = path.display();
        let text = fs::read_to_string(path)
            .map_err(|error| ConfigError::from_text(format!("configuration file {shown}: {error}")))?;
        Self::parse(&text)
            .map_err(|error| ConfigError::from_text(format!("configuration file {shown}: {error}")))
    }

    pub(super) fn parse(text: &str) -> Result<Self, ConfigError> {
        let table = text.parse::<Table>().map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
            ConfigError::from_text(format!("line {line} is not TOML"))
        })?;
        let mut root = Section { prefix: "", table };
        let mut mail = Section { prefix: "mail.", table: root.table("mail")?.unwrap_or_default() };
        let mut sms = Section { prefix: "sms.", table: root.table("sms")?.unwrap_or_default() };
        let mut webhooks =
            Section { prefix: "webhooks.", table: root.table("webhooks")?.unwrap_or_default() };
        let mut instance = root.table("instance")?;
        if let Some(limits) = root.table("rate_limits")? {
            let instance = instance.get_or_insert_default();
            if instance.insert("rate_limits".into(), limits.into()).is_some() {
                return Err(ConfigError::new("rate_limits", "is there twice"));
            }
        }
        let oauth = root.table("oauth")?;
        let settings = Overrides {
            listen: root.text("listen")?,
            data_dir: root.text("data_dir")?.map(Into::into),
            database_url: root.text("database_url")?.map(Into::into),
            secret_key: root.text("secret_key")?.map(Into::into),
            feed_key: root.text("feed_key")?.map(Into::into),
            publishable_key: root.text("publishable_key")?,
            encryption_key: root.text("encryption_key")?.map(Into::into),
            log_format: root.text("log_format")?,
            frontend_url: root.text("frontend_url")?,
            npm_dir: root.text("npm_dir")?.map(Into::into),
            smtp_url: mail.text("smtp_url")?.map(Into::into),
            mail_from: mail.text("from")?,
            mail_templates: mail.text("templates")?.map(Into::into),
            sms: SmsOverrides {
                url: sms.text("url")?,
                authorization: sms.text("authorization")?.map(Into::into),
                from: sms.text("from")?,
                timeout_seconds: sms.number("timeout_seconds")?,
                content_type: sms.text("content_type")?,
                body: sms.text("body")?,
            },
            webhooks_allow_private_addresses: webhooks.flag("allow_private_addresses")?,
            oauth_client_secrets: BTreeMap::new(),
        };
        root.finish()?;
        mail.finish()?;
        sms.finish()?;
        webhooks.finish()?;
        Ok(Self { settings, instance, oauth })
    }
}

/// A table whose entries are taken out one by one, so that what is left is unknown.
struct Section {
    prefix: &'static str,
    table: Table,
}

impl Section {
    fn text(&mut self, key: &str) -> Result<Option<String>, ConfigError> {
        match self.table.remove(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(ConfigError::new(&format!("{}{key}", self.prefix), "must be a text in quotes")),
        }
    }

    /// A whole number, as text: it is checked where that of the environment is.
    fn number(&mut self, key: &str) -> Result<Option<String>, ConfigError> {
        match self.table.remove(key) {
            None => Ok(None),
            Some(Value::Integer(number)) => Ok(Some(number.to_string())),
            Some(_) => Err(ConfigError::new(&format!("{}{key}", self.prefix), "must be a whole number")),
        }
    }

    /// `true` or `false`, as text for the same reason.
    fn flag(&mut self, key: &str) -> Result<Option<String>, ConfigError> {
        match self.table.remove(key) {
            None => Ok(None),
            Some(Value::Boolean(flag)) => Ok(Some(flag.to_string())),
            Some(_) => Err(ConfigError::new(&format!("{}{key}", self.prefix), "must be true or false")),
        }
    }

    fn table(&mut self, key: &str) -> Result<Option<Table>, ConfigError> {
        match self.table.remove(key) {
            None => Ok(None),
            Some(Value::Table(table)) => Ok(Some(table)),
            Some(_) => Err(ConfigError::new(key, format!("must be a section, [{key}]"))),
        }
    }

    fn finish(self) -> Result<(), ConfigError> {
        match self.table.keys().next() {
            None => Ok(()),
            Some(key) => Err(ConfigError::new(&format!("{}{key}", self.prefix), "is unknown")),
        }
    }
}
