//! A place that a visitor may be sent to.

use axum::http::HeaderMap;
use url::{ParseError, Position, Url};

use crate::{extract::origin, instance::Instance};

/// Longer ones are dropped: they travel in the query of every link.
const MAX_LEN: usize = 2048;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Absolute, or a path on this origin.
    pub(super) url: String,
    /// The origin, where it is absolute.
    pub(super) origin: Option<String>,
    /// Whether it is a page of the application on another origin than this.
    is_application: bool,
}

impl Place {
    /// What is followed is what was checked: never the text itself, which browsers may read differently.
    pub(super) fn read(given: &str, headers: &HeaderMap, instance: &Instance) -> Option<Self> {
        if given.len() > MAX_LEN {
            return None;
        }
        match Url::parse(given) {
            Ok(url) => {
                let is_plain = matches!(url.scheme(), "http" | "https")
                    && url.username().is_empty()
                    && url.password().is_none();
                let place = Self::absolute(url, headers, instance);
                (is_plain && place.1).then_some(place.0)
            }
            Err(ParseError::RelativeUrlWithoutBase) => {
                let base = Url::parse("http://here.invalid/account/").ok()?;
                let url = base.join(given).ok()?;
                let path = &url[Position::BeforePath..];
                // Two slashes at the start would be read as another host.
                let stays = url.origin() == base.origin() && !path.starts_with("//");
                stays.then(|| Self { url: path.to_owned(), origin: None, is_application: false })
            }
            Err(_) => None,
        }
    }

    /// A place of the settings. The operator may send visitors anywhere.
    pub(super) fn by_operator(url: &str, headers: &HeaderMap, instance: &Instance) -> Self {
        match Url::parse(url) {
            Ok(parsed) => Self { url: url.to_owned(), ..Self::absolute(parsed, headers, instance).0 },
            Err(_) => Self { url: url.to_owned(), origin: None, is_application: false },
        }
    }

    /// The page of the application that the visitor comes from.
    pub(super) fn before(referer: &str, headers: &HeaderMap, instance: &Instance) -> Option<Self> {
        let is_ours = |path: &str| {
            ["/account", "/__clerk"].iter().any(|ours| {
                path.strip_prefix(ours).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        };
        let url = Url::parse(referer).ok()?;
        if origin::is_same_host(&url, headers) && is_ours(url.path()) {
            return None;
        }
        Self::read(referer, headers, instance)
    }

    /// The place, and whether its origin is one that visitors may be sent to.
    fn absolute(url: Url, headers: &HeaderMap, instance: &Instance) -> (Self, bool) {
        let origin = url.origin().ascii_serialization();
        let is_allowed = origin::is_allowed(&origin, headers, instance);
        let is_application = is_allowed && !origin::is_same_host(&url, headers);
        let may_go = is_allowed || instance.places().lists(&url);
        (Self { url: url.into(), origin: Some(origin), is_application }, may_go)
    }

    /// With a pair more in its query; nothing for a place that is not to have it.
    pub(super) fn with(&self, name: &str, value: &str) -> Option<String> {
        let mut url = Url::parse(&self.url).ok().filter(|_| self.is_application)?;
        let others: Vec<_> = url.query_pairs().into_owned().filter(|(other, _)| other != name).collect();
        if others.len() < url.query_pairs().count() {
            url.query_pairs_mut().clear().extend_pairs(others);
        }
        url.query_pairs_mut().append_pair(name, value);
        Some(url.into())
    }
}
