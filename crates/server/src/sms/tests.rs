//! The worker against a real store and a gateway that speaks HTTP.

mod sink;

use std::time::Duration;

use beadle_store::mails::{Channel, MailRow};
use beadle_types::{MailId, Timestamp};
use http::StatusCode;
use sink::{Answer, Sink};

use super::*;
use crate::{
    config::{Config, Overrides, SmsOverrides},
    mail::{Mailer, Worker, tests::Outbox},
};

const NUMBER: &str = "+14158675309";

async fn queue(outbox: &Outbox, number: u8, kind: &str) {
    outbox
        .add(MailRow {
            id: MailId::from_parts(Timestamp::from_secs(1_700_000_000), [number; 16]),
            channel: Channel::Sms,
            kind: kind.to_owned(),
            recipient: NUMBER.to_owned(),
            subject: String::new(),
            body: "123456 is your \"code\" & more".to_owned(),
            html: None,
            attempts: 0,
            created_at: outbox.now(),
            event: None,
        })
        .await;
}

fn config(url: &str, change: impl FnOnce(&mut SmsOverrides)) -> SmsConfig {
    let mut sms = SmsOverrides {
        url: Some(url.to_owned()),
        authorization: Some("Bearer gateway-secret".into()),
        from: Some("Acme".to_owned()),
        timeout_seconds: Some("1".to_owned()),
        ..SmsOverrides::default()
    };
    change(&mut sms);
    let overrides = Overrides { sms, ..Overrides::default() };
    Config::from_sources(None, overrides).unwrap().sms.unwrap()
}

fn worker(outbox: &Outbox, config: &SmsConfig) -> Worker {
    outbox.worker(Mailer::for_sms(Some(config)).unwrap())
}

fn count(outbox: &Outbox, outcome: &'static str) -> u64 {
    outbox.deliveries.count(Channel::Sms, outcome)
}

#[tokio::test]
async fn an_sms_reaches_the_gateway_once() {
    let (outbox, sink) = (Outbox::open().await, Sink::start([Answer::Status(StatusCode::CREATED)]).await);
    let worker = worker(&outbox, &config(&sink.url(), |_| {}));
    queue(&outbox, 1, "verification_code").await;
    assert_eq!(worker.send_due().await.unwrap(), 1);
    outbox.advance(1_000_000);
    assert_eq!(worker.send_due().await.unwrap(), 0);

    let received = sink.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].header("content-type"), "application/json");
    assert_eq!(received[0].header("authorization"), "Bearer gateway-secret");
    let body: serde_json::Value = serde_json::from_str(&received[0].body).unwrap();
    let id = received[0].header("idempotency-key");
    assert!(id.starts_with("mail_"), "{id}");
    let expected = serde_json::json!({
        "to": NUMBER,
        "from": "Acme",
        "body": "123456 is your \"code\" & more",
        "kind": "verification_code",
        "id": id,
    });
    assert_eq!(body, expected);
    assert_eq!(count(&outbox, "sent"), 1);
    assert!(outbox.stored().await.is_empty(), "a sent SMS keeps no text");
}

#[tokio::test]
async fn a_form_is_a_matter_of_settings() {
    let (outbox, sink) = (Outbox::open().await, Sink::start([Answer::Status(StatusCode::OK)]).await);
    let config = config(&sink.url(), |given| {
        given.content_type = Some("application/x-www-form-urlencoded".to_owned());
        given.body =
            Some("To={{ to|urlencode }}&From={{ from|urlencode }}&Body={{ body|urlencode }}".to_owned());
    });
    queue(&outbox, 1, "notice").await;
    assert_eq!(worker(&outbox, &config).send_due().await.unwrap(), 1);
    let received = sink.received();
    assert_eq!(received[0].header("content-type"), "application/x-www-form-urlencoded");
    let pairs: Vec<_> = form_urlencoded::parse(received[0].body.as_bytes()).into_owned().collect();
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(pairs, [("To", NUMBER), ("From", "Acme"), ("Body", "123456 is your \"code\" & more")]);
}

