//! The way to a running server.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use anyhow::Context as _;
use beadle_client::Clerk;
use beadle_server::{config::Overrides, instance::Keys};
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    args::{ApiArgs, LocationArgs},
    keys, settings,
};

/// A client for the server that the flags and the environment name; for the rest it is this machine's.
pub(crate) async fn connect(args: ApiArgs) -> anyhow::Result<Clerk> {
    let key = Key {
        given: args.secret_key,
        variable: "BEADLE_SECRET_KEY",
        missing: "no secret key (--secret-key, BEADLE_SECRET_KEY), and none on this machine",
        of: |keys| keys.secret_key,
    };
    client(args.api_url, key, args.location).await
}

/// The same with the feed key: it may follow the revocation feed and nothing else.
pub(crate) async fn follow(
    api_url: Option<String>,
    feed_key: Option<SecretString>,
    location: LocationArgs,
) -> anyhow::Result<Clerk> {
    let key = Key {
        given: feed_key,
        variable: "BEADLE_FEED_KEY",
        missing: "no feed key (--feed-key, BEADLE_FEED_KEY), and none on this machine",
        of: |keys| keys.feed_key,
    };
    client(api_url, key, location).await
}

/// A key, and where else it may be found.
struct Key {
    given: Option<SecretString>,
    variable: &'static str,
    missing: &'static str,
    of: fn(Keys) -> SecretString,
}

async fn client(url: Option<String>, key: Key, location: LocationArgs) -> anyhow::Result<Clerk> {
    let url = url.or(text("BEADLE_API_URL")?);
    let given = key.given.or(text(key.variable)?.map(SecretString::from));
    if let (Some(url), Some(key)) = (&url, &given) {
        return Ok(Clerk::new(key.expose_secret()).api_url(url));
    }
    let config = settings::load(location, Overrides::default())?.config;
    let url = url.unwrap_or_else(|| origin(config.listen));
    let key = match given {
        Some(given) => given,
        None => (key.of)(keys::read(&config).await.context(key.missing)?),
    };
    Ok(Clerk::new(key.expose_secret()).api_url(url))
}

/// Where a server that listens there is reached from this machine.
pub(crate) fn origin(listen: SocketAddr) -> String {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    format!("http://{}", SocketAddr::new(ip, listen.port()))
}

fn text(name: &str) -> anyhow::Result<Option<String>> {
    let value = settings::variable(name).map(std::ffi::OsString::into_string).transpose();
    value.map_err(|_| anyhow::anyhow!("environment variable {name} is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_address_is_reached_on_the_loopback() {
        let origin = |listen: &str| origin(listen.parse().unwrap());
        assert_eq!(origin("0.0.0.0:3900"), "http://127.0.0.1:3900");
        assert_eq!(origin("[::]:80"), "http://[::1]:80");
        assert_eq!(origin("10.0.0.1:80"), "http://10.0.0.1:80");
    }
}
