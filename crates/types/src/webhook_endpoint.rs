//! Webhook endpoints and what was delivered to them: Beadle's own operations, since Clerk leaves both to Svix.

use serde::{Deserialize, Serialize};

use crate::{
    ids::{EventId, WebhookEndpointId},
    object::{WebhookDeliveryObject, WebhookEndpointObject, WebhookSecretObject, WebhookTestObject},
    timestamp::Timestamp,
};

/// Who is told of events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookEndpoint {
    /// Always `webhook_endpoint`.
    pub object: WebhookEndpointObject,
    /// Its id.
    pub id: WebhookEndpointId,
    /// Where messages are sent.
    pub url: String,
    /// The operator's words.
    pub description: String,
    /// The events it is told of; empty for all of Clerk's.
    pub event_types: Vec<String>,
    /// Whether messages are sent.
    pub enabled: bool,
    /// Why not: `manually`, `failing` or `gone`.
    pub disabled_reason: Option<String>,
    /// The first of the failures since something was delivered.
    pub failing_since: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What signs the messages of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookSecret {
    /// Always `webhook_secret`.
    pub object: WebhookSecretObject,
    /// The endpoint.
    pub endpoint_id: WebhookEndpointId,
    /// `whsec_…`.
    pub secret: String,
    /// Until when the secret before it signs as well; null once it does not.
    pub old_secret_expires_at: Option<Timestamp>,
}

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WebhookDeliveryStatus {
    /// It is to be sent, or to be sent again.
    Pending,
    /// The receiver has taken it.
    Delivered,
    /// All attempts have failed.
    Failed,
}

/// A message to an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookDelivery {
    /// Always `webhook_delivery`.
    pub object: WebhookDeliveryObject,
    /// To whom.
    pub endpoint_id: WebhookEndpointId,
    /// The event, and the `svix-id` of the message.
    pub event_id: EventId,
    /// What happened, for example `user.updated`.
    pub event_type: String,
    /// Messages about one subject are delivered in order.
    pub subject: String,
    /// Where it stands.
    pub status: WebhookDeliveryStatus,
    /// How often it was sent.
    pub attempts: i64,
    /// The receiver's last answer; null if there was none.
    pub response_status: Option<i64>,
    /// Why the last attempt failed.
    pub error: Option<String>,
    /// When it was last sent.
    pub attempted_at: Option<Timestamp>,
    /// When the event happened.
    pub created_at: Timestamp,
}

/// How a test message fared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookTest {
    /// Always `webhook_test`.
    pub object: WebhookTestObject,
    /// Whether the receiver has taken it.
    pub delivered: bool,
    /// The receiver's answer; null if there was none.
    pub response_status: Option<i64>,
    /// Why it was not taken.
    pub error: Option<String>,
}

/// The answer of Clerk's operations on the Svix app: where endpoints are managed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SvixUrl {
    /// The address.
    pub svix_url: String,
}
