//! What webhook endpoints were told: Beadle's own operations.

use axum::{Json, extract::State};
use beadle_domain::{Error, Findings};
use beadle_store::{webhook_deliveries::ListDeliveries, webhook_endpoints};
use beadle_types::{
    EventId, Page, WebhookDelivery, WebhookDeliveryStatus, WebhookEndpoint, WebhookEndpointId, WebhookTest,
    object::WebhookTestObject,
    params::{ListWebhookDeliveries, ReplayWebhooks},
};

use super::paging;
use crate::{
    actions::webhook_delivery,
    app::App,
    error::ApiResult,
    extract::{self, Id, ListQuery, SubId},
    present,
};

#[utoipa::path(
    get,
    path = "/v1/beadle/webhook_endpoints/{endpoint_id}/deliveries",
    operation_id = "ListWebhookDeliveries",
    params(ListWebhookDeliveries),
    responses((status = 200, body = Page<WebhookDelivery>))
)]
pub(super) async fn list(
    State(app): State<App>,
    Id(endpoint_id): Id<WebhookEndpointId>,
    ListQuery(query): ListQuery<ListWebhookDeliveries>,
) -> ApiResult<Json<Page<WebhookDelivery>>> {
    let mut findings = Findings::default();
    let (limit, offset) = paging::check(query.limit, query.offset, &mut findings);
    let states = [
        ("pending", WebhookDeliveryStatus::Pending),
        ("delivered", WebhookDeliveryStatus::Delivered),
        ("failed", WebhookDeliveryStatus::Failed),
    ];
    let status = paging::word("status", query.status.as_deref(), &states, &mut findings);
    findings.finish()?;
    let endpoint = webhook_endpoints::find(&mut *app.store.reader().await?, &endpoint_id).await?;
    endpoint.ok_or_else(|| Error::not_found("webhook endpoint", &endpoint_id))?;
    let (rows, total_count) = app.store.scan(ListDeliveries { endpoint_id, status, limit, offset }).await?;
    Ok(Json(Page { data: rows.into_iter().map(present::webhook::delivery).collect(), total_count }))
}

#[utoipa::path(
    post,
    path = "/v1/beadle/webhook_endpoints/{endpoint_id}/deliveries/{event_id}/redeliver",
    operation_id = "RedeliverWebhook",
    responses((status = 200, body = WebhookDelivery))
)]
pub(super) async fn redeliver(
    State(app): State<App>,
    Id(endpoint_id): Id<WebhookEndpointId>,
    SubId(event_id): SubId<EventId>,
) -> ApiResult<Json<WebhookDelivery>> {
    let delivery = webhook_delivery::redeliver(&app, endpoint_id, event_id).await?;
    Ok(Json(present::webhook::delivery(delivery)))
}

#[utoipa::path(
    post,
    path = "/v1/beadle/webhook_endpoints/{endpoint_id}/replay",
    operation_id = "ReplayWebhooks",
    request_body = ReplayWebhooks,
    responses((status = 200, body = WebhookEndpoint))
)]
pub(super) async fn replay(
    State(app): State<App>,
    Id(id): Id<WebhookEndpointId>,
    extract::Json(params): extract::Json<ReplayWebhooks>,
) -> ApiResult<Json<WebhookEndpoint>> {
    Ok(Json(present::webhook::endpoint(webhook_delivery::replay(&app, id, params).await?)))
}

#[utoipa::path(
    post,
    path = "/v1/beadle/webhook_endpoints/{endpoint_id}/test",
    operation_id = "TestWebhookEndpoint",
    responses((status = 200, body = WebhookTest))
)]
pub(super) async fn test(
    State(app): State<App>,
    Id(id): Id<WebhookEndpointId>,
) -> ApiResult<Json<WebhookTest>> {
    let answer = webhook_delivery::test(&app, id).await?;
    Ok(Json(WebhookTest {
        object: WebhookTestObject,
        delivered: answer.error.is_none(),
        response_status: answer.status,
        error: answer.error,
    }))
}
