//! Between the domains of an application: satellites, which Beadle's instances have none of, and plain redirects.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue},
    response::{IntoResponse, Response},
};
use beadle_domain::Error;
use serde::Deserialize;

use super::handshake::redirect;
use crate::{
    app::App,
    error::{ApiError, ApiResult},
    extract::{Query, origin, path::printable},
};

#[derive(Deserialize)]
pub(super) struct SyncQuery {
    link_domain: Option<String>,
}

/// No domain is a satellite of this instance.
#[utoipa::path(get, path = "/v1/client/sync", operation_id = "syncClient")]
pub(super) async fn sync(Query(query): Query<SyncQuery>) -> ApiError {
    match query.link_domain {
        Some(domain) => Error::param_value_invalid("link_domain", printable(&domain)).into(),
        None => Error::param_missing("link_domain").into(),
    }
}

#[derive(Deserialize)]
pub(super) struct LinkQuery {
    #[serde(rename = "__clerk_token")]
    token: Option<String>,
}

/// Nobody was ever given a token to link with.
#[utoipa::path(get, path = "/v1/client/link", operation_id = "linkClient")]
pub(super) async fn link(Query(query): Query<LinkQuery>) -> ApiError {
    match query.token {
        Some(_) => Error::sync_nonce_already_consumed().into(),
        None => Error::param_missing("__clerk_token").into(),
    }
}

#[derive(Deserialize)]
pub(super) struct RedirectQuery {
    redirect_url: Option<String>,
}

#[utoipa::path(get, path = "/v1/redirect", operation_id = "redirectToUrl")]
pub(super) async fn redirect_to(
    State(app): State<App>,
    headers: HeaderMap,
    Query(query): Query<RedirectQuery>,
) -> ApiResult<Response> {
    let Some(given) = query.redirect_url else {
        return Ok(redirect(app.instance.settings().urls.home.as_deref().unwrap_or("/"), &[]));
    };
    let page = origin::page("redirect_url", Some(&given), &headers, &app.instance)?;
    Ok(redirect(page.as_str(), &[]))
}

/// Makes the browser forget what it keeps for this host. Not at the word of a foreign page, which would sign people
/// out by showing a picture.
#[utoipa::path(get, path = "/v1/clear-site-data", operation_id = "clearSiteData")]
pub(super) async fn clear_site_data(headers: HeaderMap) -> Response {
    let mut response = ().into_response();
    if headers.get("sec-fetch-site").is_none_or(|site| site != "cross-site") {
        response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"*\""));
    }
    response
}
