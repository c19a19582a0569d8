//! Messages as receivers get them.

use beadle_store::{outbox::EventRow, webhook_endpoints::EndpointRow};
use beadle_token::webhook::WebhookKey;
use beadle_types::{Event, EventAttributes, EventId, Timestamp, WebhookEndpointId, object::EventObject};
use serde_json::{Value, json};

use crate::{Error, instance::Instance};

/// The body: the event in Clerk's envelope.
pub(super) fn body(event: &EventRow, instance: &Instance) -> Result<Vec<u8>, Error> {
    let broken = |error: serde_json::Error| Error::Setup(format!("stored event {}: {error}", event.id));
    let mut data: Value = serde_json::from_str(&event.data).map_err(broken)?;
    if let Some(sealed) = data["sealed"].as_str() {
        data = serde_json::from_slice(&instance.unseal(sealed)?).map_err(broken)?;
    }
    let http_request = event.http_request.as_deref().map(serde_json::from_str).transpose().map_err(broken)?;
    // Receivers look into the attributes without asking whether they are there.
    let attributes = EventAttributes { http_request: http_request.unwrap_or_default() };
    Ok(enveloped(event.kind.clone(), data, attributes, event.created_at, instance))
}

/// The body of a test message.
pub(crate) fn test_body(id: &WebhookEndpointId, now: Timestamp, instance: &Instance) -> Vec<u8> {
    let data = json!({"object": "webhook_endpoint", "id": id});
    let attributes = EventAttributes { http_request: crate::cause::current().unwrap_or_default() };
    enveloped("beadle.test".to_owned(), data, attributes, now, instance)
}

fn enveloped(
    kind: String,
    data: Value,
    attributes: EventAttributes,
    at: Timestamp,
    instance: &Instance,
) -> Vec<u8> {
    let event = Event {
        data,
        event_attributes: Some(attributes),
        instance_id: instance.id.clone(),
        object: EventObject,
        timestamp: at,
        kind: kind.into(),
    };
    serde_json::to_vec(&event).unwrap_or_default()
}

/// `svix-signature`: by the endpoint's secret, and for a while by the one before.
pub(super) fn signatures(
    endpoint: &EndpointRow,
    (id, at): (&EventId, Timestamp),
    body: &[u8],
    instance: &Instance,
) -> Result<String, Error> {
    let old = endpoint.old_secret.as_ref().filter(|(_, expire_at)| *expire_at > at);
    let sealed = std::iter::once(&endpoint.secret).chain(old.map(|(secret, _)| secret));
    let sign = |sealed: &String| {
        let key = WebhookKey::new(&instance.unseal(sealed)?);
        Ok(key.sign(id.as_str(), at, body))
    };
    Ok(sealed.map(sign).collect::<Result<Vec<_>, Error>>()?.join(" "))
}
