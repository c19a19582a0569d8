//! Sending again what endpoints were told, by hand.

use beadle_domain::Error;
use beadle_store::{
    Conn, UnitOfWork,
    webhook_deliveries::{self, DeliveryRow},
    webhook_endpoints::{self, EndpointRow, Replay},
};
use beadle_types::{EventId, Timestamp, WebhookEndpointId, params::ReplayWebhooks};

use crate::{
    app::App,
    error::{ApiError, ApiResult},
    webhooks::{self, Answer},
};

/// Sends one event once more, now.
///
/// # Errors
/// 404 for an event that was never for this endpoint, or is no longer stored.
pub(crate) async fn redeliver(
    app: &App,
    endpoint_id: WebhookEndpointId,
    event_id: EventId,
) -> ApiResult<DeliveryRow> {
    let delivery = app.store.write(Redeliver { endpoint_id, event_id, now: app.now() }).await?;
    app.webhooks.bell.notify_one();
    Ok(delivery)
}

struct Redeliver {
    endpoint_id: WebhookEndpointId,
    event_id: EventId,
    now: Timestamp,
}

impl UnitOfWork for Redeliver {
    type Output = DeliveryRow;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<DeliveryRow> {
        let (endpoint, event) = (&self.endpoint_id, &self.event_id);
        find(conn, endpoint).await?;
        if !webhook_deliveries::redeliver(conn, endpoint, event, self.now).await? {
            return Err(Error::not_found("event", event).into());
        }
        let delivery = webhook_deliveries::find(conn, endpoint, event).await?;
        Ok(delivery.ok_or_else(|| Error::not_found("event", event))?)
    }
}

/// Sends again what has happened since a time.
///
/// # Errors
/// 404 without the endpoint.
pub(crate) async fn replay(
    app: &App,
    id: WebhookEndpointId,
    params: ReplayWebhooks,
) -> ApiResult<EndpointRow> {
    let replay = Replay {
        at: Timestamp::from_millis(params.since.as_millis().saturating_sub(1)),
        seq: i64::MAX,
        until: app.now(),
        only_missing: params.only_missing.unwrap_or(false),
    };
    let endpoint = app.store.write(BeginReplay { id, replay }).await?;
    app.webhooks.bell.notify_one();
    Ok(endpoint)
}

struct BeginReplay {
    id: WebhookEndpointId,
    replay: Replay,
}

impl UnitOfWork for BeginReplay {
    type Output = EndpointRow;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<EndpointRow> {
        webhook_endpoints::lock_app(conn).await?;
        let endpoint = find(conn, &self.id).await?;
        webhook_endpoints::set_replay(conn, &self.id, Some(self.replay)).await?;
        Ok(endpoint)
    }
}

async fn find(conn: &mut Conn, id: &WebhookEndpointId) -> ApiResult<EndpointRow> {
    let found = webhook_endpoints::find(conn, id).await?;
    Ok(found.ok_or_else(|| Error::not_found("webhook endpoint", id))?)
}

/// Sends a message that says nothing, once, whether or not the endpoint is enabled.
///
/// # Errors
/// 404 without the endpoint.
pub(crate) async fn test(app: &App, id: WebhookEndpointId) -> ApiResult<Answer> {
    let endpoint = webhook_endpoints::find(&mut *app.store.reader().await?, &id).await?;
    let endpoint = endpoint.ok_or_else(|| Error::not_found("webhook endpoint", &id))?;
    let body = webhooks::test_body(&id, app.now(), &app.instance);
    Ok(webhooks::send(app, &endpoint, &app.new_id(EventId::from_parts), body).await)
}
