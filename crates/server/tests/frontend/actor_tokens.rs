//! Acting as a user by a ticket of the Backend API.

use std::time::Duration;

use beadle_testkit::{TestApp, TestResponse, Value, both_engines, json};
use http::header;

use crate::{
    handshake::payload,
    visit::{ADA, session, text},
};

const AGENT: &str = "agent@example.com";

async fn make(app: &TestApp, body: &Value) -> TestResponse {
    app.backend().post("/v1/actor_tokens").json(body).send().await
}

async fn with_ticket(app: &TestApp, ticket: &str) -> TestResponse {
    app.browser().post("/client/sign_ins", &[("strategy", "ticket"), ("ticket", ticket)]).await
}

both_engines! {
    async fn somebody_acts_as_a_user_for_a_while(app: TestApp) {
        let (ada, agent) = (app.user(ADA).await, app.user(AGENT).await);
        let actor = json!({"sub": agent, "role": "support"});
        let made = make(&app, &json!({"user_id": ada, "actor": actor})).await.ok();
        let ticket = text(&made["token"]);
        assert_eq!((&made["object"], &made["status"]), (&json!("actor_token"), &json!("pending")));
        assert_eq!((&made["user_id"], &made["actor"]), (&json!(ada), &actor));
        assert!(text(&made["url"]).ends_with(&format!("/__clerk/v1/tickets/accept?ticket={ticket}")));
        let visitor = app.browser();
        let there = visitor.get(&format!("/tickets/accept?ticket={ticket}")).await;
        let location = there.headers[header::LOCATION].to_str().unwrap();
        assert!(location.ends_with(&format!("__clerk_ticket={ticket}&__clerk_status=sign_in")), "{location}");

        let done = with_ticket(&app, &ticket).await.ok();
        assert_eq!(done["response"]["status"], "complete");
        let shown = &done["client"]["sessions"][0];
        assert_eq!((&shown["user"]["id"], &shown["actor"]), (&json!(ada), &actor));
        let claims = payload(&text(&shown["last_active_token"]["jwt"]));
        assert_eq!((&claims["sub"], &claims["act"]), (&json!(ada), &actor));
        let id = text(&shown["id"]);
        assert_eq!(session(&app, &id).await["actor"], actor);
        let lasts = shown["expire_at"].as_i64().unwrap() - shown["created_at"].as_i64().unwrap();
        assert_eq!(lasts, 1800 * 1000);
        app.advance(Duration::from_secs(1800));
        assert_eq!(session(&app, &id).await["status"], "expired");
        with_ticket(&app, &ticket).await.refused(400, "actor_token_already_used_code");
    }

    async fn lifetimes_are_chosen(app: TestApp) {
        let ada = app.user(ADA).await;
        let body = json!({
            "user_id": ada, "actor": {"sub": "somebody"}, "expires_in_seconds": 60, "session_max_duration_in_seconds": 10,
        });
        let late = make(&app, &body).await.ok();
        let used = with_ticket(&app, &text(&make(&app, &body).await.ok()["token"])).await.ok();
        let shown = &used["client"]["sessions"][0];
        assert_eq!(shown["expire_at"].as_i64().unwrap() - shown["created_at"].as_i64().unwrap(), 10_000);
        app.advance(Duration::from_secs(60));
        with_ticket(&app, &text(&late["token"])).await.refused(400, "ticket_expired_code");
    }

    async fn who_acts_needs_no_second_factor_and_leaves_none(app: TestApp) {
        let ada = app.user(ADA).await;
        let number = json!({"user_id": ada, "phone_number": "+15555550100", "verified": true, "reserved_for_second_factor": true});
        app.backend().post("/v1/phone_numbers").json(&number).send().await.ok();
        let made = make(&app, &json!({"user_id": ada, "actor": {"sub": "somebody"}})).await.ok();
        let browser = app.browser();
        let done = browser.post("/client/sign_ins", &[("ticket", &text(&made["token"]))]).await.ok();
        assert_eq!(done["response"]["status"], "complete");
        browser.get("/me").await.ok();
        browser.post("/me/totp", &[]).await.refused(403, "resource_forbidden");
        browser.delete("/me").await.refused(403, "resource_forbidden");
    }

    async fn only_a_pending_token_is_revoked(app: TestApp) {
        let ada = app.user(ADA).await;
        let made = make(&app, &json!({"user_id": ada, "actor": {"sub": "somebody"}})).await.ok();
        let path = format!("/v1/actor_tokens/{}/revoke", text(&made["id"]));
        let revoked = app.backend().post(&path).send().await.ok();
        assert_eq!((&revoked["status"], &revoked["token"]), (&json!("revoked"), &Value::Null));
        app.backend().post(&path).send().await.refused(400, "actor_token_cannot_be_revoked_code");
        app.backend().post("/v1/actor_tokens/act_none/revoke").send().await.refused(404, "resource_not_found");
        let ticket = text(&made["token"]);
        with_ticket(&app, &ticket).await.refused(400, "actor_token_revoked_code");
        app.browser().get(&format!("/tickets/accept?ticket={ticket}")).await.refused(400, "actor_token_revoked_code");
    }

    async fn nobody_signs_up_with_it(app: TestApp) {
        let ada = app.user(ADA).await;
        let made = make(&app, &json!({"user_id": ada, "actor": {"sub": "somebody"}})).await.ok();
        let form = |ticket: &str| [("strategy", "ticket".to_owned()), ("ticket", ticket.to_owned())];
        for (token, code) in [
            (made, "actor_token_not_in_sign_in_code"),
            (app.backend().post("/v1/sign_in_tokens").json(&json!({"user_id": ada})).send().await.ok(), "sign_in_token_not_in_sign_in_code"),
        ] {
            let form = form(&text(&token["token"]));
            let form: Vec<_> = form.iter().map(|(key, value)| (*key, value.as_str())).collect();
            app.browser().post("/client/sign_ups", &form).await.refused(400, code);
        }
    }

    async fn a_banned_actor_acts_as_nobody(app: TestApp) {
        let (ada, agent) = (app.user(ADA).await, app.user(AGENT).await);
        let body = json!({"user_id": ada, "actor": {"sub": agent}});
        let before = text(&make(&app, &body).await.ok()["token"]);
        app.backend().post(&format!("/v1/users/{agent}/ban")).send().await.ok();
        make(&app, &body).await.refused(403, "user_banned");
        with_ticket(&app, &before).await.refused(403, "user_banned");
        app.backend().post(&format!("/v1/users/{agent}/unban")).send().await.ok();
        with_ticket(&app, &before).await.refused(401, "authentication_invalid");
        with_ticket(&app, &text(&make(&app, &body).await.ok()["token"])).await.ok();
    }

    async fn bad_bodies_are_named(app: TestApp) {
        let ada = app.user(ADA).await;
        let actor = json!({"sub": "somebody"});
        for (body, status, code, param) in [
            (json!({}), 422, "form_param_missing", "user_id"),
            (json!({"user_id": "", "actor": actor}), 422, "form_param_missing", "user_id"),
            (json!({"user_id": "user_none", "actor": actor}), 422, "form_resource_not_found", "user_id"),
            (json!({"user_id": "nonsense", "actor": actor}), 422, "form_resource_not_found", "user_id"),
            (json!({"user_id": ada}), 422, "form_param_missing", "actor"),
            (json!({"user_id": ada, "actor": {}}), 422, "form_param_missing", "actor.sub"),
            (json!({"user_id": ada, "actor": {"sub": 1}}), 422, "form_param_type_invalid", "actor.sub"),
            (json!({"user_id": ada, "actor": actor, "expires_in_seconds": 0}), 422, "form_param_value_invalid", "expires_in_seconds"),
            (json!({"user_id": ada, "actor": actor, "session_max_duration_in_seconds": -1}), 422, "form_param_value_invalid", "session_max_duration_in_seconds"),
            (json!({"user_id": ada, "actor": actor, "more": 1}), 422, "form_param_unknown", "more"),
        ] {
            make(&app, &body).await.refused_for(status, code, param);
        }
    }
}
