//! Setting a new password after it was forgotten.

use beadle_testkit::{Browser, TestApp, both_engines, json};

use crate::visit::text;

const EMAIL: &str = "ada+clerk_test@example.com";
const OLD: &str = "a long walk by the sea";
const NEW: &str = "a longer walk by the lake";
const STRATEGY: (&str, &str) = ("strategy", "reset_password_email_code");

async fn user(app: &TestApp) -> String {
    app.create_user(&json!({"email_address": [EMAIL], "password": OLD})).await
}

async fn begin(browser: &Browser) -> String {
    let begun = browser.post("/client/sign_ins", &[("identifier", EMAIL)]).await.ok();
    let factors = begun["response"]["supported_first_factors"].as_array().unwrap().clone();
    let reset = factors.iter().find(|factor| factor["strategy"] == STRATEGY.1).expect("a reset is offered");
    let id = text(&begun["response"]["id"]);
    let form = [STRATEGY, ("email_address_id", reset["email_address_id"].as_str().unwrap())];
    let prepared = browser.post(&format!("/client/sign_ins/{id}/prepare_first_factor"), &form).await.ok();
    assert_eq!(prepared["response"]["first_factor_verification"]["strategy"], STRATEGY.1);
    id
}

async fn accept(browser: &Browser, id: &str) {
    let path = format!("/client/sign_ins/{id}/attempt_first_factor");
    let accepted = browser.post(&path, &[STRATEGY, ("code", "424242")]).await.ok();
    assert_eq!(accepted["response"]["status"], "needs_new_password");
    assert_eq!(accepted["client"]["sessions"], json!([]));
}

async fn sign_in(app: &TestApp, password: &str) -> u16 {
    let form = [("identifier", EMAIL), ("strategy", "password"), ("password", password)];
    app.browser().post("/client/sign_ins", &form).await.status.as_u16()
}

both_engines! {
    async fn a_code_lets_a_new_password_be_set(app: TestApp) {
        let user = user(&app).await;
        let elsewhere = app.session(&user).await;
        let browser = app.browser();
        let id = begin(&browser).await;
        accept(&browser, &id).await;
        let path = format!("/client/sign_ins/{id}/reset_password");
        browser.post(&path, &[("password", "short")]).await.refused(422, "form_password_length_too_short");
        let done = browser.post(&path, &[("password", NEW)]).await.ok();
        assert_eq!(done["response"]["status"], "complete");
        assert_eq!(done["client"]["sessions"][0]["user"]["id"], *user);
        assert_eq!((sign_in(&app, OLD).await, sign_in(&app, NEW).await), (422, 200));
        let other = app.backend().get(&format!("/v1/sessions/{elsewhere}")).send().await.ok();
        assert_eq!(other["status"], "active");
        let kinds = app.event_kinds(&user).await;
        assert!(kinds.contains(&"user.updated".to_owned()), "{kinds:?}");
    }

    async fn it_ends_other_sessions_and_attempts_if_asked(app: TestApp) {
        let user = user(&app).await;
        let elsewhere = app.session(&user).await;
        let (browser, other_browser) = (app.browser(), app.browser());
        let (id, other) = (begin(&browser).await, begin(&other_browser).await);
        accept(&other_browser, &other).await;
        accept(&browser, &id).await;
        let form = [("password", NEW), ("sign_out_of_other_sessions", "true")];
        let done = browser.post(&format!("/client/sign_ins/{id}/reset_password"), &form).await.ok();
        let mine = text(&done["response"]["created_session_id"]);
        let status = async |session: &str| {
            text(&app.backend().get(&format!("/v1/sessions/{session}")).send().await.ok()["status"])
        };
        assert_eq!((status(&elsewhere).await, status(&mine).await), ("revoked".to_owned(), "active".to_owned()));
        browser.post(&format!("/client/sessions/{mine}/tokens"), &[]).await.ok();
        let late = other_browser.post(&format!("/client/sign_ins/{other}/reset_password"), &form).await;
        late.refused(401, "authentication_invalid");
        assert_eq!(app.revocations().await.len(), 1);
    }

    async fn no_password_without_an_accepted_code(app: TestApp) {
        user(&app).await;
        let browser = app.browser();
        let id = begin(&browser).await;
        let path = format!("/client/sign_ins/{id}/reset_password");
        browser.post(&path, &[("password", NEW)]).await.refused(400, "verification_missing");
        // A code for signing in is no code for this, and the other way round.
        let attempt = format!("/client/sign_ins/{id}/attempt_first_factor");
        let crossed = [("strategy", "email_code"), ("code", "424242")];
        browser.post(&attempt, &crossed).await.refused(400, "verification_not_sent");
        assert_eq!(sign_in(&app, OLD).await, 200);
    }

    async fn who_has_no_password_has_none_to_reset(app: TestApp) {
        app.user(EMAIL).await;
        let form = [("identifier", EMAIL), STRATEGY];
        app.browser().post("/client/sign_ins", &form).await.refused(400, "strategy_for_user_invalid");
    }
}
