//! Sends calls over HTTP: time limit, repetitions, bounded answers, errors.

use std::time::Duration;

use beadle_types::{ApiVersion, ErrorBody};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use secrecy::ExposeSecret as _;
use serde::de::DeserializeOwned;
use url::{Host, Url};

use crate::{
    clerk::Settings,
    error::Error,
    request::Call,
    retry::{RetryPolicy, jitter},
};

const USER_AGENT: &str = concat!("beadle-client/", env!("CARGO_PKG_VERSION"));
/// Where a trace id may be if the body has none.
const TRACE_HEADERS: [&str; 2] = ["x-clerk-trace-id", "cf-ray"];

pub(crate) struct Transport {
    http: reqwest::Client,
    /// Ends without a slash, and without `/v1`.
    base: String,
    timeout: Duration,
    max_response_bytes: usize,
    retry: RetryPolicy,
}

impl Transport {
    pub(crate) fn new(settings: &Settings) -> Result<Self, Error> {
        let (base, url) = base(&settings.api_url)?;
        let mut key = HeaderValue::from_str(&format!("Bearer {}", settings.secret_key.expose_secret()))
            .map_err(|_| Error::config("the secret key holds characters that no key has"))?;
        key.set_sensitive(true);
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, key);
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(
            HeaderName::from_static(ApiVersion::HEADER),
            HeaderValue::from_static(ApiVersion::NEWEST.as_str()),
        );

