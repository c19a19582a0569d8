//! Webhook endpoints: Beadle's own operations.

use axum::{Json, extract::State};
use beadle_domain::Error;
use beadle_store::webhook_endpoints::{self, ListEndpoints};
use beadle_types::{
    DeletedObject, Page, WebhookEndpoint, WebhookEndpointId, WebhookSecret,
    params::{CreateWebhookEndpoint, ListWebhookEndpoints, UpdateWebhookEndpoint},
};

use super::paging;
use crate::{
    actions::webhook_endpoint,
    app::App,
    error::{ApiError, ApiResult},
    extract::{self, Id, Query},
    present,
};

#[utoipa::path(
    get,
    path = "/v1/beadle/webhook_endpoints",
    operation_id = "ListWebhookEndpoints",
    params(ListWebhookEndpoints),
    responses((status = 200, body = Page<WebhookEndpoint>))
)]
pub(super) async fn list(
    State(app): State<App>,
    Query(query): Query<ListWebhookEndpoints>,
) -> ApiResult<Json<Page<WebhookEndpoint>>> {
    let (limit, offset) = paging::check_alone(query.limit, query.offset)?;
    let (rows, total_count) = app.store.scan(ListEndpoints { limit, offset }).await?;
    Ok(Json(Page { data: rows.into_iter().map(present::webhook::endpoint).collect(), total_count }))
}

#[utoipa::path(
    post,
    path = "/v1/beadle/webhook_endpoints",
    operation_id = "CreateWebhookEndpoint",
    request_body = CreateWebhookEndpoint,
    responses((status = 200, body = WebhookEndpoint))
)]
pub(super) async fn create(
    State(app): State<App>,
    extract::Json(params): extract::Json<CreateWebhookEndpoint>,
) -> ApiResult<Json<WebhookEndpoint>> {
    Ok(Json(present::webhook::endpoint(webhook_endpoint::create(&app, params).await?)))
}

#[utoipa::path(
    get,
    path = "/v1/beadle/webhook_endpoints/{endpoint_id}",
    operation_id = "GetWebhookEndpoint",
    responses((status = 200, body = WebhookEndpoint))
)]
pub(super) async fn get(
    State(app): State<App>,
    Id(id): Id<WebhookEndpointId>,
) -> ApiResult<Json<WebhookEndpoint>> {
    let found = webhook_endpoints::find(&mut *app.store.reader().await?, &id).await?;
    let found = found.ok_or_else(|| Error::not_found("webhook endpoint", &id))?;
    Ok(Json(present::webhook::endpoint(found)))
}

#[utoipa::path(
    patch,
    path = "/v1/beadle/webhook_endpoints/{endpoint_id}",
    operation_id = "UpdateWebhookEndpoint",
    request_body = UpdateWebhookEndpoint,
    responses((status = 200, body = WebhookEndpoint))
)]
pub(super) async fn update(
    State(app): State<App>,
    Id(id): Id<WebhookEndpointId>,
    extract::Json(params): extract::Json<UpdateWebhookEndpoint>,
) -> ApiResult<Json<WebhookEndpoint>> {
    Ok(Json(present::webhook::endpoint(webhook_endpoint::update(&app, id, params).await?)))
}

#[utoipa::path(
    delete,
    path = "/v1/beadle/webhook_endpoints/{endpoint_id}",
    operation_id = "DeleteWebhookEndpoint",
    responses((status = 200, body = DeletedObject))
)]
pub(super) async fn delete(
    State(app): State<App>,
    Id(id): Id<WebhookEndpointId>,
) -> ApiResult<Json<DeletedObject>> {
    webhook_endpoint::delete(&app, id.clone()).await?;
    Ok(Json(DeletedObject::new("webhook_endpoint", id.as_str())))
}

#[utoipa::path(
    get,
    path = "/v1/beadle/webhook_endpoints/{endpoint_id}/secret",
    operation_id = "GetWebhookEndpointSecret",
    responses((status = 200, body = WebhookSecret))
)]
pub(super) async fn secret(
    State(app): State<App>,
    Id(id): Id<WebhookEndpointId>,
) -> ApiResult<Json<WebhookSecret>> {
    let found = webhook_endpoints::find(&mut *app.store.reader().await?, &id).await?;
    let found = found.ok_or_else(|| Error::not_found("webhook endpoint", &id))?;
    Ok(Json(present::webhook::secret(found, &app.instance, app.now()).map_err(ApiError::internal)?))
}

#[utoipa::path(
    post,
    path = "/v1/beadle/webhook_endpoints/{endpoint_id}/rotate_secret",
    operation_id = "RotateWebhookEndpointSecret",
    responses((status = 200, body = WebhookSecret))
)]
pub(super) async fn rotate_secret(
    State(app): State<App>,
    Id(id): Id<WebhookEndpointId>,
) -> ApiResult<Json<WebhookSecret>> {
    let rotated = webhook_endpoint::rotate_secret(&app, id).await?;
    Ok(Json(present::webhook::secret(rotated, &app.instance, app.now()).map_err(ApiError::internal)?))
}
