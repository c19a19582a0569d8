//! Webhook endpoints and deliveries.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use beadle_store::{webhook_deliveries::DeliveryRow, webhook_endpoints::EndpointRow};
use beadle_token::webhook::SECRET_PREFIX;
use beadle_types::{
    Timestamp, WebhookDelivery, WebhookEndpoint, WebhookSecret,
    object::{WebhookDeliveryObject, WebhookEndpointObject, WebhookSecretObject},
};

use crate::{Error, instance::Instance};

/// The endpoint, without what signs.
pub(crate) fn endpoint(row: EndpointRow) -> WebhookEndpoint {
    WebhookEndpoint {
        object: WebhookEndpointObject,
        id: row.id,
        url: row.url,
        description: row.description,
        event_types: row.event_types,
        enabled: row.enabled,
        disabled_reason: row.disabled_reason,
        failing_since: row.failing_since,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

/// What signs.
pub(crate) fn secret(row: EndpointRow, instance: &Instance, now: Timestamp) -> Result<WebhookSecret, Error> {
    let bytes = instance.unseal(&row.secret)?;
    Ok(WebhookSecret {
        object: WebhookSecretObject,
        endpoint_id: row.id,
        secret: format!("{SECRET_PREFIX}{}", STANDARD.encode(bytes)),
        old_secret_expires_at: row.old_secret.map(|(_, expire_at)| expire_at).filter(|at| *at > now),
    })
}

/// The delivery.
pub(crate) fn delivery(row: DeliveryRow) -> WebhookDelivery {
    WebhookDelivery {
        object: WebhookDeliveryObject,
        endpoint_id: row.endpoint_id,
        event_id: row.event_id,
        event_type: row.kind,
        subject: row.subject,
        status: row.status,
        attempts: row.attempts,
        response_status: row.response_status,
        error: row.error,
        attempted_at: row.attempted_at,
        created_at: row.created_at,
    }
}
