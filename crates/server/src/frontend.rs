//! The Frontend API: what a browser may do with its client cookie.

use axum::{Json, Router, extract::State};
use beadle_types::Jwks;
use utoipa_axum::router::OpenApiRouter;

use crate::app::App;

/// All operations, as documented routes.
pub(crate) fn operations() -> OpenApiRouter<App> {
    OpenApiRouter::new()
}

/// The router.
pub(crate) fn router(_app: &App) -> Router<App> {
    operations().split_for_parts().0
}

/// `GET /.well-known/jwks.json`.
pub(crate) async fn jwks(State(app): State<App>) -> Json<Jwks> {
    Json(Jwks { keys: vec![app.instance.jwk()] })
}
