//! Bodies and queries of the operations on webhook endpoints.

use serde::{Deserialize, Serialize};

use crate::timestamp::Timestamp;

/// Body of `POST /v1/beadle/webhook_endpoints`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateWebhookEndpoint {
    /// Where messages are to be sent.
    pub url: String,
    /// The operator's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The events it is told of; all of Clerk's if not given or empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_types: Option<Vec<String>>,
}

/// Body of `PATCH /v1/beadle/webhook_endpoints/{endpoint_id}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateWebhookEndpoint {
    /// Where messages are to be sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The operator's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The events it is told of; empty for all of Clerk's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_types: Option<Vec<String>>,
    /// Whether messages are sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// Query of `GET /v1/beadle/webhook_endpoints`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
pub struct ListWebhookEndpoints {
    /// How many at most, 1 to 500; 10 if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// How many to pass over; 0 if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<i64>,
}

/// Query of `GET /v1/beadle/webhook_endpoints/{endpoint_id}/deliveries`, newest events first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
pub struct ListWebhookDeliveries {
    /// Only those in this state, a word of [`crate::WebhookDeliveryStatus`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// How many at most, 1 to 500; 10 if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// How many to pass over; 0 if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<i64>,
}

/// Body of `POST /v1/beadle/webhook_endpoints/{endpoint_id}/replay`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReplayWebhooks {
    /// Events from then on are sent again, as far as they are still stored.
    pub since: Timestamp,
    /// Whether those that were delivered are left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_missing: Option<bool>,
}
