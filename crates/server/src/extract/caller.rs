//! Who calls the Frontend API: the client whose secret it holds, the page's origin, the device.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{Extensions, HeaderMap, Method, header, request::Parts},
};
use beadle_domain::{Error, secret::token_hash};
use beadle_store::clients::{self, ClientRow};
use beadle_types::SessionActivity;
use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

use super::{Channel, query};
use crate::{
    actions::oauth::handover,
    app::App,
    cookies,
    error::{ApiError, ApiResult},
};

/// Marks requests for pages of our own: there a token that stands in addresses elsewhere is kept in a cookie, and who
/// has none yet is given one when they need it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OwnPage;

/// A caller of the Frontend API. Where browsers are told apart by tokens in addresses, one without is refused.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// The client whose secret the caller holds, if it is one of ours.
    pub(crate) client: Option<ClientRow>,
    /// How the secret travels.
    pub(crate) channel: Channel,
    /// The secret of `client` again, where it has to be handed on.
    pub(crate) dev_browser: Option<SecretString>,
    /// Whether a page of our own is asked for, and no answer to a browser library.
    pub(crate) on_own_page: bool,
    /// The page's origin; tokens are made for it.
    pub(crate) origin: Option<String>,
    /// The host that the request was sent to, without a port.
    pub(crate) host: String,
    /// Whether the caller speaks TLS, to us or to a proxy before us.
    pub(crate) secure: bool,
    /// A new secret of `client`, which the caller learns with the answer.
    pub(crate) rotated: Option<SecretString>,
    /// Whether the page's own cookies say that somebody is signed in.
    pub(crate) seems_signed_in: bool,
    address: Option<IpAddr>,
    user_agent: Option<String>,
}

impl FromRequestParts<App> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> ApiResult<Self> {
        let Visitor(caller) = Visitor::from_request_parts(parts, app).await?;
        if caller.channel == Channel::DevBrowser && caller.client.is_none() && !caller.on_own_page {
            return Err(Error::dev_browser_unauthenticated().into());
        }
        Ok(caller)
    }
}

/// A caller who need not have shown anything yet: somebody on the way to a page, or asking for a token.
pub(crate) struct Visitor(pub(crate) Caller);

impl FromRequestParts<App> for Visitor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> ApiResult<Self> {
        let (channel, secret) = Channel::of(parts, &app.instance)?;
        let mut client = match &secret {
            Some(secret) => {
                clients::find_by_token(&mut *app.store.reader().await?, &token_hash(secret)).await?
            }
            None => None,
        };
        let mut rotated = None;
        if let (None, Some(secret), Channel::Native) = (&client, &secret, channel)
            && let Some((claimed, fresh)) = claimed(app, parts, secret).await?
        {
            (client, rotated) = (Some(claimed), Some(fresh));
        }
        let headers = &parts.headers;
        let proxied = peer(&parts.extensions).is_some_and(|peer| peer.is_loopback());
        let origin = text(headers, header::ORIGIN.as_str());
        let forwarded = text(headers, "x-forwarded-proto").filter(|_| proxied);
        let secure = forwarded.as_deref() == Some("https")
            || origin.as_deref().is_some_and(|origin| origin.starts_with("https://"));
        // A page's reads from its own origin name it only as the referer.
        let origin = origin.or_else(|| referer_origin(headers));
        Ok(Self(Caller {
            dev_browser: secret
                .filter(|_| channel == Channel::DevBrowser && client.is_some())
                .map(Into::into),
            client,
            channel,
            on_own_page: parts.extensions.get::<OwnPage>().is_some(),
            rotated,
            origin,
            host: super::origin::host(parts).to_owned(),
            secure,
            seems_signed_in: cookies::get(headers, cookies::CLIENT_UAT).is_some_and(|since| since != "0"),
            address: address(headers, &parts.extensions),
            user_agent: text(headers, header::USER_AGENT.as_str()),
        }))
    }
}

#[derive(Deserialize)]
struct Back {
    #[serde(rename = "rotating_token_nonce")]
    nonce: Option<String>,
}

/// The client of an app to which a browser has come back from a provider. Only reads of the attempt say so, whose
/// answers can carry the new secret.
async fn claimed(app: &App, parts: &Parts, secret: &str) -> ApiResult<Option<(ClientRow, SecretString)>> {
    let back: Back = query::parse(parts.uri.query().unwrap_or_default())?;
    match back.nonce.filter(|nonce| parts.method == Method::GET && !nonce.is_empty()) {
        Some(nonce) => handover::claim(app, secret, &nonce).await,
        None => Ok(None),
    }
}

/// The address the request comes from. Only a proxy on this machine is believed about others.
pub(crate) fn address(headers: &HeaderMap, extensions: &Extensions) -> Option<IpAddr> {
    let peer = peer(extensions);
    let forwarded = text(headers, "x-forwarded-for").filter(|_| peer.is_some_and(|peer| peer.is_loopback()));
    forwarded.and_then(|list| list.rsplit(',').next()?.trim().parse().ok()).or(peer)
}

fn peer(extensions: &Extensions) -> Option<IpAddr> {
    extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip())
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

fn referer_origin(headers: &HeaderMap) -> Option<String> {
    let referer = Url::parse(&text(headers, header::REFERER.as_str())?).ok()?;
    matches!(referer.scheme(), "http" | "https").then(|| referer.origin().ascii_serialization())
}

impl Caller {
    /// The same browser, on the errand of a client that it does not show itself.
    pub(crate) fn for_client(self, client: ClientRow, channel: Channel) -> Self {
        Self { client: Some(client), channel, ..self }
    }

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
