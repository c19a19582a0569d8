//! Where an application's server sends a browser that it cannot place.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use crate::{
    actions::handshake,
    app::App,
    cookies,
    error::ApiResult,
    extract::{Query, Visitor, origin},
};

#[derive(Deserialize)]
pub(super) struct HandshakeQuery {
    redirect_url: Option<String>,
    format: Option<String>,
}

#[utoipa::path(get, path = "/v1/client/handshake", operation_id = "handshakeClient")]
pub(super) async fn handshake(
    State(app): State<App>,
    Visitor(caller): Visitor,
    headers: HeaderMap,
    Query(query): Query<HandshakeQuery>,
) -> ApiResult<Response> {
    let page = origin::page("redirect_url", query.redirect_url.as_deref(), &headers, &app.instance)?;
    let wants_nonce = query.format.as_deref() == Some("nonce");
    let answer = handshake::shake(&app, &caller, page, wants_nonce).await?;
    Ok(redirect(answer.location.as_str(), &answer.headers))
}

/// A redirect that no cache keeps: it carries what is one browser's alone.
pub(super) fn redirect(location: &str, set: &[(header::HeaderName, String)]) -> Response {
    let mut response = Redirect::temporary(location).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    cookies::append(response.headers_mut(), set);
    response
}
