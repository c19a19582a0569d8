//! Development browsers: told apart by a token in the address of each request, so that the pages of an application
//! on this machine can use a server on another site. Only for publishable keys of development hosts.

use axum::{
    Json,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use beadle_domain::Error;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::json;

use crate::{
    actions::client::{Device, SaveClient},
    app::App,
    cookies::Jar,
    error::ApiResult,
    extract::{Caller, Channel, Query, Visitor, origin},
};

#[utoipa::path(post, path = "/v1/dev_browser", operation_id = "createDevBrowser")]
pub(super) async fn create(State(app): State<App>, Visitor(caller): Visitor) -> ApiResult<Response> {
    let token = make(&app).await?;
    let mut jar = Jar::of(&app.instance, &caller);
    jar.client(&token);
    Ok(answer(&token, jar))
}

#[derive(Deserialize)]
pub(super) struct InitQuery {
    origin: Option<String>,
}

/// What older libraries load in a frame: the browser's token, which stays in a cookie of this host.
#[utoipa::path(get, path = "/v1/dev_browser/init", operation_id = "getDevBrowserInit")]
pub(super) async fn init(
    State(app): State<App>,
    Visitor(caller): Visitor,
    headers: HeaderMap,
    Query(query): Query<InitQuery>,
) -> ApiResult<Response> {
    if query.origin.is_some() {
        origin::page("origin", query.origin.as_deref(), &headers, &app.instance)?;
    }
    let token = match &caller.dev_browser {
        Some(token) => token.expose_secret().to_owned(),
        None => make(&app).await?,
    };
    Ok(keep(&app, &caller, &token))
}

#[utoipa::path(
    post,
    path = "/v1/dev_browser/set_first_party_cookie",
    operation_id = "postDevBrowserInitSetCookie"
)]
pub(super) async fn set_first_party_cookie(State(app): State<App>, caller: Caller) -> ApiResult<Response> {
    let token = caller.dev_browser.as_ref().ok_or_else(Error::url_based_session_syncing_disabled)?;
    Ok(keep(&app, &caller, token.expose_secret()))
}

/// # Errors
/// 400 for an instance whose browsers have cookies.
async fn make(app: &App) -> ApiResult<String> {
    if !app.instance.has_dev_browsers() {
        return Err(Error::url_based_session_syncing_disabled().into());
    }
    let (device, token) = Device::fresh(app, Channel::DevBrowser);
    app.store.write(SaveClient(device)).await?;
    Ok(token)
}

fn keep(app: &App, caller: &Caller, token: &str) -> Response {
    let mut jar = Jar::of(&app.instance, caller);
    jar.client(token);
    jar.dev_browser(token);
    answer(token, jar)
}

fn answer(token: &str, jar: Jar<'_>) -> Response {
    let mut response = Json(json!({ "object": "dev_browser", "id": token, "token": token })).into_response();
    jar.write(response.headers_mut());
    response
}
