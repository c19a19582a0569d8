//! Who may see the outbox.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{header, request::Parts, uri::Authority},
};
use beadle_domain::Error;

use crate::{
    app::App,
    error::{ApiError, ApiResult},
};

/// What proxies add: behind one on this machine, every caller would look like a local one.
const FORWARDED: [&str; 4] = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];

/// A caller on this machine, of an instance with test keys. To everybody else there is nothing here.
pub(super) struct Developer;

impl FromRequestParts<App> for Developer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> ApiResult<Self> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
        let is_forwarded = FORWARDED.iter().any(|name| parts.headers.contains_key(*name));
        if app.instance.is_development()
            && peer.is_some_and(|peer| peer.is_loopback())
            && !is_forwarded
            && host(parts).is_some_and(|host| is_this_machine(&host))
        {
            Ok(Self)
        } else {
            Err(Error::nothing_found().into())
        }
    }
}

/// The host that the caller means, without its port.
fn host(parts: &Parts) -> Option<String> {
    let header = parts.headers.get(header::HOST).map(|host| host.to_str().unwrap_or_default());
    // HTTP/2 has the authority in the URI instead.
    let named = header.or_else(|| parts.uri.authority().map(Authority::as_str))?;
    named.parse::<Authority>().ok().map(|authority| authority.host().to_ascii_lowercase())
}

/// Whether a browser that asks for this host can only reach this machine. Any other name could be made to point here by
/// its owner, and pages under it could then read what they find.
fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    host == "localhost"
        || host.ends_with(".localhost")
        || address.is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::is_this_machine;

    #[test]
    fn only_names_of_this_machine_pass() {
        for host in ["localhost", "clerk.beadle.localhost", "127.0.0.1", "127.8.8.8", "[::1]"] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in [
            "",
            "example.com",
            "localhost.example.com",
            "mylocalhost",
            "127.0.0.1.example.com",
            "10.0.0.1",
            "[::2]",
            "0.0.0.0",
        ] {
            assert!(!is_this_machine(host), "{host}");
        }
    }
}
