//! The revocation feed from outside: what it tells, in which order, to whom, and what it hears back.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic too")]

mod access;
mod frames;
mod gate;
mod life;
mod order;
mod poll;
mod receipts;
mod slow;
mod stream;

use beadle_testkit::{Call, TestApp, Value, json};

/// The feed, asked with the feed key.
pub(crate) fn feed(app: &TestApp) -> Call {
    let key = secrecy::ExposeSecret::expose_secret(&app.app().instance.keys.feed_key).to_owned();
    app.backend().get("/v1/revocations").header("authorization", &format!("Bearer {key}"))
}

/// What comes after a position, without waiting.
pub(crate) async fn after(app: &TestApp, seq: i64) -> Value {
    feed(app).query(&[("after", &*seq.to_string()), ("wait", "0")]).send().await.ok()
}

/// A snapshot, after the node has looked.
pub(crate) async fn snapshot(app: &TestApp) -> Value {
    app.advance_feed().await;
    let frame = feed(app).send().await.ok();
    assert_eq!((&frame["snapshot"], &frame["after"]), (&json!(true), &json!(0)));
    frame
}

/// The entries of a frame.
pub(crate) fn entries(frame: &Value) -> &Vec<Value> {
    frame["entries"].as_array().unwrap()
}

/// Bans somebody new and returns their id.
pub(crate) async fn banned(app: &TestApp, name: &str) -> String {
    let user = app.user(&format!("{name}@example.com")).await;
    app.backend().post(&format!("/v1/users/{user}/ban")).send().await.ok();
    user
}
