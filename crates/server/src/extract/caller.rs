//! Who calls the Frontend API: the client behind the cookie, the page's origin, the device.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, header, request::Parts},
};
use beadle_domain::secret::token_hash;
use beadle_store::clients::{self, ClientRow};
use beadle_types::SessionActivity;
use url::Url;

use crate::{
    app::App,
    cookies,
    error::{ApiError, ApiResult},
};

/// A caller of the Frontend API.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// The client of the `__client` cookie, if it is one of ours.
    pub(crate) client: Option<ClientRow>,
    /// The page's origin; tokens are made for it.
    pub(crate) origin: Option<String>,
    /// Whether the caller speaks TLS, to us or to a proxy before us.
    pub(crate) secure: bool,
    address: Option<IpAddr>,
    user_agent: Option<String>,
}

impl FromRequestParts<App> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> ApiResult<Self> {
        let headers = &parts.headers;
        let client = match cookies::get(headers, cookies::CLIENT).filter(|token| !token.is_empty()) {
            Some(token) => {
                clients::find_by_token(&mut *app.store.reader().await?, &token_hash(token)).await?
            }
            None => None,
        };
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        // Only a proxy on this machine is believed.
        let proxied = peer.is_some_and(|peer| peer.is_loopback());
        let origin = text(headers, header::ORIGIN.as_str());
        let forwarded = text(headers, "x-forwarded-proto").filter(|_| proxied);
        let secure = forwarded.as_deref() == Some("https")
            || origin.as_deref().is_some_and(|origin| origin.starts_with("https://"));
        let forwarded_for = text(headers, "x-forwarded-for").filter(|_| proxied);
        let address = forwarded_for.and_then(|list| list.rsplit(',').next()?.trim().parse().ok());
        let user_agent = text(headers, header::USER_AGENT.as_str());
        // A page's reads from its own origin name it only as the referer.
        let origin = origin.or_else(|| referer_origin(headers));
        Ok(Self { client, origin, secure, address: address.or(peer), user_agent })
    }
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

fn referer_origin(headers: &HeaderMap) -> Option<String> {
    let referer = Url::parse(&text(headers, header::REFERER.as_str())?).ok()?;
    matches!(referer.scheme(), "http" | "https").then(|| referer.origin().ascii_serialization())
}

impl Caller {
    /// The device, as sessions remember it.
    pub(crate) fn activity(&self, app: &App) -> SessionActivity {
        let parser = woothee::parser::Parser::new();
        let agent = self.user_agent.as_deref().and_then(|agent| parser.parse(agent));
        let known = |text: &str| (text != "UNKNOWN" && !text.is_empty()).then(|| text.to_owned());
        SessionActivity {
            object: "session_activity".into(),
            id: app.rng.token("sess_activity_", 16),
            device_type: agent.as_ref().and_then(|agent| known(agent.os)),
            is_mobile: agent
                .as_ref()
                .is_some_and(|agent| matches!(agent.category, "smartphone" | "mobilephone")),
            browser_name: agent.as_ref().and_then(|agent| known(agent.name)),
            browser_version: agent.as_ref().and_then(|agent| known(agent.version)),
            ip_address: self.address.map(|address| address.to_string()),
            city: None,
            country: None,
        }
    }
}
