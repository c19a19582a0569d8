//! Webhooks: the endpoints of a Beadle instance, and the messages that receivers get from Beadle or Clerk.

pub use beadle_token::webhook::WebhookError;
use beadle_token::webhook::WebhookKey;
use beadle_types::{
    DeletedObject, Event, EventId, Page, SvixUrl, Timestamp, WebhookDelivery, WebhookEndpoint,
    WebhookEndpointId, WebhookSecret, WebhookTest,
    params::{
        CreateWebhookEndpoint, ListWebhookDeliveries, ListWebhookEndpoints, ReplayWebhooks,
        UpdateWebhookEndpoint,
    },
};
use http::{HeaderMap, Method};
use serde::de::DeserializeOwned;

use crate::{
    clerk::Clerk,
    clock::{Clock as _, SystemClock},
    request::Request,
};

/// Checks a message of Beadle's or Clerk's as it arrived, and reads its event. `secret` is the endpoint's, `whsec_…`.
///
/// Messages come at least once: remember [`Event::instance_id`] together with the `svix-id` header where doing something
/// twice does harm.
///
/// ```no_run
/// # fn example(secret: &str, headers: &http::HeaderMap, body: &[u8]) -> Result<(), beadle_client::WebhookError> {
/// let event: beadle_client::Event<serde_json::Value> = beadle_client::verify_webhook(secret, headers, body)?;
/// if event.kind == "user.deleted" {
///     println!("{}", event.data["id"]);
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// A message that nobody with the secret has signed within the last five minutes, or that is no event of this kind.
pub fn verify_webhook<T: DeserializeOwned>(
    secret: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Event<T>, WebhookError> {
    verify_webhook_at(secret, headers, body, SystemClock.now())
}

/// As [`verify_webhook`], at a given time; for tests.
///
/// # Errors
/// The same.
pub fn verify_webhook_at<T: DeserializeOwned>(
    secret: &str,
    headers: &HeaderMap,
    body: &[u8],
    now: Timestamp,
) -> Result<Event<T>, WebhookError> {
    let text =
        |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).ok_or(WebhookError::Headers);
    let (id, timestamp) = (text("svix-id")?, text("svix-timestamp")?);
    WebhookKey::parse(secret)?.verify(id, timestamp, text("svix-signature")?, body, now)?;
    serde_json::from_slice(body).map_err(|_| WebhookError::Body)
}

/// Operations on webhook endpoints, which only Beadle has; from [`Clerk::webhook_endpoints`].
#[derive(Clone, Copy, Debug)]
pub struct WebhookEndpoints<'a> {
    clerk: &'a Clerk,
}

impl<'a> WebhookEndpoints<'a> {
    pub(crate) fn new(clerk: &'a Clerk) -> Self {
        Self { clerk }
    }

    fn all<T>(self, method: Method) -> Request<T> {
        Request::new(self.clerk, method, "/v1/beadle/webhook_endpoints")
    }

    fn on<T>(self, method: Method, id: &WebhookEndpointId, action: &str) -> Request<T> {
        Request::new(self.clerk, method, format!("/v1/beadle/webhook_endpoints/{id}{action}"))
    }

    /// A page of endpoints, newest first.
    pub fn list(self, query: &ListWebhookEndpoints) -> Request<Page<WebhookEndpoint>> {
        self.all(Method::GET).query(query)
    }

    /// Makes an endpoint, which is told of what happens from now on.
    pub fn create(self, params: &CreateWebhookEndpoint) -> Request<WebhookEndpoint> {
        self.all(Method::POST).body(params)
    }

    /// One endpoint.
    pub fn get(self, id: &WebhookEndpointId) -> Request<WebhookEndpoint> {
        self.on(Method::GET, id, "")
    }

    /// Changes an endpoint.
    pub fn update(self, id: &WebhookEndpointId, params: &UpdateWebhookEndpoint) -> Request<WebhookEndpoint> {
        self.on(Method::PATCH, id, "").body(params)
    }

    /// Takes an endpoint away.
    pub fn delete(self, id: &WebhookEndpointId) -> Request<DeletedObject> {
        self.on(Method::DELETE, id, "")
    }

    /// What signs its messages.
    pub fn secret(self, id: &WebhookEndpointId) -> Request<WebhookSecret> {
        self.on(Method::GET, id, "/secret")
    }

    /// Gives it a new secret. The old one signs as well for a day.
    pub fn rotate_secret(self, id: &WebhookEndpointId) -> Request<WebhookSecret> {
        self.on(Method::POST, id, "/rotate_secret")
    }

    /// A page of what was sent to it, newest events first.
    pub fn deliveries(
        self,
        id: &WebhookEndpointId,
        query: &ListWebhookDeliveries,
    ) -> Request<Page<WebhookDelivery>> {
        self.on(Method::GET, id, "/deliveries").query(query)
    }

    /// Sends one event once more.
    pub fn redeliver(self, id: &WebhookEndpointId, event: &EventId) -> Request<WebhookDelivery> {
        self.on(Method::POST, id, &format!("/deliveries/{event}/redeliver"))
    }

    /// Sends again what has happened since a time.
    pub fn replay(self, id: &WebhookEndpointId, params: &ReplayWebhooks) -> Request<WebhookEndpoint> {
        self.on(Method::POST, id, "/replay").body(params)
    }

    /// Sends a message that says nothing, and waits for what becomes of it.
    pub fn test(self, id: &WebhookEndpointId) -> Request<WebhookTest> {
        self.on(Method::POST, id, "/test")
    }
}

/// Clerk's operations on webhooks; from [`Clerk::webhooks`].
#[derive(Clone, Copy, Debug)]
pub struct Webhooks<'a> {
    clerk: &'a Clerk,
}

impl<'a> Webhooks<'a> {
    pub(crate) fn new(clerk: &'a Clerk) -> Self {
        Self { clerk }
    }

    /// Makes the instance's app for webhooks.
    pub fn create_svix_app(self) -> Request<SvixUrl> {
        Request::new(self.clerk, Method::POST, "/v1/webhooks/svix")
    }

    /// Takes it away, with all endpoints.
    pub fn delete_svix_app(self) -> Request<()> {
        Request::new(self.clerk, Method::DELETE, "/v1/webhooks/svix")
    }

    /// Where endpoints are managed.
    pub fn generate_svix_auth_url(self) -> Request<SvixUrl> {
        Request::new(self.clerk, Method::POST, "/v1/webhooks/svix_url")
    }
}
