//! Webhooks: endpoints, and messages that are believed or not.

use beadle_client::{Event, Timestamp, WebhookError, params::CreateWebhookEndpoint, verify_webhook_at};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use crate::stub::{Stub, ok};

/// The example of Svix's documentation.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const NOW: Timestamp = Timestamp::from_secs(1_614_265_330);

fn headers(signature: &str) -> HeaderMap {
    let pairs = [("svix-id", ID), ("svix-timestamp", "1614265330"), ("svix-signature", signature)];
    pairs
        .into_iter()
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).expect("ASCII")))
        .collect()
}

#[test]
fn a_message_is_read_when_it_is_signed() {
    let body = br#"{"object":"event","type":"user.deleted","timestamp":1,"instance_id":"ins_1","event_attributes":{"http_request":{"client_ip":"1.2.3.4","user_agent":"x"}},"data":{"id":"user_1","deleted":true}}"#;
    let key = beadle_token::webhook::WebhookKey::parse(SECRET).unwrap();
    let signed = headers(&key.sign(ID, NOW, body));
    let event: Event<Value> = verify_webhook_at(SECRET, &signed, body, NOW).unwrap();
    assert_eq!((&*event.kind, &event.data["id"]), ("user.deleted", &json!("user_1")));
    assert_eq!(event.event_attributes.unwrap().http_request.client_ip, "1.2.3.4");

    let read =
        |headers: &HeaderMap, body: &[u8], now| verify_webhook_at::<Value>(SECRET, headers, body, now).err();
    assert_eq!(read(&signed, b"{}", NOW), Some(WebhookError::Signature));
    assert_eq!(read(&HeaderMap::new(), body, NOW), Some(WebhookError::Headers));
    assert_eq!(read(&signed, body, Timestamp::from_secs(1_614_265_631)), Some(WebhookError::Time));
    let example = br#"{"test": 2432232314}"#;
    let published = headers("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    assert_eq!(read(&published, example, NOW), Some(WebhookError::Body), "it is signed, but no event");
}

#[tokio::test]
async fn endpoints_are_made_through_the_server() {
    let endpoint = json!({
        "object": "webhook_endpoint", "id": "ep_1", "url": "https://a.example", "description": "", "event_types": [],
        "enabled": true, "disabled_reason": null, "failing_since": null, "created_at": 1, "updated_at": 1,
    });
    let stub = Stub::start([ok(&endpoint)]).await;
    let params =
        CreateWebhookEndpoint { url: "https://a.example".into(), ..CreateWebhookEndpoint::default() };
    let made = stub.clerk().webhook_endpoints().create(&params).await.unwrap();
    assert_eq!(made.id.as_str(), "ep_1");
    let received = &stub.received()[0];
    assert!(received.line.starts_with("POST /v1/beadle/webhook_endpoints"), "{}", received.line);
    assert_eq!(received.body, r#"{"url":"https://a.example"}"#);
}
