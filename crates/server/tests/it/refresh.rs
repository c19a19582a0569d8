//! `POST /v1/sessions/{id}/refresh`.

use std::time::Duration;

use beadle_testkit::{Browser, TestApp, TestResponse, Value, both_engines, json};

use crate::{NO_SESSION, PASSWORD, with_password};

const ORIGIN: &str = "http://localhost:3000";

/// A browser's session with what a server of the application holds of it.
struct Held {
    user: String,
    session: String,
    token: String,
    refresh_token: String,
}

async fn sign_in(app: &TestApp) -> Held {
    let user = with_password(app, "ada@example.com").await;
    let browser = app.browser();
    let form = [("strategy", "password"), ("identifier", "ada@example.com"), ("password", PASSWORD)];
    let signed_in = browser.post("/client/sign_ins", &form).await.ok();
    let session = signed_in["response"]["created_session_id"].as_str().unwrap().to_owned();
    let suffix = &app.app().instance.cookie_suffix;
    let refresh_token =
        browser.cookie(&format!("__refresh_{suffix}")).expect("the sign-in sets a refresh cookie");
    let token = mint(&browser, &session).await;
    Held { user, session, token, refresh_token }
}

async fn mint(browser: &Browser, session: &str) -> String {
    let call = browser.call(http::Method::POST, &format!("/client/sessions/{session}/tokens"));
    browser.send(call.header("origin", ORIGIN)).await.ok()["jwt"].as_str().unwrap().to_owned()
}

fn body(held: &Held) -> Value {
    json!({
        "expired_token": held.token, "refresh_token": held.refresh_token, "request_origin": ORIGIN,
        "request_headers": {"accept": ["text/html"]}, "request_originating_ip": "203.0.113.9",
    })
}

async fn refresh(app: &TestApp, session: &str, body: &Value) -> TestResponse {
    app.backend().post(&format!("/v1/sessions/{session}/refresh")).json(body).send().await
}

both_engines! {
    async fn an_expired_token_is_renewed(app: TestApp) {
        let held = sign_in(&app).await;
        app.advance(Duration::from_secs(120));
        let token = refresh(&app, &held.session, &body(&held)).await.ok();
        assert_eq!(token["object"], "token");
        assert_ne!(token["jwt"], held.token.as_str());
        let mut cookies = body(&held);
        cookies["format"] = json!("cookie");
        let cookies = refresh(&app, &held.session, &cookies).await.ok();
        assert_eq!(cookies["object"], "cookies");
        let directives = cookies["cookies"].as_array().unwrap();
        assert!(
            directives.iter().all(|directive| directive.as_str().unwrap().starts_with("__session")),
            "{cookies}"
        );
        assert!(!directives.is_empty());
    }

    async fn every_misfit_has_its_code(app: TestApp) {
        let held = sign_in(&app).await;
        let other = app.session(&held.user).await;
        app.advance(Duration::from_secs(120));
        let with = |key: &str, value: Value| {
            let mut changed = body(&held);
            changed[key] = value;
            changed
        };
        let tampered = format!("{}AAAA", &held.token[..held.token.len() - 4]);
        for (session, body, code) in [
            (&held.session, with("expired_token", json!("nonsense")), "expired_session_token_invalid"),
            (&held.session, with("expired_token", json!("")), "expired_session_token_invalid"),
            (&held.session, with("expired_token", json!(tampered)), "expired_session_token_invalid"),
            (&held.session, with("refresh_token", json!("wrong")), "refresh_token_not_found"),
            (&held.session, with("refresh_token", json!("")), "refresh_token_not_found"),
            (
                &held.session,
                with("request_origin", json!("http://evil.example")),
                "refresh_request_origin_azp_mismatch",
            ),
            (&other, body(&held), "refresh_sid_mismatch"),
        ] {
            refresh(&app, session, &body).await.refused(401, code);
        }
        refresh(&app, NO_SESSION, &body(&held)).await.refused(401, "refresh_sid_mismatch");
        refresh(&app, "nonsense", &body(&held)).await.refused(404, "resource_not_found");
        for key in ["expired_token", "refresh_token", "request_origin"] {
            let mut short = body(&held);
            short.as_object_mut().unwrap().remove(key);
            refresh(&app, &held.session, &short).await.refused_for(422, "form_param_missing", key);
            refresh(&app, &held.session, &with(key, json!(1))).await.refused_for(
                422,
                "form_param_type_invalid",
                key,
            );
        }
        refresh(&app, &held.session, &with("format", json!("wine"))).await.refused_for(
            422,
            "form_param_value_invalid",
            "format",
        );
        refresh(&app, &held.session, &with("color", json!("red"))).await.refused_for(
            422,
            "form_param_unknown",
            "color",
        );
        app.advance(Duration::from_secs(24 * 3600));
        refresh(&app, &held.session, &body(&held))
            .await
            .refused(401, "session_refresh_expired_session_token_too_old");
    }

    async fn a_session_without_refresh_token_is_never_renewed(app: TestApp) {
        let user = app.user("bob@example.com").await;
        let session = app.session(&user).await;
        let token = app.backend().post(&format!("/v1/sessions/{session}/tokens")).send().await.ok();
        for given in ["", "x", "null"] {
            let body =
                json!({"expired_token": token["jwt"], "refresh_token": given, "request_origin": ORIGIN});
            refresh(&app, &session, &body).await.refused(401, "refresh_token_not_found");
        }
    }

    async fn a_banned_users_session_is_inactive(app: TestApp) {
        let held = sign_in(&app).await;
        app.backend().post(&format!("/v1/users/{}/ban", held.user)).send().await.ok();
        let refused = async || {
            refresh(&app, &held.session, &body(&held)).await.refused(401, "session_refresh_inactive_session")
        };
        refused().await;
        app.run_sweep().await;
        refused().await;
        app.backend().post(&format!("/v1/users/{}/unban", held.user)).send().await.ok();
        refused().await;
    }

    async fn a_revoked_or_orphaned_session_is_inactive(app: TestApp) {
        let held = sign_in(&app).await;
        app.backend().post(&format!("/v1/sessions/{}/revoke", held.session)).send().await.ok();
        refresh(&app, &held.session, &body(&held)).await.refused(401, "session_refresh_inactive_session");
        app.backend().delete(&format!("/v1/users/{}", held.user)).send().await.ok();
        refresh(&app, &held.session, &body(&held)).await.refused(401, "session_refresh_inactive_session");
    }
}
