//! Why a configuration was refused.

/// A setting and what is wrong with it, in one line that can be shown to the operator as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(String);

impl ConfigError {
    /// `problem` completes the name of the setting to a sentence.
    pub(crate) fn new(setting: &str, problem: impl AsRef<str>) -> Self {
        let problem = problem.as_ref();
        let sources = match setting {
            "listen" => " (--listen, BEADLE_LISTEN)",
            "data_dir" => " (--data-dir, BEADLE_DATA_DIR)",
            "database_url" => " (--database-url, BEADLE_DATABASE_URL)",
            "secret_key" => " (BEADLE_SECRET_KEY)",
            "publishable_key" => " (BEADLE_PUBLISHABLE_KEY)",
            "encryption_key" => " (BEADLE_ENCRYPTION_KEY)",
            "log_format" => " (BEADLE_LOG_FORMAT)",
            "mail.smtp_url" => " (BEADLE_SMTP_URL)",
            "frontend_url" => " (BEADLE_FRONTEND_URL)",
            "npm_dir" => " (--npm-dir, BEADLE_NPM_DIR)",
            "mail.from" => " (BEADLE_MAIL_FROM)",
            "mail.templates" => " (BEADLE_MAIL_TEMPLATES)",
            "sms.url" => " (BEADLE_SMS_URL)",
            "sms.authorization" => " (BEADLE_SMS_AUTHORIZATION)",
            "sms.from" => " (BEADLE_SMS_FROM)",
            "sms.timeout_seconds" => " (BEADLE_SMS_TIMEOUT_SECONDS)",
            "sms.content_type" => " (BEADLE_SMS_CONTENT_TYPE)",
            "sms.body" => " (BEADLE_SMS_BODY)",
            "webhooks.allow_private_addresses" => " (BEADLE_WEBHOOKS_ALLOW_PRIVATE_ADDRESSES)",
            _ => "",
        };
        Self(format!("setting {setting}{sources} {problem}"))
    }

    pub(crate) fn from_text(text: String) -> Self {
        Self(text)
    }
}

impl From<ConfigError> for crate::Error {
    fn from(error: ConfigError) -> Self {
        Self::Setup(error.to_string())
    }
}
