//! Calls to addresses that somebody named: time limits, no redirects, bounded answers, and no connection to private
//! addresses unless an operator allows them.

mod address;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use reqwest::{
    Client, Request, RequestBuilder, Response,
    dns::{Addrs, Name, Resolve, Resolving},
};
use tokio::sync::Semaphore;
use url::{Host, Url};

use self::address::is_public;
use crate::Error;

const USER_AGENT: &str = concat!("beadle/", env!("CARGO_PKG_VERSION"));
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The way out.
#[derive(Clone)]
pub(crate) struct Outgoing {
    client: Client,
    private: bool,
}

impl Outgoing {
    /// `private` allows addresses that are not public; `timeout` is for a whole call, from the name's look-up to the
    /// last byte; what goes nowhere but over plain HTTP is `plain`.
    pub(crate) fn new(private: bool, timeout: Duration, plain: bool) -> Result<Self, Error> {
        let mut builder = Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(timeout)
            // Where a redirect leads nobody has checked.
            .redirect(reqwest::redirect::Policy::none())
            // A proxy would look names up itself.
            .no_proxy();
        builder = builder.dns_resolver(Arc::new(Resolver { private }));
        if plain {
            // Do not read the system's certificates for nothing.
            builder = builder.tls_certs_only([]);
        }
        let client = builder.build().map_err(|error| Error::Setup(format!("cannot set up HTTP: {error}")))?;
        Ok(Self { client, private })
    }

    pub(crate) fn get(&self, url: &Url) -> RequestBuilder {
        self.client.get(url.clone())
    }

    pub(crate) fn post(&self, url: &Url) -> RequestBuilder {
        self.client.post(url.clone())
    }

    /// Whether the address may be connected to.
    pub(crate) fn may_reach(&self, url: &Url) -> bool {
        self.private || is_reachable(url)
    }

    /// Sends a request; only the head of the answer has been read.
    pub(crate) async fn send(&self, request: Request) -> Result<Response, String> {
        if !self.may_reach(request.url()) {
            return Err(format!("{} is not to be connected to", host(request.url())));
        }
        self.client.execute(request).await.map_err(|error| plain(&error))
    }
}

/// Whether a URL without privileges may be connected to. Addresses written out do not pass through the resolver, so
/// this looks at them; names are looked at when they are looked up.
pub(crate) fn is_reachable(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => is_public(address.into()),
        Some(Host::Ipv6(address)) => is_public(address.into()),
        Some(Host::Domain(_)) => true,
        None => false,
    }
}

/// Reads up to so many bytes of an answer; says whether that was all.
pub(crate) async fn read(response: &mut Response, most: usize) -> Result<(Vec<u8>, bool), String> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| plain(&error))? {
        if body.len() + chunk.len() > most {
            body.extend_from_slice(&chunk[..most - body.len()]);
            return Ok((body, false));
        }
        body.extend_from_slice(&chunk);
    }
    Ok((body, true))
}

/// The error with its causes and without its URL, which can hold a secret.
pub(crate) fn plain(error: &reqwest::Error) -> String {
    let mut text = if error.is_timeout() { "timed out".to_owned() } else { "failed".to_owned() };
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

/// The beginning of an answer on one line, for people.
pub(crate) fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    text.chars().filter(|character| !character.is_control()).take(200).collect()
}

fn host(url: &Url) -> &str {
    url.host_str().unwrap_or("a URL without a host")
}

/// Name look-ups at once. Each holds a thread while it waits, of those that the database's longer reads need as well: half of
/// the runtime's 512.
static LOOK_UPS: Semaphore = Semaphore::const_new(256);

/// Looks names up and, unless private addresses are allowed, keeps the public ones, so that no name can lead into the
/// server's own networks.
struct Resolver {
    private: bool,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let private = self.private;
        Box::pin(async move {
            let place = LOOK_UPS.acquire().await?;
            let asked = name.as_str().to_owned();
            // On its own, as the thread goes on waiting when the caller gives up.
            let look_up = tokio::spawn(async move {
                let _place = place;
                tokio::net::lookup_host((asked, 0)).await.map(Vec::from_iter)
            });
            let found = look_up.await??.into_iter();
            let usable: Vec<SocketAddr> =
                found.filter(|address| private || is_public(address.ip())).collect();
            if usable.is_empty() {
                return Err(format!("{} has no public address", name.as_str()).into());
            }
            Ok(Box::new(usable.into_iter()) as Addrs)
        })
    }
}