#[tokio::test]
async fn an_sms_is_tried_again_under_the_same_key() {
    let busy = [StatusCode::SERVICE_UNAVAILABLE, StatusCode::TOO_MANY_REQUESTS, StatusCode::REQUEST_TIMEOUT];
    let answers = busy.into_iter().chain([StatusCode::OK]).map(Answer::Status);
    let (outbox, sink) = (Outbox::open().await, Sink::start(answers).await);
    let worker = worker(&outbox, &config(&sink.url(), |_| {}));
    queue(&outbox, 1, "notice").await;
    queue_is_idle_for(&outbox, &worker, [10, 60, 300]).await;
    assert_eq!(worker.send_due().await.unwrap(), 1);
    outbox.advance(1_000_000);
    assert_eq!(worker.send_due().await.unwrap(), 0);

    let keys: Vec<_> = sink.received().iter().map(|request| request.header("idempotency-key")).collect();
    assert_eq!(keys.len(), 4);
    assert!(keys.iter().all(|key| *key == keys[0] && !key.is_empty()), "{keys:?}");
    assert_eq!((count(&outbox, "deferred"), count(&outbox, "sent")), (3, 1));
}

/// Each attempt fails, and nothing is due before its pause is over.
async fn queue_is_idle_for(outbox: &Outbox, worker: &Worker, pauses: [i64; 3]) {
    for pause in pauses {
        assert_eq!(worker.send_due().await.unwrap(), 1);
        outbox.advance(pause - 1);
        assert_eq!(worker.send_due().await.unwrap(), 0);
        outbox.advance(1);
    }
}

#[tokio::test]
async fn a_refused_sms_is_not_tried_again() {
    let refusals = [StatusCode::BAD_REQUEST, StatusCode::UNPROCESSABLE_ENTITY];
    let (outbox, sink) = (Outbox::open().await, Sink::start(refusals.map(Answer::Status)).await);
    let worker = worker(&outbox, &config(&sink.url(), |_| {}));
    queue(&outbox, 1, "notice").await;
    assert_eq!(worker.send_due().await.unwrap(), 1);
    queue(&outbox, 2, "notice").await;
    assert_eq!(worker.send_due().await.unwrap(), 1);
    outbox.advance(1_000_000);
    assert_eq!(worker.send_due().await.unwrap(), 0);
    assert_eq!((sink.received().len(), count(&outbox, "failed")), (2, 2));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let other = Sink::start([]).await;
    let (outbox, sink) = (Outbox::open().await, Sink::start([Answer::Redirect(other.url())]).await);
    queue(&outbox, 1, "notice").await;
    assert_eq!(worker(&outbox, &config(&sink.url(), |_| {})).send_due().await.unwrap(), 1);
    assert_eq!((sink.received().len(), other.received().len()), (1, 0));
    assert_eq!(count(&outbox, "deferred"), 1);
}

#[tokio::test]
async fn a_gateway_that_hangs_is_left_in_time() {
    let (outbox, sink) = (Outbox::open().await, Sink::start([Answer::Hang]).await);
    let worker = worker(&outbox, &config(&sink.url(), |_| {}));
    queue(&outbox, 1, "notice").await;
    let attempt = tokio::time::timeout(Duration::from_secs(20), worker.send_due());
    assert_eq!(attempt.await.expect("the gateway's time limit holds").unwrap(), 1);
    assert_eq!(count(&outbox, "deferred"), 1);
    outbox.advance(10);
    assert_eq!(worker.send_due().await.unwrap(), 1);
    assert_eq!(count(&outbox, "sent"), 1, "the next attempt gets through");
    let keys: Vec<_> = sink.received().iter().map(|request| request.header("idempotency-key")).collect();
    assert_eq!(keys, [keys[0].clone(), keys[0].clone()]);
}

#[tokio::test]
async fn an_expired_code_is_not_sent() {
    let (outbox, sink) = (Outbox::open().await, Sink::start([]).await);
    queue(&outbox, 1, "verification_code").await;
    outbox.advance(600);
    assert_eq!(worker(&outbox, &config(&sink.url(), |_| {})).send_due().await.unwrap(), 1);
    assert!(sink.received().is_empty());
}

#[tokio::test]
async fn a_body_that_is_no_template_stops_the_start() {
    for body in ["{{ to", "{{ recipient }}", "{{ to|nonsense }}"] {
        let config = config("http://127.0.0.1:9", |given| given.body = Some(body.to_owned()));
        let refusal = Gateway::new(&config).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(refusal.contains("sms.body"), "{body}: {refusal}");
    }
}
