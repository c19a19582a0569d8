//! Whether the Frontend API works, and whether a proxy before it is set up right.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use beadle_domain::{Error, secret::constant_time_eq};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::{app::App, error::ApiResult, extract::Query, health::is_ready};

type Health = (StatusCode, Json<Value>);

#[utoipa::path(get, path = "/v1/health", operation_id = "getHealth")]
pub(super) async fn health(State(app): State<App>) -> Health {
    match is_ready(&app).await {
        Ok(()) => (StatusCode::OK, Json(json!({"status": "healthy"}))),
        Err(reason) => unhealthy(reason),
    }
}

#[derive(Deserialize)]
pub(super) struct ProxyQuery {
    domain_id: Option<String>,
}

/// Asked through a proxy that adds the headers which tell where the request came from.
#[utoipa::path(get, path = "/v1/proxy-health", operation_id = "getProxyHealth")]
pub(super) async fn proxy_health(
    State(app): State<App>,
    headers: HeaderMap,
    Query(query): Query<ProxyQuery>,
) -> ApiResult<Health> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let key = text("clerk-secret-key").ok_or_else(Error::proxy_request_missing_secret_key)?;
    if !constant_time_eq(key.as_bytes(), app.instance.keys.secret_key.expose_secret().as_bytes()) {
        return Err(Error::proxy_request_invalid_secret_key().into());
    }
    // There is one domain, so it has no id to be told by.
    query.domain_id.ok_or_else(|| Error::param_missing("domain_id"))?;
    let proxy = text("clerk-proxy-url").and_then(|url| Url::parse(url).ok());
    if !proxy.is_some_and(|url| matches!(url.scheme(), "https" | "http") && url.has_host()) {
        return Ok(unhealthy("the header Clerk-Proxy-Url does not hold the URL of the proxy"));
    }
    let Some(forwarded_for) = text("x-forwarded-for").filter(|list| !list.trim().is_empty()) else {
        return Ok(unhealthy("the header X-Forwarded-For does not hold the address of the visitor"));
    };
    let body = json!({"status": "healthy", "x_forwarded_for": forwarded_for});
    Ok((StatusCode::OK, Json(body)))
}

fn unhealthy(message: &str) -> Health {
    (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"status": "unhealthy", "message": message})))
}
