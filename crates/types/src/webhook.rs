//! The envelope of webhook messages.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{ids::InstanceId, object::EventObject, session::Session, timestamp::Timestamp, user::User};

/// One webhook message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Event<T> {
    /// What the event is about, such as a user or a session.
    pub data: T,
    /// The request that caused the event; left out when the server acted by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_attributes: Option<EventAttributes>,
    /// The instance in which it happened.
    pub instance_id: InstanceId,
    /// Always `event`.
    pub object: EventObject,
    /// When it happened.
    pub timestamp: Timestamp,
    /// What happened, for example `user.updated`.
    #[serde(rename = "type")]
    pub kind: Cow<'static, str>,
}

/// What is known about the cause of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EventAttributes {
    /// The request that caused it.
    pub http_request: HttpRequest,
}

/// The request that caused an event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HttpRequest {
    /// The caller's address; empty if unknown.
    #[serde(default)]
    pub client_ip: String,
    /// The caller's `User-Agent`; empty if unknown.
    #[serde(default)]
    pub user_agent: String,
}

/// The `data` of events about sessions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionEvent {
    /// The session.
    #[serde(flatten)]
    pub session: Session,
    /// Whose it is; null once they are deleted.
    pub user: Option<User>,
}
