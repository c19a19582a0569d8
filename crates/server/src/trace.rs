//! The outermost layer: a trace id per request, its log line, its metrics, and the body of refusals.

use std::{sync::Arc, time::Instant};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::Response,
};
use beadle_types::ApiVersion;

use crate::{app::App, cause::Cause, error::ApiError, extract::version};

const TRACE_ID: HeaderName = HeaderName::from_static("x-clerk-trace-id");
const API_VERSION: HeaderName = HeaderName::from_static(ApiVersion::HEADER);
const APPLICATION_JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Marks the answer to a refusal that has its body already.
#[derive(Clone, Copy)]
pub(crate) struct Rendered;

/// Wraps a request. Never logs queries, bodies or headers: they carry secrets.
pub(crate) async fn trace(State(app): State<App>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let trace_id = hex(app.rng.entropy16());
    let version = version::named(request.headers(), request.uri());

    let mut response = Cause::of(&request).during(next.run(request)).await;

    let refusal = response.extensions_mut().remove::<Arc<ApiError>>();
    let is_rendered = response.extensions().get::<Rendered>().is_some();
    if let Some(refusal) = refusal.as_ref().filter(|_| !is_rendered) {
        let body = if method == Method::HEAD { Body::empty() } else { Body::from(refusal.render(&trace_id)) };
        *response.body_mut() = body;
        // Inner routers have measured the empty body already.
        response.headers_mut().remove(header::CONTENT_LENGTH);
        // Exactly this value: @clerk/backend parses nothing else.
        response.headers_mut().insert(header::CONTENT_TYPE, APPLICATION_JSON);
    }
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&trace_id) {
        headers.insert(TRACE_ID, value);
    }
    let unversioned = || HeaderValue::from_static(ApiVersion::UNVERSIONED.as_str());
    headers.entry(API_VERSION).or_insert_with(|| version.unwrap_or_else(unversioned));

    let status = response.status().as_u16();
    let elapsed = started.elapsed();
    app.metrics.record(&method, status, elapsed.as_secs_f64());
    let micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
    let code = refusal.as_ref().map_or("", |refusal| refusal.code());
    if status >= 500 {
        let cause = refusal.as_ref().and_then(|refusal| refusal.cause()).unwrap_or_default();
        tracing::error!(%method, path, status, code, cause, micros, trace_id, "request failed");
    } else if status >= 400 {
        tracing::info!(%method, path, status, code, micros, trace_id, "refused");
    } else {
        tracing::debug!(%method, path, status, code, micros, trace_id, "answered");
    }
    response
}

fn hex(bytes: [u8; 16]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|nibble| char::from_digit(nibble.into(), 16).unwrap_or('0'))
        .collect()
}
