//! Webhooks: what happens is told to endpoints, signed, in order and at least once.

mod delivery;
mod endpoints;
mod events;
mod private;

use beadle_testkit::{Message, TestApp, TestResponse, Value, WebhookSink, json};

const ENDPOINTS: &str = "/v1/beadle/webhook_endpoints";

async fn post(app: &TestApp, path: &str, body: &Value) -> TestResponse {
    app.backend().post(&format!("{ENDPOINTS}{path}")).json(body).send().await
}

async fn get(app: &TestApp, path: &str) -> TestResponse {
    app.backend().get(&format!("{ENDPOINTS}{path}")).send().await
}

/// An endpoint with a filter; its id.
async fn endpoint(app: &TestApp, sink: &WebhookSink, event_types: &[&str]) -> String {
    let body = json!({"url": sink.url, "event_types": event_types});
    text(&post(app, "", &body).await.ok()["id"]).to_owned()
}

async fn secret(app: &TestApp, endpoint: &str) -> String {
    text(&get(app, &format!("/{endpoint}/secret")).await.ok()["secret"]).to_owned()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn kinds(messages: &[Message]) -> Vec<&str> {
    messages.iter().map(Message::kind).collect()
}
