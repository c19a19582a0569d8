//! Which pages may use the Frontend API.

use axum::http::{HeaderMap, header};
use url::{Host, Url};

use crate::instance::Instance;

/// Whether a page of this origin may call and be answered. Without a list, these may: the origin the request
/// was sent to, the publishable host, and pages on loopback addresses.
pub(crate) fn is_allowed(origin: &str, headers: &HeaderMap, instance: &Instance) -> bool {
    let listed = &instance.settings.allowed_origins;
    if listed.iter().any(|allowed| allowed.trim_end_matches('/') == origin) {
        return true;
    }
    let Ok(url) = Url::parse(origin) else { return false };
    if origin == instance.issuer || is_same_host(&url, headers) {
        return true;
    }
    listed.is_empty()
        && match url.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
}

fn is_same_host(origin: &Url, headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let named = origin.host_str().map(|name| match origin.port() {
        Some(port) => format!("{name}:{port}"),
        None => name.to_owned(),
    });
    named.is_some() && named.as_deref() == host
}
