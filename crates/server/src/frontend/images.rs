//! Pictures, for whoever has their address: pages show them from anywhere.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use beadle_domain::{Error, avatar::Avatar};
use beadle_store::images;
use beadle_types::ImageId;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{app::App, error::ApiResult, extract::Id};

/// What is behind an address never changes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// A picture opened by itself may do nothing.
const INERT: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// Beadle's own operations.
pub(crate) fn operations() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(image)).routes(routes!(avatar))
}

#[utoipa::path(get, path = "/images/{image_id}", operation_id = "GetImage")]
async fn image(State(app): State<App>, Id(id): Id<ImageId>, headers: HeaderMap) -> ApiResult<Response> {
    let found = images::find(&mut *app.store.reader().await?, &id).await?;
    let found = found.ok_or_else(|| Error::not_found("image", &id))?;
    let content_type = HeaderValue::from_str(&found.content_type);
    let content_type = content_type.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    Ok(answer(&headers, &found.hash, content_type, found.bytes))
}

#[utoipa::path(get, path = "/avatars/{hue}/{initials}", operation_id = "GetAvatar")]
async fn avatar(Path((hue, initials)): Path<(String, String)>, headers: HeaderMap) -> ApiResult<Response> {
    let avatar = Avatar::parse(&hue, &initials).ok_or_else(Error::nothing_found)?;
    // The picture follows from its address, so any constant tells one from another there.
    Ok(answer(&headers, "1", HeaderValue::from_static("image/svg+xml"), avatar.svg().into_bytes()))
}

fn answer(asked: &HeaderMap, hash: &str, content_type: HeaderValue, bytes: Vec<u8>) -> Response {
    let tag = format!("\"{hash}\"");
    let known = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let is_known = known.flat_map(|list| list.split(',')).any(|one| {
        let one = one.trim();
        one == "*" || one.trim_start_matches("W/") == tag
    });
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut response = bytes.into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, content_type);
        response
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CACHE_CONTROL, FOR_EVER),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, INERT),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}
