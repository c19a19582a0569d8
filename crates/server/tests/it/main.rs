//! The Backend API, in process, on both engines.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod api_keys;
mod ban;
mod bodies;
mod create;
mod credentials;
mod delete;
mod envelope;
mod every_operation;
mod fuzz;
mod identifications;
mod instance;
mod invitations;
mod list;
mod listed_identifiers;
mod lock;
mod machines;
mod metadata;
mod openapi;
mod password;
mod rate_limits;
mod refresh;
mod refusals;
mod remainder;
mod sessions;
mod tokens;
mod update;
mod versions;
mod waitlist;
mod webhooks;

use beadle_testkit::{TestApp, Value, json};

/// How many users there are.
async fn count(app: &TestApp) -> i64 {
    let body = app.backend().get("/v1/users/count").send().await.ok();
    assert_eq!(body["object"], "total_count");
    body["total_count"].as_i64().expect("a number")
}

/// The user as the Backend API shows it.
async fn show(app: &TestApp, user_id: &str) -> Value {
    app.backend().get(&format!("/v1/users/{user_id}")).send().await.ok()
}

/// An id of the right form that nobody has.
const NOBODY: &str = "user_000000000000000000000000000";
const NO_SESSION: &str = "sess_00000000000000000000000000";

/// Users `user0@example.com`, `user1@example.com` … a second apart; returns their ids.
async fn people(app: &TestApp, how_many: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for n in 0..how_many {
        ids.push(app.user(&format!("user{n}@example.com")).await);
        app.advance(std::time::Duration::from_secs(1));
    }
    ids
}

/// A user with the password `wJ8kPq3z-x`.
async fn with_password(app: &TestApp, email_address: &str) -> String {
    app.create_user(&json!({"email_address": [email_address], "password": PASSWORD})).await
}

const PASSWORD: &str = "wJ8kPq3z-x";
