//! Which request goes where.
//!
//! Health, metrics and well-known documents are the same on every host. The Frontend API is under `/__clerk`
//! everywhere, and at the root for requests to the publishable key's host; the account pages are under `/account`
//! everywhere; everything else is the Backend API.

use axum::{
    Router,
    extract::{Request, State},
    http::{
        StatusCode, Uri, header,
        uri::{Authority, PathAndQuery},
    },
    middleware,
    response::{IntoResponse, Response},
    routing::get,
};
use tower::ServiceExt;
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    ApiError, account, app::App, backend, dev_outbox, extract::secret_key, frontend, gate, health, metrics,
    openapi, revocation, trace,
};

/// The whole server as one router.
pub fn router(app: &App) -> Router {
    let frontend = frontend::router(app);
    let backend = backend::router(app).with_state(app.clone());
    let by_host =
        ByHost { app: app.clone(), frontend: frontend.clone(), backend, account: account::router(app) };
    Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(metrics::handler))
        .route("/openapi.json", get(openapi::handler))
        .merge(revocation::router(app))
        .merge(gate::router())
        .merge(dev_outbox::router())
        .merge(frontend::well_known::router())
        .with_state(app.clone())
        .nest_service("/__clerk", frontend)
        .fallback_service(Router::new().fallback(dispatch).with_state(by_host))
        .layer(CatchPanicLayer::custom(|_| ApiError::internal("a handler panicked").into_response()))
        .layer(middleware::from_fn_with_state(app.clone(), trace::trace))
}

#[derive(Clone)]
struct ByHost {
    app: App,
    frontend: Router,
    backend: Router,
    account: Router,
}

async fn dispatch(State(by_host): State<ByHost>, mut request: Request) -> Response {
    let host = &by_host.app.instance.settings().publishable_host;
    let is_frontend = is_for_host(&request, host) && !has_secret_key(&request);
    let is_frontend = is_frontend && !is_for_machines(request.uri().path());
    if !is_frontend {
        versioned(&mut request);
    }
    let path = request.uri().path();
    let is_account = path == "/account" || path.starts_with("/account/");
    let router = match (is_account, is_frontend) {
        (true, _) => by_host.account,
        (false, true) => by_host.frontend,
        (false, false) => by_host.backend,
    };
    router.oneshot(request).await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// What libraries of Clerk's call without `/v1` in front, because another service answers it there.
const UNVERSIONED: [&str; 2] = ["/api_keys", "/m2m_tokens"];

fn is_below(path: &str, parent: &str) -> bool {
    path.strip_prefix(parent).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Tokens of machines are no business of browsers: machines ask for them on every host.
fn is_for_machines(path: &str) -> bool {
    is_below(path.strip_prefix("/v1").unwrap_or(path), "/m2m_tokens")
}

/// Puts `/v1` in front of a path that was called without it.
fn versioned(request: &mut Request) {
    if !UNVERSIONED.iter().any(|parent| is_below(request.uri().path(), parent)) {
        return;
    }
    let mut parts = request.uri().clone().into_parts();
    let target = request.uri().path_and_query().map(PathAndQuery::as_str).unwrap_or_default();
    parts.path_and_query = format!("/v1{target}").parse().ok();
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
}

/// Whether the request names the host, with or without a port.
fn is_for_host(request: &Request, host: &str) -> bool {
    let header = request.headers().get(header::HOST).and_then(|named| named.to_str().ok());
    // HTTP/2 has the authority in the URI instead.
    let named = header.or_else(|| request.uri().authority().map(Authority::as_str)).unwrap_or_default();
    let bare = named.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    named.eq_ignore_ascii_case(host) || bare.is_some_and(|(name, _)| name.eq_ignore_ascii_case(host))
}

/// A secret key means the Backend API, also on the publishable host.
fn has_secret_key(request: &Request) -> bool {
    secret_key::bearer(request.headers()).is_some_and(|key| key.starts_with(b"sk_"))
}

/// A mounted operation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// `backend`, `frontend`, `account` for the account pages, or `own` for what else Clerk has not.
    pub api: &'static str,
    /// Upper case.
    pub method: String,
    /// With `{placeholders}`.
    pub path: String,
    /// The operation's id, Clerk's where it is Clerk's operation.
    pub operation_id: String,
}

/// Every operation that is mounted, derived from the routers themselves.
pub fn routes() -> Vec<Route> {
    let own = backend::own_operations()
        .merge(revocation::operations())
        .merge(gate::operations())
        .merge(frontend::own_operations())
        .merge(dev_outbox::operations());
    let apis = [
        ("account", account::operations()),
        ("backend", backend::operations()),
        ("frontend", frontend::operations()),
        ("own", own),
    ];
    let mut routes = Vec::new();
    for (api, operations) in apis {
        let description = serde_json::to_value(operations.into_openapi()).unwrap_or_default();
        let paths = description["paths"].as_object().cloned().unwrap_or_default();
        for (path, methods) in paths {
            for (method, operation) in methods.as_object().into_iter().flatten() {
                let operation_id = operation["operationId"].as_str().unwrap_or_default().to_owned();
                routes.push(Route { api, method: method.to_uppercase(), path: path.clone(), operation_id });
            }
        }
    }
    routes.sort();
    routes
}
