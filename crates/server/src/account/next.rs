//! Where a visitor goes when they are done: only to places that belong to the instance.

mod place;

use self::place::Place;
use crate::{
    app::App,
    error::{ApiError, ApiResult},
};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};

/// Where the visitor came from says where they go, if nothing else does. The browser libraries put what they know
/// behind the `#` of the address, which no server sees.
const ENTRIES: [&str; 2] = ["/account/sign-in", "/account/sign-up"];

/// The addresses of the query that may be followed. One that may not is as good as none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Next {
    /// Those that were given, which go along to the other pages.
    given: Vec<(&'static str, Place)>,
    /// Which of them, or which place of the operator's, it will be.
    chosen: Option<Place>,
    /// The other origin that it is on.
    pub(super) origin: Option<String>,
}

/// What the browser libraries and the server-side ones write.
const NAMES: [&str; 5] = [
    "redirect_url",
    "sign_in_force_redirect_url",
    "sign_in_fallback_redirect_url",
    "sign_up_force_redirect_url",
    "sign_up_fallback_redirect_url",
];

impl FromRequestParts<App> for Next {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> ApiResult<Self> {
        let (headers, path) = (&parts.headers, parts.uri.path());
        let encoded = parts.uri.query().unwrap_or_default().as_bytes();
        let read = |name: &'static str| {
            let (_, url) = form_urlencoded::parse(encoded).find(|(given, _)| given == name)?;
            Some((name, Place::read(&url, headers, &app.instance)?))
        };
        let next = Self { given: NAMES.into_iter().filter_map(read).collect(), ..Self::default() };
        Ok(next.choose(app, headers, path))
    }
}

impl Next {
    /// In the order in which the browser libraries choose.
    fn choose(mut self, app: &App, headers: &HeaderMap, path: &str) -> Self {
        let urls = &app.instance.settings().urls;
        let (force, fallback, after) = if path.starts_with("/account/sign-up") {
            ("sign_up_force_redirect_url", "sign_up_fallback_redirect_url", &urls.after_sign_up)
        } else {
            ("sign_in_force_redirect_url", "sign_in_fallback_redirect_url", &urls.after_sign_in)
        };
        let given = [force, "redirect_url", fallback].into_iter().find_map(|name| self.given(name));
        let by_operator =
            || Some(Place::by_operator(after.as_ref().or(urls.home.as_ref())?, headers, &app.instance));
        self.chosen = given.cloned().or_else(by_operator);
        if self.chosen.is_none() && ENTRIES.contains(&path) {
            let referer = headers.get(header::REFERER).and_then(|referer| referer.to_str().ok());
            self.chosen = referer.and_then(|referer| Place::before(referer, headers, &app.instance));
            self.given.extend(self.chosen.clone().map(|place| ("redirect_url", place)));
        }
        self.origin = self.chosen.as_ref().and_then(|place| place.origin.clone());
        self
    }

    fn given(&self, name: &str) -> Option<&Place> {
        self.given.iter().find(|(given, _)| *given == name).map(|(_, place)| place)
    }

    /// Where to go when all is done.
    pub(super) fn destination(&self) -> &str {
        self.chosen.as_ref().map_or("/account", |place| &place.url)
    }

    /// As [`Next::destination`], with the token of a development browser, which knows its visitor by nothing else. It
    /// goes along to pages of the application only.
    pub(super) fn destination_with(&self, name: &str, token: &str) -> String {
        self.chosen
            .as_ref()
            .and_then(|place| place.with(name, token))
            .unwrap_or_else(|| self.destination().to_owned())
    }

    /// A page of ours that goes on to the same place; `path` may have a query.
    pub(super) fn carried_by(&self, path: &str) -> String {
        if self.given.is_empty() {
            return path.to_owned();
        }
        let separator = if path.contains('?') { '&' } else { '?' };
        let pairs = self.given.iter().map(|(name, place)| (name, &place.url));
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        format!("{path}{separator}{query}")
    }
}