        let mut http = reqwest::Client::builder()
            .default_headers(headers)
            .user_agent(USER_AGENT)
            .connect_timeout(settings.connect_timeout)
            // The API does not redirect; following one could carry the secret key elsewhere.
            .redirect(reqwest::redirect::Policy::none());
        if url.scheme() == "http" {
            // Do not read the system's certificates for nothing: it takes time, and fails where there are none.
            http = http.tls_certs_only([]);
        }
        if is_loopback(&url) {
            http = http.no_proxy();
        }
        let http = http.build().map_err(|error| Error::config_caused_by("cannot set up HTTP", error))?;
        Ok(Self {
            http,
            base,
            timeout: settings.timeout,
            max_response_bytes: settings.max_response_bytes,
            retry: settings.retry,
        })
    }

    /// Sends a call and reads its answer, all within the time limit.
    pub(crate) async fn send<T: DeserializeOwned>(&self, call: &Call) -> Result<T, Error> {
        let limit = call.timeout.unwrap_or(self.timeout);
        let deadline = tokio::time::Instant::now() + limit;
        tokio::time::timeout_at(deadline, self.try_repeatedly(call, deadline))
            .await
            .unwrap_or_else(|_| Err(Error::timeout()))
            .map_err(|error| error.in_call(&call.method, &call.path))
    }

    async fn try_repeatedly<T: DeserializeOwned>(
        &self,
        call: &Call,
        deadline: tokio::time::Instant,
    ) -> Result<T, Error> {
        let mut repetition = 0;
        loop {
            let error = match self.try_once(call).await {
                Ok(answer) => return Ok(answer),
                Err(error) if call.repeatable => error,
                Err(error) => return Err(error),
            };
            let Some(delay) = self.retry.delay(repetition, &error, jitter()) else { return Err(error) };
            let next = tokio::time::Instant::now() + delay;
            if next >= deadline {
                // Better the reason now than a time-out later.
                return Err(error);
            }
            tracing::debug!(method = %call.method, path = call.path, %error, ?delay, "trying again");
            tokio::time::sleep_until(next).await;
            repetition += 1;
        }
    }

    /// Sends a call and hands the open answer out, to be read for as long as it goes on. The caller sets the limits.
    pub(crate) async fn open(&self, call: &Call) -> Result<reqwest::Response, Error> {
        let opened = self.start(call).await.map_err(Error::transport);
        let response = opened.map_err(|error| error.in_call(&call.method, &call.path))?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let headers = response.headers().clone();
        let body = self.read(response).await?;
        Err(refusal(status, &headers, &body).in_call(&call.method, &call.path))
    }

    async fn try_once<T: DeserializeOwned>(&self, call: &Call) -> Result<T, Error> {
        let response = self.start(call).await.map_err(Error::transport)?;
        let status = response.status();
        let headers = response.headers().clone();
        let body = self.read(response).await?;
        if status.is_success() {
            // What has nothing to tell has an empty body.
            let body = if body.is_empty() { b"null" } else { &body[..] };
            serde_json::from_slice(body).map_err(|error| Error::decode(status, error))
        } else {
            Err(refusal(status, &headers, &body))
        }
    }

    async fn start(&self, call: &Call) -> Result<reqwest::Response, reqwest::Error> {
        let mut url = format!("{}{}", self.base, call.path);
        if !call.query.is_empty() {
            url.push('?');
            url.push_str(&call.query);
        }
        let mut request = self.http.request(call.method.clone(), url);
        if let Some(body) = &call.body {
            request = request.header(header::CONTENT_TYPE, "application/json").body(body.clone());
        }
        request.headers(call.headers.clone()).send().await
    }

    async fn read(&self, mut response: reqwest::Response) -> Result<Vec<u8>, Error> {
        let limit = self.max_response_bytes;
        let announced = response.content_length().unwrap_or(0);
        let announced = usize::try_from(announced).unwrap_or(usize::MAX);
        if announced > limit {
            return Err(Error::too_large(limit));
        }
        let mut body = Vec::with_capacity(announced);
        while let Some(chunk) = response.chunk().await.map_err(Error::transport)? {
            if chunk.len() > limit - body.len() {
                return Err(Error::too_large(limit));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

/// An answer without success. Anything but Clerk's body, say a proxy's page, leaves the list of reasons empty.
fn refusal(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Error {
    let mut body: ErrorBody = serde_json::from_slice(body).unwrap_or_default();
    let text = |name: &str| headers.get(name)?.to_str().ok();
    let trace_id = body
        .clerk_trace_id
        .take()
        .or_else(|| TRACE_HEADERS.iter().find_map(|name| text(name)).map(str::to_owned));
    let retry_after = text("retry-after").and_then(|wait| wait.trim().parse().ok()).map(Duration::from_secs);
    Error::api(status, body, trace_id, retry_after)
}

/// The address that paths are put behind, as text and parsed.
fn base(api_url: &str) -> Result<(String, Url), Error> {
    let url = Url::parse(api_url)
        .map_err(|error| Error::config_caused_by("the API's address is not a URL", error))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(Error::config("the API's address must begin with http:// or https:// and a host"));
    }
    if url.query().is_some()
        || url.fragment().is_some()
        || !url.username().is_empty()
        || url.password().is_some()
    {
        return Err(Error::config("the API's address must be an origin without query, fragment or user"));
    }
    // Other libraries take the address with the version; do not stumble over it.
    let base = url.as_str().trim_end_matches('/');
    let base = base.strip_suffix("/v1").unwrap_or(base).trim_end_matches('/');
    Ok((base.to_owned(), url))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_brought_to_one_form() {
        let cases = [
            ("http://127.0.0.1:3900", "http://127.0.0.1:3900"),
            ("http://127.0.0.1:3900/", "http://127.0.0.1:3900"),
            ("https://api.clerk.com/v1", "https://api.clerk.com"),
            ("https://example.com/auth/v1/", "https://example.com/auth"),
            ("HTTPS://Example.com/auth", "https://example.com/auth"),
        ];
        for (given, expected) in cases {
            assert_eq!(base(given).unwrap().0, expected, "{given}");
        }
    }

    #[test]
    fn wrong_addresses_are_refused() {
        let wrong = [
            "",
            "localhost:3900",
            "ftp://example.com",
            "http://",
            "http://u:p@h",
            "http://h/?a=b",
            "http://h/#a",
        ];
        for given in wrong {
            assert!(base(given).err().is_some_and(|error| error.is_config()), "{given}");
        }
    }

    #[test]
    fn loopback_addresses_are_known() {
        let check = |text: &str| is_loopback(&Url::parse(text).unwrap());
        assert!(check("http://127.0.0.1:1") && check("http://[::1]:1") && check("http://localhost:1"));
        assert!(!check("http://10.0.0.1") && !check("https://localhost.example.com"));
    }
}
