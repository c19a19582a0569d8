//! Proving again, inside a session, who one is.

use std::time::Duration;

use beadle_testkit::{Browser, TestApp, Value, both_engines, json};

use crate::visit::text;

const EMAIL: &str = "ada+clerk_test@example.com";
const PASSWORD: &str = "a long walk by the sea";

/// A signed-in browser and its session.
async fn signed_in(app: &TestApp) -> (Browser, String) {
    app.create_user(&json!({"email_address": [EMAIL], "password": PASSWORD})).await;
    let browser = app.browser();
    let form = [("identifier", EMAIL), ("strategy", "password"), ("password", PASSWORD)];
    let done = browser.post("/client/sign_ins", &form).await.ok();
    (browser, text(&done["response"]["created_session_id"]))
}

async fn age(browser: &Browser) -> Value {
    browser.get("/client").await.ok()["response"]["sessions"][0]["factor_verification_age"].clone()
}

both_engines! {
    async fn a_password_makes_the_session_fresh(app: TestApp) {
        let (browser, session) = signed_in(&app).await;
        app.advance(Duration::from_secs(15 * 60));
        assert_eq!(age(&browser).await, json!([15, -1]));
        let path = format!("/client/sessions/{session}/verify");
        let begun = browser.post(&path, &[("level", "first_factor")]).await.ok();
        let shown = &begun["response"];
        assert_eq!((&shown["object"], &shown["status"]), (&json!("session_reverification"), &json!("needs_first_factor")));
        let offered: Vec<_> = shown["supported_first_factors"].as_array().unwrap().iter().map(|one| text(&one["strategy"])).collect();
        assert_eq!(offered, ["password", "email_code"]);
        assert_eq!(shown["session"]["id"], *session);

        let attempt = format!("{path}/attempt_first_factor");
        let wrong = [("strategy", "password"), ("password", "something else")];
        browser.post(&attempt, &wrong).await.refused(422, "form_password_incorrect");
        let done = browser.post(&attempt, &[("strategy", "password"), ("password", PASSWORD)]).await.ok();
        assert_eq!(done["response"]["status"], "complete");
        assert_eq!(done["response"]["first_factor_verification"]["status"], "verified");
        assert_eq!(age(&browser).await, json!([0, -1]));
        browser.post(&attempt, &wrong).await.refused(400, "verification_missing");
    }

    async fn a_code_does_the_same(app: TestApp) {
        let (browser, session) = signed_in(&app).await;
        let path = format!("/client/sessions/{session}/verify");
        // Nobody can be asked for a second factor that they do not have.
        let begun = browser.post(&path, &[("level", "multi_factor")]).await.ok();
        assert_eq!(begun["response"]["status"], "needs_first_factor");
        let code = [("strategy", "email_code"), ("code", "424242")];
        let attempt = format!("{path}/attempt_first_factor");
        browser.post(&attempt, &code).await.refused(400, "verification_not_sent");
        let prepared = browser.post(&format!("{path}/prepare_first_factor"), &[("strategy", "email_code")]).await.ok();
        assert_eq!(prepared["response"]["first_factor_verification"]["strategy"], "email_code");
        let wrong = [("strategy", "email_code"), ("code", "000000")];
        browser.post(&attempt, &wrong).await.refused(422, "form_code_incorrect");
        assert_eq!(browser.post(&attempt, &code).await.ok()["response"]["status"], "complete");
    }

    async fn steps_out_of_turn_are_refused(app: TestApp) {
        let (browser, session) = signed_in(&app).await;
        let path = format!("/client/sessions/{session}/verify");
        let password = [("strategy", "password"), ("password", PASSWORD)];
        let attempt = format!("{path}/attempt_first_factor");
        browser.post(&attempt, &password).await.refused(400, "session_reverification_missing");
        browser.post(&path, &[("level", "any")]).await.refused(422, "form_param_value_invalid");
        browser.post(&path, &[]).await.refused(422, "form_param_missing");
        let others = app.browser();
        others.post("/client/sign_ins", &[("identifier", EMAIL)]).await.ok();
        others.post(&path, &[("level", "first_factor")]).await.refused(404, "resource_not_found");
    }

    async fn wrong_passwords_lock_the_account(app: TestApp) {
        let (browser, session) = signed_in(&app).await;
        let path = format!("/client/sessions/{session}/verify");
        browser.post(&path, &[("level", "first_factor")]).await.ok();
        let wrong = [("strategy", "password"), ("password", "something else")];
        let attempt = format!("{path}/attempt_first_factor");
        for _ in 0..9 {
            browser.post(&attempt, &wrong).await.refused(422, "form_password_incorrect");
        }
        browser.post(&attempt, &wrong).await.refused(403, "user_locked");
        browser.post(&attempt, &[("strategy", "password"), ("password", PASSWORD)]).await.refused(403, "user_locked");
    }

    #[instance = "reverification = true\n[factors]\npasskey = true"]
    async fn what_takes_a_fresh_proof(app: TestApp) {
        let (browser, session) = signed_in(&app).await;
        let id = "idn_38HzI1ntXxeWeS4fFGnCCbxKfaZ";
        let one = format!("/{id}");
        let account = format!("/{}", id.replace("idn_", "eac_"));
        let ask = async |fresh: bool| {
            for (method, path, form) in [
                ("POST", "/me/email_addresses".to_owned(), &[("email_address", "x+clerk_test@example.com")][..]),
                ("DELETE", format!("/me/email_addresses{one}"), &[]),
                ("POST", "/me/phone_numbers".to_owned(), &[("phone_number", "+12025550109")]),
                ("DELETE", format!("/me/phone_numbers{one}"), &[]),
                ("POST", "/me/totp".to_owned(), &[]),
                ("DELETE", "/me/totp".to_owned(), &[]),
                ("POST", "/me/backup_codes".to_owned(), &[]),
                ("POST", "/me/passkeys".to_owned(), &[]),
                ("DELETE", format!("/me/passkeys{one}"), &[]),
                ("DELETE", format!("/me/external_accounts{account}"), &[]),
            ] {
                let call = browser.call(http::Method::POST, &path).query(&[("_method", method)]).form(form);
                let answer = browser.send(call.header("origin", "http://localhost:3000")).await;
                if fresh {
                    assert_ne!(answer.status, 403, "{method} {path}: {}", answer.shown());
                } else {
                    answer.refused(403, "session_reverification_required");
                }
            }
        };
        app.advance(Duration::from_secs(15 * 60));
        ask(false).await;
        let path = format!("/client/sessions/{session}/verify");
        browser.post(&path, &[("level", "first_factor")]).await.ok();
        let password = [("strategy", "password"), ("password", PASSWORD)];
        browser.post(&format!("{path}/attempt_first_factor"), &password).await.ok();
        ask(true).await;
    }
}
