//! How a caller carries the secret of its client.

use axum::http::{HeaderMap, header, request::Parts};
use serde::Deserialize;

use super::query;
use crate::{cookies, error::ApiResult, instance::Instance};

/// What tokens of development browsers begin with. They travel in addresses, so they are taken nowhere else.
const DEV_BROWSER_PREFIX: &str = "dvb_";

/// What states of apps begin with, that come back in a browser which knows nothing of the app.
const NATIVE_STATE_PREFIX: &str = "app_";

/// The way of a client's secret between caller and server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Channel {
    /// In a cookie that scripts cannot read.
    Cookie,
    /// In the address of each request: browsers in development, which may be on another site.
    DevBrowser,
    /// In the header `Authorization`, both ways: apps that are no browser.
    Native,
}

#[derive(Deserialize)]
struct Marks {
    #[serde(rename = "_is_native")]
    is_native: Option<String>,
    #[serde(rename = "__clerk_db_jwt")]
    dev_browser: Option<String>,
    #[serde(rename = "__dev_session")]
    dev_session: Option<String>,
}

impl Channel {
    /// The channel of a request, and the secret that came through it.
    pub(super) fn of(parts: &Parts, instance: &Instance) -> ApiResult<(Self, Option<String>)> {
        let marks: Marks = query::parse(parts.uri.query().unwrap_or_default())?;
        let headers = &parts.headers;
        let (channel, secret) = if matches!(marks.is_native.as_deref(), Some("1" | "true")) {
            // Cookies that come along belong to a browser and say nothing about the app.
            (Self::Native, authorization(headers))
        } else if instance.has_dev_browsers() {
            let in_address = marks.dev_browser.or(marks.dev_session);
            (Self::DevBrowser, in_address.or_else(|| cookies::dev_browser(headers, instance)))
        } else {
            (Self::Cookie, cookies::get(headers, cookies::CLIENT).map(str::to_owned))
        };
        let is_fit = |secret: &String| {
            !secret.is_empty() && secret.starts_with(DEV_BROWSER_PREFIX) == (channel == Self::DevBrowser)
        };
        Ok((channel, secret.filter(is_fit)))
    }

    /// What a new secret begins with.
    pub(crate) fn prefix(self) -> &'static str {
        if self == Self::DevBrowser { DEV_BROWSER_PREFIX } else { "" }
    }

    /// What the state of a browser begins with that is sent to a provider. It comes back whole or not at all, so it
    /// can be believed.
    pub(crate) fn state_prefix(self) -> &'static str {
        if self == Self::Native { NATIVE_STATE_PREFIX } else { self.prefix() }
    }

    /// The channel of whoever was sent out with this state.
    pub(crate) fn of_state(state: &str) -> Self {
        [Self::DevBrowser, Self::Native]
            .into_iter()
            .find(|channel| state.starts_with(channel.state_prefix()))
            .unwrap_or(Self::Cookie)
    }
}

fn authorization(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?.trim();
    let bare = value.split_at_checked(7).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer "));
    Some(bare.map_or(value, |(_, token)| token).trim().to_owned())
}
