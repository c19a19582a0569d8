//! Too many failures lock an account for a while.

use std::time::Duration;

use beadle_testkit::{Value, both_engines, json};

use crate::visit::{ADA, CODE, PASSWORD, attempt, begin, shown, sign_in, user};

both_engines! {
    #[instance = "[lockout]\nmax_attempts = 5\nduration_seconds = 600"]
    async fn the_last_failure_locks_and_time_unlocks(app: TestApp) {
        let id = user(&app, ADA).await;
        for left in (1..5).rev() {
            sign_in(&app.browser(), ADA, "wrong password").await.refused(422, "form_password_incorrect");
            assert_eq!(shown(&app, &id).await["verification_attempts_remaining"], left);
        }
        sign_in(&app.browser(), ADA, "wrong password").await.refused(403, "user_locked");
        let locked = shown(&app, &id).await;
        assert_eq!(locked["locked"], true);
        assert_eq!(locked["lockout_expires_in_seconds"], 600);
        assert_eq!(locked["verification_attempts_remaining"], 0);
        sign_in(&app.browser(), ADA, PASSWORD).await.refused(403, "user_locked");
        app.advance(Duration::from_secs(599));
        let last = sign_in(&app.browser(), ADA, PASSWORD).await.refused(403, "user_locked");
        assert!(last["errors"][0]["long_message"].as_str().unwrap().contains("second"), "{last}");
        app.advance(Duration::from_secs(1));
        sign_in(&app.browser(), ADA, PASSWORD).await.ok();
        let open = shown(&app, &id).await;
        assert_eq!((&open["locked"], &open["lockout_expires_in_seconds"]), (&false.into(), &Value::Null));
        assert_eq!(open["verification_attempts_remaining"], 5);
    }

    #[instance = "[lockout]\nmax_attempts = 6"]
    async fn codes_and_passwords_count_together(app: TestApp) {
        user(&app, ADA).await;
        let browser = app.browser();
        let id = begin(&browser, ADA).await;
        let prepare = format!("/client/sign_ins/{id}/prepare_first_factor");
        browser.post(&prepare, &[("strategy", "email_code")]).await.ok();
        for _ in 0..3 {
            let wrong = [("strategy", "email_code"), ("code", "000000")];
            attempt(&browser, &id, &wrong).await.refused(422, "form_code_incorrect");
        }
        for _ in 0..2 {
            sign_in(&app.browser(), ADA, "wrong password").await.refused(422, "form_password_incorrect");
        }
        sign_in(&app.browser(), ADA, "wrong password").await.refused(403, "user_locked");
        // The right code does not help either.
        attempt(&browser, &id, &[("strategy", "email_code"), ("code", CODE)]).await.refused(403, "user_locked");
    }

    #[instance = "[lockout]\nmax_attempts = 5"]
    async fn success_forgets_failures(app: TestApp) {
        user(&app, ADA).await;
        for _ in 0..3 {
            for _ in 0..4 {
                sign_in(&app.browser(), ADA, "wrong password").await.refused(422, "form_password_incorrect");
            }
            sign_in(&app.browser(), ADA, PASSWORD).await.ok();
        }
    }

    #[instance = "[lockout]\nmax_attempts = 5\nduration_seconds = 0"]
    async fn without_an_end_only_an_administrator_unlocks(app: TestApp) {
        let id = user(&app, ADA).await;
        for _ in 0..5 {
            sign_in(&app.browser(), ADA, "wrong password").await;
        }
        app.advance(Duration::from_secs(365 * 24 * 60 * 60));
        sign_in(&app.browser(), ADA, PASSWORD).await.refused(403, "user_locked");
        let locked = shown(&app, &id).await;
        assert_eq!((&locked["locked"], &locked["lockout_expires_in_seconds"]), (&true.into(), &Value::Null));
        app.backend().post(&format!("/v1/users/{id}/unlock")).send().await.ok();
        sign_in(&app.browser(), ADA, PASSWORD).await.ok();
    }

    async fn a_ticket_waits_for_the_end_of_a_lock(app: TestApp) {
        let id = user(&app, ADA).await;
        let made = async |kind: &str, body: Value| {
            let made = app.backend().post(&format!("/v1/{kind}")).json(&body).send().await.ok();
            made["token"].as_str().unwrap().to_owned()
        };
        let ticket = made("sign_in_tokens", json!({"user_id": id})).await;
        app.backend().post(&format!("/v1/users/{id}/lock")).send().await.ok();
        let with_ticket = async |ticket: &str| {
            app.browser().post("/client/sign_ins", &[("strategy", "ticket"), ("ticket", ticket)]).await
        };
        for _ in 0..2 {
            with_ticket(&ticket).await.refused(403, "user_locked");
        }
        let another = made("sign_in_tokens", json!({"user_id": id})).await;
        with_ticket(&another).await.refused(403, "user_locked");
        // The operator is not whom the lock is to keep out.
        let acting = made("actor_tokens", json!({"user_id": id, "actor": {"sub": "somebody"}})).await;
        assert_eq!(with_ticket(&acting).await.ok()["response"]["status"], "complete");
        app.backend().post(&format!("/v1/users/{id}/unlock")).send().await.ok();
        assert_eq!(with_ticket(&ticket).await.ok()["response"]["status"], "complete");
        with_ticket(&ticket).await.refused(400, "sign_in_token_already_used_code");
    }

    #[instance = "[lockout]\nenabled = false"]
    async fn switched_off_nobody_is_locked(app: TestApp) {
        let id = user(&app, ADA).await;
        for _ in 0..20 {
            sign_in(&app.browser(), ADA, "wrong password").await.refused(422, "form_password_incorrect");
        }
        sign_in(&app.browser(), ADA, PASSWORD).await.ok();
        assert_eq!(shown(&app, &id).await["verification_attempts_remaining"], Value::Null);
        let lock = app.backend().post(&format!("/v1/users/{id}/lock")).send().await;
        lock.refused(403, "authorization_invalid");
    }

    async fn a_lock_does_not_show_before_a_factor_is_tried(app: TestApp) {
        let id = user(&app, ADA).await;
        app.backend().post(&format!("/v1/users/{id}/lock")).send().await.ok();
        let browser = app.browser();
        let sign_in = begin(&browser, ADA).await;
        let prepare = format!("/client/sign_ins/{sign_in}/prepare_first_factor");
        browser.post(&prepare, &[("strategy", "email_code")]).await.ok();
        for form in [[("strategy", "email_code"), ("code", CODE)], [("strategy", "password"), ("password", PASSWORD)]] {
            attempt(&browser, &sign_in, &form).await.refused(403, "user_locked");
        }
        app.backend().post(&format!("/v1/users/{id}/unlock")).send().await.ok();
        attempt(&browser, &sign_in, &[("strategy", "password"), ("password", PASSWORD)]).await.ok();
    }
}
