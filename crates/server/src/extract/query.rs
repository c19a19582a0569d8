//! Query strings and forms: repeated keys are arrays.

use axum::{extract::FromRequestParts, http::request::Parts};
use beadle_domain::Error;
use serde::de::DeserializeOwned;

use super::body;
use crate::{
    app::App,
    error::{ApiError, ApiResult},
};

/// The query, read into `T`. Unknown keys are ignored, as SDKs of other versions send some.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> ApiResult<Self> {
        parse(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

/// The query of a list. As [`Query`], but what narrows the list to one thing or state is wrong where it is empty: it
/// would show everything to somebody who asked for less.
pub(crate) struct ListQuery<T>(pub(crate) T);

/// Ids and words that lists are narrowed by. Texts to compare with are not among them: SDKs send empty ones.
const NARROWING: [&str; 3] = ["client_id", "status", "user_id"];

impl<T: DeserializeOwned> FromRequestParts<App> for ListQuery<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> ApiResult<Self> {
        let encoded = parts.uri.query().unwrap_or_default();
        let mut pairs = form_urlencoded::parse(encoded.as_bytes());
        if let Some((param, _)) =
            pairs.find(|(key, value)| value.is_empty() && NARROWING.contains(&key.as_ref()))
        {
            return Err(Error::param_rule_broken(&param, format!("{param} must not be empty.")).into());
        }
        parse(encoded).map(Self)
    }
}

/// Reads URL-encoded pairs. Pairs with an empty value count as absent.
pub(crate) fn parse<T: DeserializeOwned>(encoded: &str) -> ApiResult<T> {
    let has_value = |pair: &&str| pair.split_once('=').is_some_and(|(_, value)| !value.is_empty());
    parse_all(&encoded.split('&').filter(has_value).collect::<Vec<_>>().join("&"))
}

/// As [`parse`], with the pairs whose value is empty.
pub(crate) fn parse_all<T: DeserializeOwned>(encoded: &str) -> ApiResult<T> {
    if encoded.contains("%00") || encoded.contains('\0') {
        let nul = serde_html_form::from_str::<Vec<(String, String)>>(encoded).unwrap_or_default();
        let param = nul.iter().find(|(key, value)| key.contains('\0') || value.contains('\0'));
        let param = param.map_or("query", |(key, _)| key.as_str());
        return Err(Error::param_rule_broken(param, "must not contain NUL characters").into());
    }
    let deserializer = serde_html_form::Deserializer::new(form_urlencoded::parse(encoded.as_bytes()));
    serde_path_to_error::deserialize(deserializer)
        .map_err(|error| body::typed(&error.path().to_string(), &error.inner().to_string(), None).into())
}
