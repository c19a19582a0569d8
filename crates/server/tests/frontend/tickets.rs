//! Signing in with a ticket of the Backend API.

use std::time::Duration;

use beadle_testkit::{TestApp, TestResponse, Value, both_engines, json};

use crate::visit::text;

async fn make(app: &TestApp, body: &Value) -> Value {
    app.backend().post("/v1/sign_in_tokens").json(body).send().await.ok()
}

async fn with_ticket(app: &TestApp, ticket: &str) -> TestResponse {
    app.browser().post("/client/sign_ins", &[("strategy", "ticket"), ("ticket", ticket)]).await
}

both_engines! {
    async fn a_ticket_signs_in_once(app: TestApp) {
        let user = app.user("ada@example.com").await;
        let made = make(&app, &json!({"user_id": user})).await;
        let ticket = text(&made["token"]);
        assert_eq!((&made["object"], &made["status"]), (&json!("sign_in_token"), &json!("pending")));
        assert!(text(&made["url"]).ends_with(&format!("/__clerk/v1/tickets/accept?ticket={ticket}")));

        let done = with_ticket(&app, &ticket).await.ok();
        assert_eq!(done["response"]["status"], "complete");
        assert_eq!(done["response"]["first_factor_verification"]["strategy"], "ticket");
        assert_eq!(done["client"]["sessions"][0]["user"]["id"], *user);
        assert_eq!(done["client"]["last_authentication_strategy"], "ticket");
        with_ticket(&app, &ticket).await.refused(400, "sign_in_token_already_used_code");
    }

    async fn a_ticket_ends(app: TestApp) {
        let user = app.user("ada@example.com").await;
        let made = make(&app, &json!({"user_id": user, "expires_in_seconds": 60})).await;
        app.advance(Duration::from_secs(60));
        with_ticket(&app, &text(&made["token"])).await.refused(400, "ticket_expired_code");
        with_ticket(&app, "st_nonsense").await.refused(400, "ticket_invalid_code");
        app.browser().post("/client/sign_ins", &[("strategy", "ticket")]).await.refused(422, "form_param_missing");
    }

    async fn only_a_pending_ticket_is_revoked(app: TestApp) {
        let user = app.user("ada@example.com").await;
        let made = make(&app, &json!({"user_id": user})).await;
        let path = format!("/v1/sign_in_tokens/{}/revoke", text(&made["id"]));
        let revoked = app.backend().post(&path).send().await.ok();
        assert_eq!((&revoked["status"], &revoked["token"]), (&json!("revoked"), &Value::Null));
        app.backend().post(&path).send().await.refused(400, "sign_in_token_cannot_be_revoked_code");
        app.backend().post("/v1/sign_in_tokens/sit_none/revoke").send().await.refused(404, "resource_not_found");
        with_ticket(&app, &text(&made["token"])).await.refused(400, "sign_in_token_revoked_code");
    }

    async fn bad_bodies_are_named(app: TestApp) {
        let user = app.user("ada@example.com").await;
        for (body, status, code) in [
            (json!({}), 422, "form_param_missing"),
            (json!({"user_id": "user_none"}), 404, "resource_not_found"),
            (json!({"user_id": user, "expires_in_seconds": 0}), 422, "form_param_value_invalid"),
            (json!({"user_id": user, "org_id": "org_1"}), 422, "form_param_unknown"),
        ] {
            app.backend().post("/v1/sign_in_tokens").json(&body).send().await.refused(status, code);
        }
    }
}
