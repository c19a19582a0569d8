//! The description of the Backend API, OpenAPI 3.1: `GET /openapi.json` and `beadle openapi`.
//!
//! Paths, bodies and answers come from the handlers. What holds for all operations is added here: the key, the
//! placeholders of paths, the form of refusals.

use std::sync::LazyLock;

use axum::{
    body::Bytes,
    http::{HeaderValue, StatusCode, header},
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
    leave_out_refused(&mut document);
    let links = links(&document["paths"]);
    for (path, methods) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in methods.as_object_mut().into_iter().flatten() {
            complete(path, operation);
            if let Some(links) = links.get(path).filter(|_| method == "post") {
                operation["responses"]["200"]["links"] = links.clone();
            }
        }
    }
    document
}

/// An operation that never succeeds is none of ours; `docs/compatibility.md` lists them.
fn leave_out_refused(document: &mut Value) {
    let Some(paths) = document["paths"].as_object_mut() else { return };
    for methods in paths.values_mut().filter_map(Value::as_object_mut) {
        methods.retain(|_, operation| {
            operation["responses"].as_object().is_some_and(|responses| !responses.is_empty())
        });
    }
    paths.retain(|_, methods| methods.as_object().is_some_and(|methods| !methods.is_empty()));
}

/// Adds to an operation what its path says, and that it can be refused. An answer that nothing else is said of is
/// described by the words of its status: OpenAPI wants a description of each.
fn complete(path: &str, operation: &mut Value) {
    let tag = path.trim_start_matches("/v1").split('/').nth(1).unwrap_or_default();
    operation["tags"] = json!([tag]);
    for (status, answer) in operation["responses"].as_object_mut().into_iter().flatten() {
        let words = status.parse().ok().and_then(|status: StatusCode| status.canonical_reason());
        if answer.get("description").is_none_or(|text| text == "") {
            answer["description"] = words.unwrap_or("Answered").into();
        }
    }
    operation["responses"]["4XX"] = json!({"$ref": "#/components/responses/Refused"});
    let named = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let placeholders =
        named.map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}));
    let given = operation["parameters"].as_array().cloned().unwrap_or_default();
    operation["parameters"] = placeholders.chain(given).collect();
}

/// What was made under a path has its own operations below it: the id in the answer leads there.
fn links(paths: &Value) -> Map<String, Value> {
    let mut links = Map::new();
    for (path, methods) in paths.as_object().into_iter().flatten() {
        let Some((collection, rest)) = path.split_once("/{") else { continue };
        let Some((name, _)) = rest.split_once('}') else { continue };
        let made = &paths[collection]["post"]["responses"]["200"];
        if made.is_null() || rest.contains('{') {
            continue;
        }
        for operation in methods.as_object().into_iter().flat_map(Map::values) {
            let id = operation["operationId"].as_str().unwrap_or_default();
            links.entry(collection).or_insert_with(|| json!({}))[id] =
                json!({"operationId": id, "parameters": {name: "$response.body#/id"}});
        }
    }
    links
}

/// `GET /openapi.json`: no secret is in it, so no key is asked for.
pub(crate) async fn handler() -> impl IntoResponse {
    static BODY: LazyLock<Bytes> = LazyLock::new(|| document().to_string().into());
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], BODY.clone())
}
