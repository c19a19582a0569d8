//! The environment, which browsers ask for before anything else.

use axum::{Json, extract::State};
use serde_json::Value;

use crate::{app::App, present};

#[utoipa::path(get, path = "/v1/environment", operation_id = "getEnvironment")]
pub(super) async fn get(State(app): State<App>) -> Json<Value> {
    Json(present::environment::environment(&app))
}

/// With test keys the libraries ask this way, so that Clerk learns the page's origin. Beadle needs no telling.
#[utoipa::path(patch, path = "/v1/environment", operation_id = "updateEnvironment")]
pub(super) async fn update(State(app): State<App>) -> Json<Value> {
    Json(present::environment::environment(&app))
}
