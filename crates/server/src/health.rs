//! `/healthz`: the process answers. `/readyz`: the database does.

use axum::{extract::State, http::StatusCode, response::IntoResponse};

use crate::app::App;

pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

pub(crate) async fn readyz(State(app): State<App>) -> impl IntoResponse {
    let ready = async {
        let mut reader = app.store.reader().await?;
        beadle_store::instance::load(&mut reader).await
    };
    match ready.await {
        Ok(Some(_)) => (StatusCode::OK, "ready\n"),
        Ok(None) => (StatusCode::SERVICE_UNAVAILABLE, "no instance\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "database unavailable\n")
        }
    }
}
