//! `/healthz`: the process answers. `/readyz`: the database does.

use axum::{extract::State, http::StatusCode, response::IntoResponse};

use crate::app::App;

pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

pub(crate) async fn readyz(State(app): State<App>) -> impl IntoResponse {
    match is_ready(&app).await {
        Ok(()) => (StatusCode::OK, "ready\n".to_owned()),
        Err(reason) => (StatusCode::SERVICE_UNAVAILABLE, format!("{reason}\n")),
    }
}

/// Whether requests can be served, or what is missing.
pub(crate) async fn is_ready(app: &App) -> Result<(), &'static str> {
    let ready = async {
        let mut reader = app.store.reader().await?;
        beadle_store::instance::load(&mut reader).await
    };
    match ready.await {
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err("no instance"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            Err("database unavailable")
        }
    }
}
