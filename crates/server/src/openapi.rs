//! The description of the Backend API, OpenAPI 3.1: `GET /openapi.json` and `beadle openapi`.
//!
//! Paths, bodies and answers come from the handlers. What holds for all operations is added here: the key, the
//! placeholders of paths, the form of refusals.

use std::sync::LazyLock;

use axum::{
    body::Bytes,
    http::{HeaderValue, header},
    response::IntoResponse,
};
use beadle_types::{ApiVersion, ErrorBody};
use serde_json::{Map, Value, json};
use utoipa::{OpenApi, ToSchema as _};
use utoipa_axum::router::OpenApiRouter;

use crate::{app::App, backend};

#[derive(OpenApi)]
#[openapi(components(schemas(ErrorBody)))]
struct Shared;

/// The description.
pub fn document() -> Value {
    let operations: OpenApiRouter<App> =
        OpenApiRouter::with_openapi(Shared::openapi()).merge(backend::operations());
    let operations = operations.merge(backend::own_operations());
    let mut document = serde_json::to_value(operations.into_openapi()).unwrap_or_default();
    document["info"] = json!({
        "title": "Beadle Backend API",
        "description": "Users and sessions, in the form of Clerk's Backend API. Beadle is independent of Clerk, Inc.",
        "version": ApiVersion::NEWEST.as_str(),
        "license": {"name": "MIT OR Apache-2.0"},
    });
    document["security"] = json!([{"secret_key": []}]);
    document["components"]["securitySchemes"] = json!({"secret_key": {"type": "http", "scheme": "bearer"}});
    document["components"]["responses"] = json!({"Refused": {
        "description": "Why the request was refused",
        "content": {"application/json": {"schema": {"$ref": format!("#/components/schemas/{}", ErrorBody::name())}}},
    }});
    for (path, methods) in document["paths"].as_object_mut().into_iter().flatten() {
        for operation in methods.as_object_mut().into_iter().flat_map(Map::values_mut) {
            complete(path, operation);
        }
    }
    document
}

/// Adds to an operation what its path says, and that it can be refused.
fn complete(path: &str, operation: &mut Value) {
    let tag = path.trim_start_matches("/v1").split('/').nth(1).unwrap_or_default();
    operation["tags"] = json!([tag]);
    operation["responses"]["4XX"] = json!({"$ref": "#/components/responses/Refused"});
    let named = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let placeholders = named.map(|name| {
        json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}})
    });
    let given = operation["parameters"].as_array().cloned().unwrap_or_default();
    operation["parameters"] = placeholders.chain(given).collect();
}

/// `GET /openapi.json`: no secret is in it, so no key is asked for.
pub(crate) async fn handler() -> impl IntoResponse {
    static BODY: LazyLock<Bytes> = LazyLock::new(|| document().to_string().into());
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], BODY.clone())
}
