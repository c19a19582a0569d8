//! Which pages belong to the application: they may use the Frontend API, and browsers may be sent to them.

use axum::http::{HeaderMap, header, request::Parts, uri::Authority};
use beadle_domain::Error;
use url::{Host, Url};

use crate::instance::Instance;

/// Whether a page of this origin may call and be answered. Without a list, these may: the origin the request
/// was sent to, the publishable host, and pages on loopback addresses.
pub(crate) fn is_allowed(origin: &str, headers: &HeaderMap, instance: &Instance) -> bool {
    let settings = instance.settings();
    let listed = &settings.allowed_origins;
    if listed.iter().any(|allowed| allowed.trim_end_matches('/') == origin) {
        return true;
    }
    let Ok(url) = Url::parse(origin) else { return false };
    if instance.is_development() && settings.development_origin.as_deref() == Some(origin) {
        return true;
    }
    if origin == instance.issuer || is_same_host(&url, headers) || instance.places().has_origin(&url) {
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

/// Whether the origin is the one the request was sent to.
pub(crate) fn is_same_host(origin: &Url, headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let named = origin.host_str().map(|name| match origin.port() {
        Some(port) => format!("{name}:{port}"),
        None => name.to_owned(),
    });
    named.is_some() && named.as_deref() == host
}

/// The longest address that anybody is sent to.
const MAX_URL: usize = 4_096;

/// The page that `param` names, if browsers may be sent there: by the same rule as for pages that call.
pub(crate) fn page(
    param: &str,
    given: Option<&str>,
    headers: &HeaderMap,
    instance: &Instance,
) -> Result<Url, Error> {
    let given = given.ok_or_else(|| Error::param_missing(param))?;
    let url = Url::parse(given).ok().filter(|url| {
        // Somebody's name in front of the host makes people take it for the host.
        let has_place = url.has_host() || instance.places().lists(url);
        given.len() <= MAX_URL && has_place && url.username().is_empty() && url.password().is_none()
    });
    let url = url.ok_or_else(|| Error::redirect_url_invalid(param))?;
    let origin = origin_of(&url);
    let is_ours = if matches!(url.scheme(), "http" | "https") {
        is_allowed(&origin, headers, instance)
    } else {
        // An app of its own, not a script that happens to name this machine.
        instance.settings().allowed_origins.contains(&origin)
    };
    if is_ours || instance.places().lists(&url) { Ok(url) } else { Err(Error::redirect_url_foreign(param)) }
}

/// The origin of a page, also where its scheme is an app's own.
pub(crate) fn origin_of(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}", url.scheme(), url.host_str().unwrap_or_default())
}

/// The host that a request names, without a port.
pub(crate) fn host(parts: &Parts) -> &str {
    let header = parts.headers.get(header::HOST).and_then(|named| named.to_str().ok());
    // HTTP/2 has the authority in the URI instead.
    let named = header.or_else(|| parts.uri.authority().map(Authority::as_str)).unwrap_or_default();
    match named.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => named,
    }
}
