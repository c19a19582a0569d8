//! The limits of the Backend API, where they are switched on.

use std::time::Duration;

use beadle_testkit::{Call, both_engines, json};

/// Sends it so often, and hands back the statuses.
async fn statuses(call: Call, times: usize) -> Vec<u16> {
    let mut all = Vec::new();
    for _ in 0..times {
        all.push(call.clone().send().await.status.as_u16());
    }
    all
}

both_engines! {
    async fn without_a_word_nothing_is_limited(app: TestApp) {
        let id = app.user("ada@example.com").await;
        let change = app.backend().patch(&format!("/v1/users/{id}/metadata")).json(&json!({}));
        assert_eq!(statuses(change, 30).await, [200; 30]);
    }

    #[instance = "[rate_limits]\nenabled = true\nrequests = 4"]
    async fn calls_are_limited_but_not_keys(app: TestApp) {
        let call = app.backend().get("/v1/users");
        assert_eq!(statuses(call.clone(), 6).await, [200, 200, 200, 200, 429, 429]);
        let refused = app.backend().get("/v1/sessions").send().await;
        refused.refused(429, "too_many_requests");
        // Four in ten seconds, so one is back after two and a half.
        assert_eq!(refused.header("retry-after"), Some("3"));
        assert_eq!(refused.json()["errors"][0]["meta"], json!({"ResetsIn": 3}));
        assert_eq!(statuses(app.backend().get("/v1/jwks"), 9).await, [200; 9]);
        // Who has no key uses nothing up, and is told so.
        app.advance(Duration::from_secs(3));
        call.clone().header("authorization", "Bearer sk_test_x").send().await.refused(401, "clerk_key_invalid");
        assert_eq!(statuses(call, 2).await, [200, 429]);
    }

    #[instance = "[rate_limits]\nenabled = true"]
    async fn changes_are_limited_per_user(app: TestApp) {
        let (ada, bob) = (app.user("ada@example.com").await, app.user("bob@example.com").await);
        let change = |id: &str, tail: &str| app.backend().patch(&format!("/v1/users/{id}{tail}")).json(&json!({}));
        assert_eq!(statuses(change(&ada, ""), 6).await, [200; 6]);
        assert_eq!(statuses(change(&ada, "/metadata"), 5).await, [200, 200, 200, 200, 429]);
        let refused = change(&ada, "").send().await;
        refused.refused(429, "too_many_requests");
        assert_eq!(refused.header("retry-after"), Some("1"));
        assert_eq!(statuses(change(&bob, ""), 1).await, [200]);
        assert_eq!(statuses(app.backend().get(&format!("/v1/users/{ada}")), 1).await, [200]);
        app.advance(Duration::from_secs(1));
        assert_eq!(statuses(change(&ada, ""), 2).await, [200, 429]);
    }

    #[instance = "[rate_limits]\nenabled = true\ninvitations = 2\nbulk_invitations = 1"]
    async fn invitations_are_limited_per_hour(app: TestApp) {
        let body = json!({"email_address": "ada@example.com", "notify": false, "ignore_existing": true});
        let one = app.backend().post("/v1/invitations").json(&body);
        assert_eq!(statuses(one.clone(), 3).await, [200, 200, 429]);
        let many = app.backend().post("/v1/invitations/bulk").json(&json!([body]));
        assert_eq!(statuses(many.clone(), 2).await, [200, 429]);
        assert_eq!(one.clone().send().await.header("retry-after"), Some("1800"));
        app.advance(Duration::from_secs(1800));
        assert_eq!(statuses(one, 2).await, [200, 429]);
        assert_eq!(many.send().await.header("retry-after"), Some("1800"));
    }
}
