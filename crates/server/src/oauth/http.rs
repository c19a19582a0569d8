//! Calls to providers: time limits, no redirects, bounded answers, and no connection to private addresses.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use reqwest::{
    Client, RequestBuilder, StatusCode,
    dns::{Addrs, Name, Resolve, Resolving},
};
use serde::de::DeserializeOwned;
use url::{Host, Url};

use super::address::is_public;
use crate::{
    Error,
    config::{OAuthProvider, is_this_machine},
};

const USER_AGENT: &str = concat!("beadle/", env!("CARGO_PKG_VERSION"));
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// For a whole call, from the name's look-up to the last byte.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Bytes of an answer at most.
const MAX_ANSWER: usize = 256 * 1024;

/// The way to one provider.
#[derive(Clone)]
pub(super) struct Http {
    client: Client,
    private: bool,
}

impl Http {
    pub(super) fn new(config: &OAuthProvider, first: &Url) -> Result<Self, Error> {
        let private = config.allow_private_addresses;
        let mut builder = Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            // Where a redirect leads nobody has checked; none of these endpoints needs one.
            .redirect(reqwest::redirect::Policy::none())
            // A proxy would look names up itself.
            .no_proxy();
        if !private {
            builder = builder.dns_resolver(Arc::new(PublicOnly));
        }
        if first.scheme() == "http" {
            // Do not read the system's certificates for nothing.
            builder = builder.tls_certs_only([]);
        }
        let client = builder.build().map_err(|error| Error::Setup(format!("cannot set up HTTP: {error}")))?;
        Ok(Self { client, private })
    }

    pub(super) fn get(&self, url: &Url) -> RequestBuilder {
        self.client.get(url.clone())
    }

    pub(super) fn post(&self, url: &Url) -> RequestBuilder {
        self.client.post(url.clone())
    }

    /// Whether an endpoint may be used: over TLS, or on this machine where that is allowed.
    pub(super) fn may_use(&self, url: &Url) -> bool {
        let scheme = url.scheme() == "https" || (self.private && is_this_machine(url));
        // Addresses written out do not pass through the resolver.
        let address = match url.host() {
            Some(Host::Ipv4(address)) => self.private || is_public(address.into()),
            Some(Host::Ipv6(address)) => self.private || is_public(address.into()),
            Some(Host::Domain(_)) => true,
            None => false,
        };
        scheme && address
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
        let request = request.header("accept", "application/json").build().map_err(|error| plain(&error))?;
        if !self.may_use(request.url()) {
            return Err(format!("{} is not to be connected to", host(request.url())));
        }
        let mut response = self.client.execute(request).await.map_err(|error| plain(&error))?;
        let status = response.status();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| plain(&error))? {
            if body.len() + chunk.len() > MAX_ANSWER {
                return Err(format!("answered more than {MAX_ANSWER} bytes"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok((status, body))
    }
}

/// The error with its causes and without its URL, which can hold a code.
fn plain(error: &reqwest::Error) -> String {
    let mut text = if error.is_timeout() { "timed out".to_owned() } else { "failed".to_owned() };
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

fn host(url: &Url) -> &str {
    url.host_str().unwrap_or("a URL without a host")
}

/// The beginning of an error answer, for the log: providers put a code and a sentence there, and no secrets.
fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    text.chars().filter(|character| !character.is_control()).take(200).collect()
}

/// Looks names up and keeps the public addresses, so that no name can lead into the server's own networks.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err(format!("{} has no public address", name.as_str()).into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}
