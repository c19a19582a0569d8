//! Families of operations that Beadle has not. They answer as an instance does that has them switched off, so
//! that a page that asks is told why.

mod backend;
mod frontend;

use axum::{
    extract::Request,
    http::StatusCode,
    routing::{MethodFilter, MethodRouter, on},
};
use beadle_domain::Error;
use utoipa::openapi::{
    HttpMethod, OpenApiBuilder, PathItem, PathsBuilder,
    path::{OperationBuilder, PathItemBuilder},
};
use utoipa_axum::router::OpenApiRouter;

use crate::{
    app::App,
    error::ApiError,
    extract::{Acting, body},
};

/// An operation that is always refused.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refused {
    /// As in [`crate::Route`].
    pub api: &'static str,
    /// Upper case.
    pub method: &'static str,
    /// With `{placeholders}`.
    pub path: &'static str,
    /// Clerk's name for it.
    pub operation_id: &'static str,
    /// The code of the refusal.
    pub code: String,
    /// Its status.
    pub status: u16,
    /// Whether who is not signed in is told that instead.
    pub needs_session: bool,
}

/// Operations that get one refusal.
struct Family {
    refusal: fn() -> Error,
    /// Method, path and operation id, all Clerk's.
    operations: &'static [(&'static str, &'static str, &'static str)],
}

/// Every operation that is always refused.
pub fn refused() -> Vec<Refused> {
    let apis = [("backend", backend::FAMILIES), ("frontend", frontend::FAMILIES)];
    let all = apis.into_iter().flat_map(|(api, families)| {
        each(families).map(move |(refusal, method, path, operation_id)| {
            let error = ApiError::from(refusal());
            let (code, status) = (error.code().to_owned(), error.status().as_u16());
            let needs_session = api == "frontend" && needs_session(path);
            Refused { api, method, path, operation_id, code, status, needs_session }
        })
    });
    all.collect()
}

/// The routes of those of the Backend API, documented like all others.
pub(crate) fn backend_operations() -> OpenApiRouter<App> {
    each(backend::FAMILIES).fold(documented(backend::FAMILIES), |router, (refusal, method, path, _)| {
        match methods(method) {
            Some((filter, _)) => router.route(path, refusing(filter, refusal, false)),
            None => router,
        }
    })
}

/// The routes of those of the Frontend API, documented like all others.
pub(crate) fn frontend_operations() -> OpenApiRouter<App> {
    each(frontend::FAMILIES).fold(documented(frontend::FAMILIES), |router, (refusal, method, path, _)| {
        match methods(method) {
            Some((filter, _)) => router.route(&mounted(path), refusing(filter, refusal, needs_session(path))),
            None => router,
        }
    })
}

fn documented(families: &'static [Family]) -> OpenApiRouter<App> {
    let mut paths = PathsBuilder::new();
    for (_, method, path, operation_id) in each(families) {
        if let Some((_, method)) = methods(method) {
            paths = paths.path(path, item(method, operation_id));
        }
    }
    OpenApiRouter::with_openapi(OpenApiBuilder::new().paths(paths).build())
}

fn each(
    families: &'static [Family],
) -> impl Iterator<Item = (fn() -> Error, &'static str, &'static str, &'static str)> {
    families.iter().flat_map(|family| {
        family.operations.iter().map(|(method, path, id)| (family.refusal, *method, *path, *id))
    })
}

/// What users do and what organizations have is only for those who are signed in.
fn needs_session(path: &str) -> bool {
    path.starts_with("/v1/me/") || path.starts_with("/v1/organizations")
}

fn methods(method: &str) -> Option<(MethodFilter, HttpMethod)> {
    Some(match method {
        "GET" => (MethodFilter::GET, HttpMethod::Get),
        "POST" => (MethodFilter::POST, HttpMethod::Post),
        "PUT" => (MethodFilter::PUT, HttpMethod::Put),
        "PATCH" => (MethodFilter::PATCH, HttpMethod::Patch),
        "DELETE" => (MethodFilter::DELETE, HttpMethod::Delete),
        _ => return None,
    })
}

fn item(method: HttpMethod, operation_id: &str) -> PathItem {
    let operation = OperationBuilder::new().operation_id(Some(operation_id)).build();
    PathItemBuilder::new().operation(method, operation).build()
}

/// The path as the router takes it: it wants one name per placeholder's place, and nothing behind it.
fn mounted(path: &str) -> String {
    let name = |(place, part): (usize, &str)| {
        if part.starts_with('{') { format!("{{part{place}}}") } else { part.to_owned() }
    };
    path.split('/').enumerate().map(name).collect::<Vec<_>>().join("/")
}

fn refusing(filter: MethodFilter, refusal: fn() -> Error, needs_session: bool) -> MethodRouter<App> {
    if needs_session {
        on(filter, move |_: Acting, request: Request| answer(refusal, request))
    } else {
        on(filter, move |request: Request| answer(refusal, request))
    }
}

/// The body is read first, so that a caller who is still sending sees the answer.
async fn answer(refusal: fn() -> Error, request: Request) -> Result<StatusCode, ApiError> {
    drop(body::read(request).await);
    Err(refusal().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_is_one_of_https() {
        for (_, method, path, _) in each(backend::FAMILIES).chain(each(frontend::FAMILIES)) {
            assert!(methods(method).is_some(), "{method} {path}");
        }
    }

    #[test]
    fn placeholders_are_named_by_their_place() {
        assert_eq!(mounted("/v1/a/{b}.xml/c"), "/v1/a/{part3}/c");
        assert_eq!(mounted("/v1/a"), "/v1/a");
    }
}
