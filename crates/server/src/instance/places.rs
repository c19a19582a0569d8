//! Where browsers and apps may be sent to, as the Backend API has listed it: read by every page that asks, so kept in
//! memory and read anew when its version moves on.

use beadle_domain::redirect_url;
use beadle_store::{Conn, Result, redirect_urls, satellite_domains, satellite_domains::DomainRow};
use url::Url;

/// Redirect URLs at most.
pub(crate) const MAX_REDIRECT_URLS: i64 = 1_000;
/// Satellite domains at most.
pub(crate) const MAX_DOMAINS: i64 = 100;

/// What is listed.
#[derive(Debug, Default)]
pub(crate) struct Places {
    redirect_urls: Vec<Url>,
    /// The domains besides the primary one.
    pub(crate) satellites: Vec<DomainRow>,
}

impl Places {
    pub(crate) async fn load(conn: &mut Conn) -> Result<Self> {
        let listed = redirect_urls::all(conn, MAX_REDIRECT_URLS).await?;
        Ok(Self {
            redirect_urls: listed.iter().filter_map(|listed| Url::parse(listed).ok()).collect(),
            satellites: satellite_domains::all(conn, MAX_DOMAINS).await?,
        })
    }

    /// Whether this address is listed.
    pub(crate) fn lists(&self, url: &Url) -> bool {
        self.redirect_urls.iter().any(|listed| redirect_url::leads_to(url, listed))
    }

    /// Whether the origin is on a satellite domain: over TLS, or where the domain names its port as it is.
    pub(crate) fn has_origin(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else { return false };
        let named = url.port().map(|port| format!("{host}:{port}"));
        self.satellites.iter().any(|domain| match &named {
            Some(named) => *named == domain.name,
            None => {
                url.scheme() == "https"
                    && host
                        .strip_suffix(&*domain.name)
                        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use beadle_types::Timestamp;

    use super::*;

    #[test]
    fn origins_of_satellites() {
        let now = Timestamp::from_secs(1);
        let domain = |name: &str| DomainRow {
            id: "dmn_1".parse().unwrap(),
            name: name.to_owned(),
            proxy_url: None,
            created_at: now,
            updated_at: now,
        };
        let places =
            Places { satellites: vec![domain("sat.example"), domain("localhost:3001")], ..Places::default() };
        let has = |origin: &str| places.has_origin(&Url::parse(origin).unwrap());
        for origin in ["https://sat.example", "https://www.sat.example", "http://localhost:3001"] {
            assert!(has(origin), "{origin}");
        }
        for origin in [
            "http://sat.example",
            "https://notsat.example",
            "https://sat.example:8443",
            "http://localhost:3002",
        ] {
            assert!(!has(origin), "{origin}");
        }
    }
}
