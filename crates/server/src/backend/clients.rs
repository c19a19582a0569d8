//! Clients, for the application's server.

use axum::{Json, extract::State};
use beadle_domain::{Error, secret::token_hash};
use beadle_store::{
    clients::{self, ClientRow, ListClients},
    sessions,
};
use beadle_types::{
    ApiVersion, ClientId, KnownClient, Listed,
    params::{self, VerifyClient},
    versions::AsOf,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::paging;
use crate::{
    actions::handshake,
    app::App,
    error::ApiResult,
    extract::{self, Id, Query, Version},
    present::client::known_client,
};

async fn shown(app: &App, row: &ClientRow, version: ApiVersion) -> ApiResult<Json<AsOf<KnownClient>>> {
    let now = app.now();
    let sessions = sessions::of_client(&mut *app.store.reader().await?, &row.id, now).await?;
    Ok(Json(AsOf { object: known_client(row, &sessions, now), version }))
}

#[utoipa::path(
    get,
    path = "/v1/clients",
    operation_id = "GetClientList",
    params(params::ListPage),
    responses((status = 200, body = Listed<KnownClient>))
)]
pub(super) async fn list(
    State(app): State<App>,
    Version(version): Version,
    Query(page): Query<params::ListPage>,
) -> ApiResult<Json<AsOf<Listed<KnownClient>>>> {
    let (limit, offset) = paging::check_alone(page.limit, page.offset)?;
    let now = app.now();
    let with_total = page.paginated.unwrap_or(false);
    let (rows, total) = app.store.scan(ListClients { limit, offset, with_total, now }).await?;
    let data: Vec<_> = rows.iter().map(|(row, sessions)| known_client(row, sessions, now)).collect();
    Ok(Json(AsOf { object: Listed::new(data, total), version }))
}

#[utoipa::path(
    get,
    path = "/v1/clients/{client_id}",
    operation_id = "GetClient",
    responses((status = 200, body = KnownClient))
)]
pub(super) async fn get(
    State(app): State<App>,
    Version(version): Version,
    Id(id): Id<ClientId>,
) -> ApiResult<Json<AsOf<KnownClient>>> {
    let row = clients::find(&mut *app.store.reader().await?, &id).await?;
    shown(&app, &row.ok_or_else(|| Error::not_found("client", &id))?, version).await
}

/// The secret itself is not repeated in the answer to one that is nobody's.
#[utoipa::path(
    post,
    path = "/v1/clients/verify",
    operation_id = "VerifyClient",
    request_body = VerifyClient,
    responses((status = 200, body = KnownClient))
)]
pub(super) async fn verify(
    State(app): State<App>,
    Version(version): Version,
    extract::Json(given): extract::Json<VerifyClient>,
) -> ApiResult<Json<AsOf<KnownClient>>> {
    if given.token.is_empty() {
        return Err(Error::param_missing("token").into());
    }
    let hash = token_hash(&given.token);
    let row = clients::find_by_token(&mut *app.store.reader().await?, &hash).await?;
    shown(&app, &row.ok_or_else(Error::nothing_found)?, version).await
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PayloadQuery {
    nonce: Option<String>,
}

/// The cookies that a handshake left for the server.
#[derive(Serialize, ToSchema)]
pub(super) struct HandshakePayload {
    directives: Vec<String>,
}

#[utoipa::path(
    get,
    path = "/v1/clients/handshake_payload",
    operation_id = "getHandshakePayload",
    params(PayloadQuery),
    responses((status = 200, body = HandshakePayload))
)]
pub(super) async fn handshake_payload(
    State(app): State<App>,
    Query(query): Query<PayloadQuery>,
) -> ApiResult<Json<HandshakePayload>> {
    let nonce = query.nonce.ok_or_else(|| Error::param_missing("nonce"))?;
    Ok(Json(HandshakePayload { directives: handshake::fetch(&app, &nonce).await? }))
}
