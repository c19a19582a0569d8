//! The SMS gateway's settings.

use std::time::Duration;

use http::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::{ConfigError, mail::is_loopback};

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);
/// Well below the time for which a claimed message belongs to its sender.
const TIMEOUT_SECONDS: std::ops::RangeInclusive<u64> = 1..=60;
const JSON: &str = "application/json";
/// Values of a JSON body are written as JSON by the template engine, quotes and all.
const DEFAULT_BODY: &str =
    r#"{"to": {{ to }}, "from": {{ from }}, "body": {{ body }}, "kind": {{ kind }}, "id": {{ id }}}"#;

/// Where and how SMS are handed over.
#[derive(Debug, Clone)]
pub struct SmsConfig {
    /// `https://…`, or `http://…` on this machine.
    pub url: Url,
    /// The value of the `Authorization` header.
    pub authorization: Option<SecretString>,
    /// The sender that the gateway is told; may be empty.
    pub from: String,
    /// For the whole of one request.
    pub timeout: Duration,
    /// Of the body.
    pub content_type: String,
    /// A template with `to`, `from`, `body`, `kind` and `id`.
    pub body: String,
}

/// The settings as texts, before they are checked.
#[derive(Debug, Clone, Default)]
pub struct SmsOverrides {
    /// Where.
    pub url: Option<String>,
    /// The `Authorization` header.
    pub authorization: Option<SecretString>,
    /// The sender.
    pub from: Option<String>,
    /// A whole number.
    pub timeout_seconds: Option<String>,
    /// Of the body.
    pub content_type: Option<String>,
    /// The template of the body.
    pub body: Option<String>,
}

impl SmsOverrides {
    pub(super) fn or(self, fallback: Self) -> Self {
        Self {
            url: self.url.or(fallback.url),
            authorization: self.authorization.or(fallback.authorization),
            from: self.from.or(fallback.from),
            timeout_seconds: self.timeout_seconds.or(fallback.timeout_seconds),
            content_type: self.content_type.or(fallback.content_type),
            body: self.body.or(fallback.body),
        }
    }

    fn is_empty(&self) -> bool {
        self.authorization.is_none()
            && [&self.url, &self.from, &self.timeout_seconds, &self.content_type, &self.body]
                .iter()
                .all(|setting| setting.is_none())
    }
}

impl SmsConfig {
    pub(super) fn from_parts(given: SmsOverrides) -> Result<Option<Self>, ConfigError> {
        if given.is_empty() {
            return Ok(None);
        }
        let url = given.url.ok_or_else(|| {
            ConfigError::new("sms.url", "is missing, but another setting of the gateway is there")
        })?;
        let content_type = given.content_type.unwrap_or_else(|| JSON.to_owned());
        if HeaderValue::from_str(&content_type).is_err() {
            return Err(ConfigError::new("sms.content_type", "is not the value of a header"));
        }
        let body = match given.body {
            Some(body) => body,
            None if content_type == JSON => DEFAULT_BODY.to_owned(),
            None => return Err(ConfigError::new("sms.body", "is missing, but the content type is not JSON")),
        };
        let authorization = given.authorization;
        if authorization.as_ref().is_some_and(|text| HeaderValue::from_str(text.expose_secret()).is_err()) {
            return Err(ConfigError::new("sms.authorization", "is not the value of a header"));
        }
        Ok(Some(Self {
            url: checked_url(&url)?,
            authorization,
            from: given.from.unwrap_or_default(),
            timeout: given.timeout_seconds.map_or(Ok(DEFAULT_TIMEOUT), |text| timeout(&text))?,
            content_type,
            body,
        }))
    }
}

/// The texts and the authorization leave this machine only under TLS.
fn checked_url(text: &str) -> Result<Url, ConfigError> {
    let refuse = |problem: &str| ConfigError::new("sms.url", problem);
    let url = Url::parse(text).map_err(|_| refuse("is not a URL"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("must not hold a password: use sms.authorization"));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        _ => Err(refuse("must begin with https://; http:// is for this machine only")),
    }
}

fn timeout(text: &str) -> Result<Duration, ConfigError> {
    match text.parse() {
        Ok(seconds) if TIMEOUT_SECONDS.contains(&seconds) => Ok(Duration::from_secs(seconds)),
        _ => Err(ConfigError::new("sms.timeout_seconds", "must be from 1 to 60")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(change: impl FnOnce(&mut SmsOverrides)) -> Result<SmsConfig, String> {
        let mut given =
            SmsOverrides { url: Some("https://sms.example/v1".into()), ..SmsOverrides::default() };
        change(&mut given);
        SmsConfig::from_parts(given).map(Option::unwrap).map_err(|error| error.to_string())
    }

    #[test]
    fn a_url_is_enough() {
        assert!(SmsConfig::from_parts(SmsOverrides::default()).unwrap().is_none());
        let config = config(|_| {}).unwrap();
        assert_eq!((config.timeout, config.content_type.as_str()), (Duration::from_secs(10), JSON));
    }

    #[test]
    fn plain_http_stays_on_this_machine() {
        for url in ["http://127.0.0.1:9/x", "http://localhost/x", "http://[::1]/"] {
            assert!(config(|given| given.url = Some(url.into())).is_ok(), "{url}");
        }
        for url in ["http://sms.example/", "http://127.0.0.1.example/", "ftp://localhost/", "sms.example", ""]
        {
            assert!(config(|given| given.url = Some(url.into())).unwrap_err().contains("sms.url"), "{url}");
        }
    }

    #[test]
    fn bad_values_are_named_and_secrets_not_repeated() {
        type Change = fn(&mut SmsOverrides);
        let cases: [(&str, Change); 7] = [
            ("sms.url", |given| given.url = None),
            ("sms.url", |given| given.url = Some("https://u:hunter2@sms.example".into())),
            ("sms.authorization", |given| given.authorization = Some("hunter2\nX: y".into())),
            ("sms.timeout_seconds", |given| given.timeout_seconds = Some("0".into())),
            ("sms.timeout_seconds", |given| given.timeout_seconds = Some("61".into())),
            ("sms.content_type", |given| given.content_type = Some("a\nb".into())),
            ("sms.body", |given| given.content_type = Some("text/plain".into())),
        ];
        for (named, change) in cases {
            let refusal = config(|given| {
                given.from = Some("Acme".into());
                change(given);
            });
            let refusal = refusal.unwrap_err();
            assert!(refusal.contains(named) && !refusal.contains("hunter2"), "{refusal}");
        }
    }
}
