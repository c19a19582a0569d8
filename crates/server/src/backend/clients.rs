//! Clients, for the application's server.

use axum::{Json, extract::State};
use beadle_domain::Error;
use serde::{Deserialize, Serialize};

use crate::{actions::handshake, app::App, error::ApiResult, extract::Query};

#[derive(Deserialize)]
pub(super) struct PayloadQuery {
    nonce: Option<String>,
}

/// The cookies that a handshake left for the server.
#[derive(Serialize)]
pub(super) struct HandshakePayload {
    directives: Vec<String>,
}

#[utoipa::path(get, path = "/v1/clients/handshake_payload", operation_id = "getHandshakePayload")]
pub(super) async fn handshake_payload(
    State(app): State<App>,
    Query(query): Query<PayloadQuery>,
) -> ApiResult<Json<HandshakePayload>> {
    let nonce = query.nonce.ok_or_else(|| Error::param_missing("nonce"))?;
    Ok(Json(HandshakePayload { directives: handshake::fetch(&app, &nonce).await? }))
}
