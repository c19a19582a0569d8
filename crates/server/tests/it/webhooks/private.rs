//! Endpoints on addresses that are not public.

use beadle_server::config::WebhooksConfig;
use beadle_testkit::{Engine, TestApp, WebhookSink, json};

use super::{get, post, text};

async fn app() -> TestApp {
    let webhooks = WebhooksConfig::default();
    assert!(!webhooks.allow_private_addresses);
    TestApp::builder(Engine::Sqlite).webhooks(webhooks).start().await
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_written_out_are_refused_at_once() {
    let app = app().await;
    for host in
        ["127.0.0.1", "10.0.0.1", "169.254.169.254", "[::1]", "[::ffff:10.0.0.1]", "2130706433", "0x7f.1"]
    {
        let body = json!({"url": format!("https://{host}/hooks")});
        post(&app, "", &body).await.refused_for(422, "form_param_value_invalid", "url");
    }
    let plain = json!({"url": "http://a.example"});
    post(&app, "", &plain).await.refused_for(422, "form_param_format_invalid", "url");
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_lead_to_private_addresses_are_refused_when_they_are_looked_up() {
    let app = app().await;
    let sink = WebhookSink::start().await;
    let port = sink.url.rsplit(':').next().unwrap();
    let url = format!("https://localhost:{port}");
    let id = text(&post(&app, "", &json!({"url": url})).await.ok()["id"]).to_owned();
    app.user("ada@example.com").await;
    assert_eq!(app.deliver_webhooks().await, 1);
    let log = get(&app, &format!("/{id}/deliveries")).await.ok();
    let error = text(&log["data"][0]["error"]);
    assert!(error.contains("no public address"), "{error}");
    assert!(sink.drain().is_empty());
}
