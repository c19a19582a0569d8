//! One attempt at a message.

use beadle_domain::webhook;
use beadle_store::{
    Conn, UnitOfWork,
    webhook_deliveries::{self, Due},
    webhook_endpoints::{self, EndpointRow},
};
use beadle_types::{EventId, Timestamp, WebhookDeliveryStatus};
use http::{StatusCode, header};
use url::Url;

use super::message;
use crate::{
    app::App,
    outgoing::{self, excerpt},
};

/// Bytes of an answer that are read.
const MAX_ANSWER: usize = 16 * 1024;

/// What came of sending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The receiver's status.
    pub(crate) status: Option<i64>,
    /// Why the message was not taken.
    pub(crate) error: Option<String>,
}

/// Sends a message, signed as of now.
pub(crate) async fn send(app: &App, endpoint: &EndpointRow, id: &EventId, body: Vec<u8>) -> Answer {
    match try_send(app, endpoint, id, body).await {
        Ok(answer) => answer,
        Err(error) => Answer { status: None, error: Some(error) },
    }
}

async fn try_send(app: &App, endpoint: &EndpointRow, id: &EventId, body: Vec<u8>) -> Result<Answer, String> {
    let now = app.now();
    let signatures = message::signatures(endpoint, (id, now), &body, &app.instance);
    let signatures = signatures.map_err(|error| error.to_string())?;
    let url = Url::parse(&endpoint.url).map_err(|error| error.to_string())?;
    let outgoing = app.webhooks.outgoing()?;
    let request = outgoing
        .post(&url)
        .header(header::CONTENT_TYPE, "application/json")
        .header("svix-id", id.as_str())
        .header("svix-timestamp", now.as_secs())
        .header("svix-signature", signatures)
        .body(body)
        .build();
    let mut response = outgoing.send(request.map_err(|error| outgoing::plain(&error))?).await?;
    let status = response.status();
    let read = outgoing::read(&mut response, MAX_ANSWER).await;
    // A receiver that has said yes has the message, whatever becomes of the rest of its answer.
    let error = (!status.is_success()).then(|| {
        let said = read.map(|(body, _)| excerpt(&body)).unwrap_or_default();
        format!("answered {status}{}{said}", if said.is_empty() { "" } else { ": " })
    });
    Ok(Answer { status: Some(i64::from(status.as_u16())), error })
}

/// Sends the oldest delivery of a queue, and records what came of it.
pub(super) async fn attempt(app: App, endpoint: EndpointRow, due: Due, claimed_until: Timestamp) {
    let answer = match message::body(&due.event, &app.instance) {
        Ok(body) => send(&app, &endpoint, &due.event.id, body).await,
        Err(error) => Answer { status: None, error: Some(error.to_string()) },
    };
    app.metrics.webhooks.record(answer.error.is_none());
    let now = app.now();
    let attempts = due.attempts + 1;
    let pause = webhook::pause(attempts, &*app.rng);
    let (status, due_at) = match (&answer.error, pause) {
        (None, _) => (WebhookDeliveryStatus::Delivered, now),
        (Some(_), Some(pause)) => (WebhookDeliveryStatus::Pending, now.plus(pause)),
        (Some(_), None) => (WebhookDeliveryStatus::Failed, now),
    };
    if let Some(error) = &answer.error {
        tracing::debug!(endpoint = %endpoint.id, event = %due.event.id, attempts, error, "webhook not delivered");
    }
    let settle = Settle { endpoint, due, answer, attempts, status, due_at, claimed_until, now };
    match app.store.write(settle).await {
        Ok(None) => {}
        Ok(Some(disabled)) => tracing::warn!(endpoint = disabled, "webhook endpoint disabled"),
        // The claim runs out, and it is sent again.
        Err(error) => tracing::warn!(%error, "outcome of a webhook not recorded"),
    }
}

struct Settle {
    endpoint: EndpointRow,
    due: Due,
    answer: Answer,
    attempts: i64,
    status: WebhookDeliveryStatus,
    due_at: Timestamp,
    claimed_until: Timestamp,
    now: Timestamp,
}

impl UnitOfWork for Settle {
    /// The endpoint, where this was the end of it.
    type Output = Option<String>;
    type Error = beadle_store::Error;

    async fn run(&self, conn: &mut Conn) -> Result<Self::Output, Self::Error> {
        let attempt = webhook_deliveries::Attempt {
            endpoint_id: &self.endpoint.id,
            seq: self.due.event.seq,
            subject: &self.due.event.subject,
            attempts: self.attempts,
            status: self.status,
            response_status: self.answer.status,
            error: self.answer.error.as_deref(),
            at: self.now,
            claimed_until: self.claimed_until,
            due_at: self.due_at,
        };
        webhook_deliveries::settle(conn, &attempt).await?;
        let id = &self.endpoint.id;
        if self.answer.error.is_none() {
            webhook_endpoints::worked(conn, id).await?;
            return Ok(None);
        }
        let Some((failures, since)) = webhook_endpoints::failed(conn, id, self.now).await? else {
            return Ok(None);
        };
        let reason = if self.answer.status == Some(i64::from(StatusCode::GONE.as_u16())) {
            "gone"
        } else if webhook::is_given_up(since, failures, self.now) {
            "failing"
        } else {
            return Ok(None);
        };
        webhook_endpoints::disable(conn, id, reason, self.now).await?;
        Ok(Some(id.to_string()))
    }
}
