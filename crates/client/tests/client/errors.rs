//! Failed calls: what the error tells, and what it keeps to itself.

use std::{error::Error as _, time::Duration};

use beadle_client::{Clerk, Error, UserId, code};
use serde_json::json;

use crate::{
    calls::user,
    stub::{Answer, Stub, ok, status},
};

fn user_id() -> UserId {
    "user_1".parse().expect("an id")
}

async fn failure(answer: Answer) -> Error {
    let stub = Stub::start([answer]).await;
    stub.clerk().users().get(&user_id()).await.expect_err("a refusal")
}

fn refusal(code: &str) -> serde_json::Value {
    json!({
        "errors": [{"message": "no", "long_message": "No.", "code": code, "meta": {"param_name": "x"}}],
        "clerk_trace_id": "00ff",
    })
}

#[tokio::test]
async fn errors_answer_questions() {
    let error = failure(status(404, &refusal("resource_not_found"))).await;
    assert!(error.is_not_found() && !error.is_banned() && !error.is_timeout());
    assert_eq!(error.status().unwrap().as_u16(), 404);
    assert_eq!(error.codes().collect::<Vec<_>>(), [code::RESOURCE_NOT_FOUND]);
    assert_eq!(error.errors()[0].param_name(), Some("x"));
    assert_eq!(error.trace_id(), Some("00ff"));
    assert_eq!(
        error.to_string(),
        "GET /v1/users/user_1: the server answered 404: resource_not_found [x] (no)"
    );

    assert!(failure(status(403, &refusal("user_banned"))).await.is_banned());
    assert!(failure(status(403, &refusal("user_locked"))).await.is_locked());
    assert!(failure(status(401, &refusal("clerk_key_invalid"))).await.is_unauthorized());
    assert!(failure(status(422, &refusal("form_param_missing"))).await.is_invalid_input());
}

#[tokio::test]
async fn the_trace_id_is_also_found_in_headers() {
    let answer = status(400, &json!({"errors": []})).with_header("X-Clerk-Trace-Id: 77");
    assert_eq!(failure(answer).await.trace_id(), Some("77"));
    let answer = status(400, &json!({"errors": []})).with_header("cf-ray: 88-FRA");
    assert_eq!(failure(answer).await.trace_id(), Some("88-FRA"));
}

#[tokio::test]
async fn a_refusal_that_is_not_clerks_is_still_a_refusal() {
    let page = Answer::Reply { status: 500, headers: String::new(), body: "<h1>oops</h1>".into() };
    let error = failure(page).await;
    assert_eq!(error.status().unwrap().as_u16(), 500);
    assert!(error.errors().is_empty() && error.trace_id().is_none());
}

#[tokio::test]
async fn a_success_that_is_not_a_user_is_an_error() {
    let error = failure(ok(&json!({"id": "user_1"}))).await;
    assert!(error.is_bad_response() && error.source().is_some());
    assert_eq!(error.status().unwrap().as_u16(), 200);
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let stub = Stub::start([ok(&user("user_1", false))]).await;
    let elsewhere =
        Stub::start([status(307, &json!({})).with_header(&format!("location: {}", stub.url()))]).await;
    let error = elsewhere.clerk().users().get(&user_id()).await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 307);
    assert!(stub.received().is_empty());
}

#[tokio::test]
async fn answers_beyond_the_limit_are_not_read() {
    let body = user("user_1", false);
    let size = body.to_string().len();
    let stub = Stub::start([ok(&body)]).await;
    assert!(stub.clerk().max_response_bytes(size).users().get(&user_id()).await.is_ok());
    let error = stub.clerk().max_response_bytes(size - 1).users().get(&user_id()).await.unwrap_err();
    assert!(error.is_bad_response(), "{error}");
}

#[tokio::test]
async fn answers_of_unknown_length_are_cut_off_at_the_limit() {
    let body = format!("ffff\r\n{}\r\n0\r\n\r\n", " ".repeat(0xffff));
    let stub = Stub::start([Answer::Raw(format!(
        "HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n{body}"
    ))])
    .await;
    let error = stub.clerk().max_response_bytes(1_000).users().get(&user_id()).await.unwrap_err();
    assert!(error.is_bad_response() && error.to_string().contains("1000 bytes"), "{error}");
}

#[tokio::test]
async fn silence_ends_with_the_time_limit() {
    let stub = Stub::start([Answer::Silence]).await;
    let limit = Duration::from_millis(50);
    assert!(stub.clerk().timeout(limit).users().get(&user_id()).await.unwrap_err().is_timeout());
    assert!(stub.clerk().users().get(&user_id()).timeout(limit).await.unwrap_err().is_timeout());
    // A time-out is not repeated: the limit is for the call as a whole.
    assert_eq!(stub.received().len(), 2);
}

#[tokio::test]
async fn mistakes_in_the_settings_show_at_the_first_call() {
    let get = |clerk: Clerk| async move { clerk.users().get(&user_id()).await.unwrap_err() };
    assert!(get(Clerk::new("sk_test_abc").api_url("localhost:3900")).await.is_config());
    assert!(get(Clerk::new("sk_test_abc\n").api_url("http://127.0.0.1:1")).await.is_config());
}

#[tokio::test]
async fn nothing_secret_or_personal_is_printed() {
    let clerk =
        Clerk::new("sk_test_s3cret").api_url("http://127.0.0.1:1").retry(beadle_client::RetryPolicy::NEVER);
    let error = clerk.users().list().email_address("ada@example.com").await.unwrap_err();
    assert!(error.is_connect());
    let text = format!("{clerk:?} {error} {error:?} {:?} {:?}", error.source(), clerk.users());
    assert!(!text.contains("s3cret") && !text.contains("ada"), "{text}");
}
