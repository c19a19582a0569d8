//! Calls to providers.

use std::time::Duration;

use reqwest::{RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use url::Url;

use crate::{
    Error,
    config::{OAuthProvider, is_this_machine},
    outgoing::{self, Outgoing, excerpt},
};

const TIMEOUT: Duration = Duration::from_secs(10);
/// Bytes of an answer at most.
const MAX_ANSWER: usize = 256 * 1024;

/// The way to one provider.
#[derive(Clone)]
pub(super) struct Http {
    outgoing: Outgoing,
    private: bool,
}

impl Http {
    pub(super) fn new(config: &OAuthProvider, first: &Url) -> Result<Self, Error> {
        let private = config.allow_private_addresses;
        let outgoing = Outgoing::new(private, TIMEOUT, first.scheme() == "http")?;
        Ok(Self { outgoing, private })
    }

    pub(super) fn get(&self, url: &Url) -> RequestBuilder {
        self.outgoing.get(url)
    }

    pub(super) fn post(&self, url: &Url) -> RequestBuilder {
        self.outgoing.post(url)
    }

    /// Whether an endpoint may be used: over TLS, or on this machine where that is allowed.
    pub(super) fn may_use(&self, url: &Url) -> bool {
        let scheme = url.scheme() == "https" || (self.private && is_this_machine(url));
        scheme && self.outgoing.may_reach(url)
    }

    /// Sends a request and reads its answer as JSON.
    pub(super) async fn json<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, String> {
        let (status, body) = self.send(request).await?;
        if !status.is_success() {
            return Err(format!("answered {status}: {}", excerpt(&body)));
        }
        serde_json::from_slice(&body).map_err(|error| format!("answered something else: {error}"))
    }

    async fn send(&self, request: RequestBuilder) -> Result<(StatusCode, Vec<u8>), String> {
        let request = request.header("accept", "application/json").build();
        let request = request.map_err(|error| outgoing::plain(&error))?;
        if !self.may_use(request.url()) {
            let host = request.url().host_str().unwrap_or("a URL without a host");
            return Err(format!("{host} is not to be connected to"));
        }
        let mut response = self.outgoing.send(request).await?;
        match outgoing::read(&mut response, MAX_ANSWER).await? {
            (body, true) => Ok((response.status(), body)),
            (_, false) => Err(format!("answered more than {MAX_ANSWER} bytes")),
        }
    }
}
