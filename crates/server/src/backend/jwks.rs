//! The keys that session tokens are verified with.

use axum::{Json, extract::State};
use beadle_types::Jwks;

use crate::app::App;

#[utoipa::path(get, path = "/v1/jwks", operation_id = "GetJWKS", responses((status = 200, body = Jwks)))]
pub(super) async fn get(State(app): State<App>) -> Json<Jwks> {
    Json(Jwks { keys: vec![app.instance.jwk()] })
}
