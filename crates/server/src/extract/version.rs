//! The API version a caller speaks.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, request::Parts},
};
use beadle_types::{ApiVersion, code};
use serde::Deserialize;

use super::query;
use crate::{
    app::App,
    error::{ApiError, ApiResult},
};

/// From the header `Clerk-API-Version` or the query `__clerk_api_version`; without either the oldest.
pub(crate) struct Version(pub(crate) ApiVersion);

#[derive(Deserialize)]
struct VersionQuery {
    #[serde(rename = "__clerk_api_version")]
    version: Option<String>,
}

impl FromRequestParts<App> for Version {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> ApiResult<Self> {
        of(parts).map(Self)
    }
}

/// See [`Version`].
pub(crate) fn of(parts: &Parts) -> ApiResult<ApiVersion> {
    let header = parts.headers.get(ApiVersion::HEADER).map(|value| value.to_str().unwrap_or("?").to_owned());
    let encoded = parts.uri.query().filter(|query| query.contains(ApiVersion::QUERY));
    let query = match encoded {
        Some(encoded) => query::parse::<VersionQuery>(encoded)?.version,
        None => None,
    };
    match (header, query) {
        (Some(_), Some(_)) => Err(invalid("Name the version in the header or in the query, not in both.")),
        (Some(text), None) | (None, Some(text)) => {
            text.trim().parse().map_err(|_| invalid("This is not a version of the API."))
        }
        (None, None) => Ok(ApiVersion::UNVERSIONED),
    }
}

/// The version as the caller wrote it, right or wrong: answers repeat it.
pub(crate) fn named(headers: &HeaderMap, uri: &Uri) -> Option<HeaderValue> {
    let from_query = || {
        let encoded = uri.query().filter(|query| query.contains(ApiVersion::QUERY))?;
        let version = query::parse::<VersionQuery>(encoded).ok()?.version?;
        HeaderValue::from_str(&version).ok()
    };
    headers.get(ApiVersion::HEADER).cloned().or_else(from_query)
}

fn invalid(reason: &str) -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, code::API_VERSION_INVALID, "Invalid API version", reason)
}
