//! Which pages share passkeys.

use serde::{Deserialize, Serialize};

use crate::settings::InstanceSettings;

/// A page and the domain that its passkeys belong to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// The relying party's id: passkeys work on this domain and below it.
    pub id: String,
    /// The page's origin.
    pub origin: String,
}

impl Site {
    /// The site of a page that may use the Frontend API. `None` where browsers have no passkeys: without TLS, and on
    /// bare addresses.
    ///
    /// Unless the operator names the domain, it is the one that the publishable host is in (`example.com` for
    /// `clerk.example.com`), and the page's own host for pages elsewhere, `localhost` among them.
    pub fn of(origin: &str, settings: &InstanceSettings) -> Option<Self> {
        let (scheme, rest) = origin.split_once("://")?;
        let host = rest.split(':').next().filter(|host| !host.is_empty() && !host.starts_with('['))?;
        let is_local = is_within(host, "localhost");
        let is_address = host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        if is_address || (scheme != "https" && !is_local) {
            return None;
        }
        let id = if let Some(domain) = &settings.passkey_domain {
            let is_related = settings.well_known.related_origins.iter().any(|related| related == origin);
            (is_within(host, domain) || is_related).then(|| domain.clone())?
        } else {
            let domain = domain_of(&settings.publishable_host);
            if is_within(host, domain) { domain.to_owned() } else { host.to_owned() }
        };
        Some(Self { id, origin: origin.to_owned() })
    }
}

/// The domain that a host is in; the host itself directly below a top-level domain.
fn domain_of(host: &str) -> &str {
    let host = host.split(':').next().unwrap_or(host);
    host.split_once('.').map(|(_, parent)| parent).filter(|parent| parent.contains('.')).unwrap_or(host)
}

fn is_within(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(origin: &str, settings: &InstanceSettings) -> Option<String> {
        Site::of(origin, settings).map(|site| site.id)
    }

    #[test]
    fn pages_of_one_domain_share_passkeys() {
        let settings = InstanceSettings {
            publishable_host: "clerk.example.com:8443".into(),
            ..InstanceSettings::default()
        };
        for (origin, expected) in [
            ("https://example.com", Some("example.com")),
            ("https://app.example.com:3000", Some("example.com")),
            ("https://badexample.com", Some("badexample.com")),
            ("https://example.com.evil.net", Some("example.com.evil.net")),
            ("http://localhost:3000", Some("localhost")),
            ("http://app.localhost", Some("app.localhost")),
            ("http://app.example.com", None),
            ("https://127.0.0.1:4443", None),
            ("https://[::1]", None),
            ("null", None),
        ] {
            assert_eq!(id(origin, &settings).as_deref(), expected, "{origin}");
        }
    }

    #[test]
    fn the_operator_names_the_domain() {
        let mut settings =
            InstanceSettings { passkey_domain: Some("example.com".into()), ..InstanceSettings::default() };
        settings.well_known.related_origins = vec!["https://example.co.uk".into()];
        for (origin, allowed) in [
            ("https://app.example.com", true),
            ("https://example.co.uk", true),
            ("https://app.example.co.uk", false),
            ("http://localhost:3000", false),
        ] {
            assert_eq!(id(origin, &settings), allowed.then(|| "example.com".to_owned()), "{origin}");
        }
    }

    #[test]
    fn a_host_directly_below_a_top_level_domain_stands_for_itself() {
        assert_eq!(domain_of("example.com"), "example.com");
        assert_eq!(domain_of("clerk.example.co.uk"), "example.co.uk");
    }
}
