//! How the browser libraries speak: `_method` overrides, trailing slashes, CORS without preflights, and the
//! check of the page's origin that replaces CSRF tokens.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header, uri::PathAndQuery},
    middleware::Next,
    response::{IntoResponse, Response},
};
use beadle_types::code;
use serde::Deserialize;

use crate::{
    app::App,
    error::{ApiError, ApiResult},
    extract::{origin, query},
};

const EXPOSED: &str = "Authorization, Clerk-Db-Jwt, X-Country, Retry-After, X-Clerk-Trace-Id";
const METHODS: &str = "GET, POST, PUT, PATCH, DELETE, OPTIONS";

/// Applies all of it around a request.
pub(super) async fn apply(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let allowed = origin.as_ref().is_none_or(|origin| {
        origin.to_str().is_ok_and(|origin| origin::is_allowed(origin, request.headers(), &app.instance))
    });
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    // Providers post to where browsers come back to; that changes nothing, see `oauth::callback_post`.
    let from_provider = request.uri().path() == "/v1/oauth_callback";
    let mut response = if !allowed && !reads && !from_provider {
        // A form can be posted from any page with the visitor's cookies: where it comes from decides.
        refuse_origin().into_response()
    } else if request.method() == Method::OPTIONS {
        StatusCode::NO_CONTENT.into_response()
    } else {
        match normalise(&mut request) {
            Ok(()) => next.run(request).await,
            Err(error) => error.into_response(),
        }
    };
    if let Some(origin) = origin.filter(|_| allowed) {
        cors(response.headers_mut(), origin);
    }
    response.headers_mut().append(header::VARY, HeaderValue::from_static("Origin"));
    response
}

fn refuse_origin() -> ApiError {
    ApiError::new(
        StatusCode::BAD_REQUEST,
        code::ORIGIN_INVALID,
        "Invalid origin",
        "Pages of this origin may not use the Frontend API. Add it to allowed_origins if they should.",
    )
}

fn cors(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("Authorization, Content-Type, Clerk-API-Version"),
    );
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
}

#[derive(Deserialize)]
struct Override {
    #[serde(rename = "_method")]
    method: Option<String>,
}

fn normalise(request: &mut Request) -> ApiResult<()> {
    let encoded = request.uri().query().unwrap_or_default();
    if request.method() == Method::POST && encoded.contains("_method=") {
        let named: Override = query::parse(encoded)?;
        *request.method_mut() = match named.method.as_deref() {
            Some("PATCH") => Method::PATCH,
            Some("PUT") => Method::PUT,
            Some("DELETE") => Method::DELETE,
            _ => Method::POST,
        };
    }
    let path = request.uri().path();
    if path.len() > 1 && path.ends_with('/') {
        let trimmed = path.trim_end_matches('/');
        let rest = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
        let mut parts = request.uri().clone().into_parts();
        if let Ok(path) = PathAndQuery::try_from(format!("{trimmed}{rest}")) {
            parts.path_and_query = Some(path);
        }
        if let Ok(uri) = Uri::from_parts(parts) {
            *request.uri_mut() = uri;
        }
    }
    Ok(())
}
