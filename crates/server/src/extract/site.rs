//! Where the Frontend API is, as the browser sees it, and where it may send browsers.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, FromRequestParts, OriginalUri},
    http::{HeaderMap, header, request::Parts, uri::Authority},
};
use beadle_domain::Error;

use super::{Caller, origin};
use crate::{
    app::App,
    error::{ApiError, ApiResult},
};

const MOUNT: &str = "/__clerk";

/// The address that a request was sent to.
pub(crate) struct Site {
    headers: HeaderMap,
    host: String,
    mount: &'static str,
}

impl FromRequestParts<App> for Site {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> ApiResult<Self> {
        let headers = parts.headers.clone();
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        // Only a proxy on this machine is believed, as for the caller's address.
        let forwarded = text("x-forwarded-host").filter(|_| peer.is_some_and(|peer| peer.is_loopback()));
        let named = forwarded.or_else(|| text(header::HOST.as_str()));
        // HTTP/2 has the authority in the URI instead.
        let host = named.or_else(|| parts.uri.authority().map(Authority::to_string)).unwrap_or_default();
        let original = parts.extensions.get::<OriginalUri>().map(|uri| uri.0.path().to_owned());
        // The account pages are on every host, as the mount is.
        let is_mounted =
            original.is_some_and(|path| path.starts_with("/__clerk/") || path.starts_with("/account/"));
        Ok(Self { headers, host, mount: if is_mounted { MOUNT } else { "" } })
    }
}

impl Site {
    /// Where providers send browsers back to.
    pub(crate) fn oauth_callback(&self, caller: &Caller) -> String {
        self.own_page(caller, &format!("{}/v1/oauth_callback", self.mount))
    }

    /// What is under this path, on the origin where the browser is.
    pub(crate) fn own_page(&self, caller: &Caller, path: &str) -> String {
        let scheme = if caller.secure { "https" } else { "http" };
        format!("{scheme}://{}{path}", self.host)
    }

    /// The page that a parameter names, if browsers may be sent there: as it was read, so that no browser reads it
    /// differently.
    ///
    /// # Errors
    /// 422 that names the parameter.
    pub(crate) fn page(&self, app: &App, param: &str, given: Option<&str>) -> Result<String, Error> {
        origin::page(param, given, &self.headers, &app.instance).map(String::from)
    }
}
