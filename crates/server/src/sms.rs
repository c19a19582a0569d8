//! Sending SMS through a gateway that is reached by HTTP: any service that takes a POST with the text in it.

use std::time::Duration;

use beadle_store::mails::MailRow;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};
use reqwest::{Client, redirect::Policy};
use secrecy::ExposeSecret as _;
use url::Url;

use crate::{
    config::{ConfigError, SmsConfig},
    mail::Delivery,
};

/// The same for every attempt at a message, so that a gateway that knows the header sends it once.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const BODY: &str = "body";

/// A gateway, ready to be asked.
pub struct Gateway {
    http: Client,
    url: Url,
    from: String,
    bodies: Environment<'static>,
}

impl Gateway {
    /// Prepares the connection; nothing is sent yet.
    ///
    /// # Errors
    /// A body that is no template or asks for values that no SMS has.
    pub fn new(config: &SmsConfig) -> Result<Self, ConfigError> {
        let gateway = Self {
            http: client(config)?,
            url: config.url.clone(),
            from: config.from.clone(),
            bodies: bodies(config).map_err(|error| refuse_body(&error))?,
        };
        gateway
            .body("+15555550100", "text", "verification_code", "mail_1")
            .map_err(|error| refuse_body(&error))?;
        Ok(gateway)
    }

    /// Sends one SMS, and logs why if that fails. Neither number nor text get into the log, nor what the gateway
    /// answers, which may repeat them.
    pub(crate) async fn send(&self, sms: &MailRow) -> Delivery {
        let body = match self.body(&sms.recipient, &sms.body, &sms.kind, sms.id.as_str()) {
            Ok(body) => body,
            Err(error) => {
                tracing::error!(sms = %sms.id, %error, "SMS cannot be written");
                return Delivery::Refused;
            }
        };
        let request = self.http.post(self.url.clone()).header(IDEMPOTENCY_KEY, sms.id.as_str()).body(body);
        match request.send().await {
            Ok(response) if response.status().is_success() => Delivery::Sent,
            Ok(response) if is_final(response.status()) => {
                tracing::warn!(sms = %sms.id, status = response.status().as_u16(), "SMS refused for good");
                Delivery::Refused
            }
            Ok(response) => {
                let status = response.status().as_u16();
                tracing::warn!(sms = %sms.id, attempt = sms.attempts, status, "SMS not sent");
                Delivery::Deferred
            }
            Err(error) => {
                let error = error.without_url();
                tracing::warn!(sms = %sms.id, attempt = sms.attempts, %error, "SMS not sent");
                Delivery::Deferred
            }
        }
    }

    fn body(&self, to: &str, body: &str, kind: &str, id: &str) -> Result<String, minijinja::Error> {
        let from = &self.from;
        self.bodies.get_template(BODY)?.render(context! { to, from, body, kind, id })
    }
}

/// Answers are judged by their status and never read.
fn client(config: &SmsConfig) -> Result<Client, ConfigError> {
    let mut headers = HeaderMap::new();
    if let Ok(content_type) = HeaderValue::from_str(&config.content_type) {
        headers.insert(header::CONTENT_TYPE, content_type);
    }
    let authorization = config.authorization.as_ref().map(|text| HeaderValue::from_str(text.expose_secret()));
    if let Some(Ok(mut authorization)) = authorization {
        authorization.set_sensitive(true);
        headers.insert(header::AUTHORIZATION, authorization);
    }
    let mut builder = Client::builder()
        .user_agent(concat!("beadle/", env!("CARGO_PKG_VERSION")))
        .default_headers(headers)
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(config.timeout)
        // Following one could carry the authorization and the code elsewhere.
        .redirect(Policy::none());
    if config.url.scheme() == "http" {
        // This machine: no proxy, and no certificates to be read for nothing.
        builder = builder.no_proxy().tls_certs_only([]);
    }
    builder.build().map_err(|error| ConfigError::new("sms.url", format!("needs TLS: {error}")))
}

/// Under a JSON content type values are written as JSON; under any other they are written as they are.
fn bodies(config: &SmsConfig) -> Result<Environment<'static>, minijinja::Error> {
    let is_json = config.content_type.contains("json");
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(move |_| if is_json { AutoEscape::Json } else { AutoEscape::None });
    environment.add_template_owned(BODY, config.body.clone())?;
    Ok(environment)
}

fn refuse_body(error: &minijinja::Error) -> ConfigError {
    ConfigError::new("sms.body", format!("is not a template that can be used: {error}"))
}

/// A request that the gateway will never take. Too many of them, or too slow, is another matter.
fn is_final(status: StatusCode) -> bool {
    status.is_client_error() && !matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS)
}

#[cfg(test)]
mod tests;
