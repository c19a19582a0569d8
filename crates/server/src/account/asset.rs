//! The style sheet, under a name that changes with it so that browsers may keep it.

use std::sync::LazyLock;

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use beadle_domain::{Error, secret::token_hash};

use crate::{error::ApiResult, extract::path::First};

const STYLE: &str = include_str!("../../templates/account/style.css");
/// A year, the most that caches respect.
const FOREVER: &str = "public, max-age=31536000, immutable";

static NAME: LazyLock<String> = LazyLock::new(|| format!("{}.css", &token_hash(STYLE)[..16]));

/// Where the style sheet is.
pub(super) fn style_path() -> String {
    format!("/account/style/{}", *NAME)
}

#[utoipa::path(get, path = "/account/style/{name}", operation_id = "getAccountStyle")]
pub(super) async fn style(First(name): First) -> ApiResult<Response> {
    // Another version of the server names another one: on the way to it, pages are better unstyled than stale.
    if name != *NAME {
        return Err(Error::nothing_found().into());
    }
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, FOREVER)];
    Ok((headers, STYLE).into_response())
}
