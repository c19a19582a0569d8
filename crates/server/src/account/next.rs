//! Where a visitor goes when they are done: only to places that belong to the instance.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};
use beadle_domain::settings::UrlSettings;
use serde::Deserialize;
use url::{ParseError, Position, Url};

use crate::{
    app::App,
    error::{ApiError, ApiResult},
    extract::{origin, query},
    instance::Instance,
};

/// Longer ones are dropped: they travel in the query of every link.
const MAX_LEN: usize = 2048;

/// The `redirect_url` of the query, if it may be followed. One that may not is as good as none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Next {
    /// Absolute, or a path on this origin.
    url: Option<String>,
    /// Where the operator wants visitors who came without one.
    fallback: Option<String>,
    /// The other origin that the one or the other leads to.
    pub(super) origin: Option<String>,
}

#[derive(Deserialize)]
struct Given {
    redirect_url: Option<String>,
}

impl FromRequestParts<App> for Next {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> ApiResult<Self> {
        let given: Given = query::parse(parts.uri.query().unwrap_or_default())?;
        let given = given.redirect_url.filter(|url| url.len() <= MAX_LEN);
        let next = given.and_then(|url| Self::read(&url, &parts.headers, &app.instance));
        Ok(next.unwrap_or_else(|| Self::by_settings(parts.uri.path(), &app.instance.settings.urls)))
    }
}

impl Next {
    fn by_settings(path: &str, urls: &UrlSettings) -> Self {
        let after =
            if path.starts_with("/account/sign-up") { &urls.after_sign_up } else { &urls.after_sign_in };
        let fallback = after.as_ref().or(urls.home.as_ref()).cloned();
        let origin = fallback.as_deref().and_then(|url| Url::parse(url).ok());
        Self { url: None, fallback, origin: origin.map(|url| url.origin().ascii_serialization()) }
    }

    /// What is followed is what was checked: never the text itself, which browsers may read differently.
    fn read(given: &str, headers: &HeaderMap, instance: &Instance) -> Option<Self> {
        match Url::parse(given) {
            Ok(url) => {
                let is_plain = matches!(url.scheme(), "http" | "https")
                    && url.username().is_empty()
                    && url.password().is_none();
                let origin = url.origin().ascii_serialization();
                let is_ours = is_plain && origin::is_allowed(&origin, headers, instance);
                is_ours.then(|| Self { url: Some(url.into()), origin: Some(origin), ..Self::default() })
            }
            Err(ParseError::RelativeUrlWithoutBase) => {
                let base = Url::parse("http://here.invalid/account/").ok()?;
                let url = base.join(given).ok()?;
                let path = &url[Position::BeforePath..];
                // Two slashes at the start would be read as another host.
                let stays = url.origin() == base.origin() && !path.starts_with("//");
                stays.then(|| Self { url: Some(path.to_owned()), ..Self::default() })
            }
            Err(_) => None,
        }
    }

    /// Where to go when all is done.
    pub(super) fn destination(&self) -> &str {
        self.url.as_deref().or(self.fallback.as_deref()).unwrap_or("/account")
    }

    /// A page of ours that goes on to the same place; `path` may have a query.
    pub(super) fn carried_by(&self, path: &str) -> String {
        let separator = if path.contains('?') { '&' } else { '?' };
        match self.encoded() {
            Some(pair) => format!("{path}{separator}{pair}"),
            None => path.to_owned(),
        }
    }

    fn encoded(&self) -> Option<String> {
        let url = self.url.as_deref()?;
        Some(form_urlencoded::Serializer::new(String::new()).append_pair("redirect_url", url).finish())
    }
}
