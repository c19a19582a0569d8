//! Users changing and removing their password.

use std::time::Duration;

use beadle_testkit::{Browser, TestResponse, both_engines, json};

use crate::visit::{ADA, PASSWORD, session, shown, sign_in, signed_in, text, user};

const NEW: &str = "a quite different one";

async fn change(browser: &Browser, current: &str, new: &str, sign_out: bool) -> TestResponse {
    let sign_out = if sign_out { "true" } else { "false" };
    let form =
        [("current_password", current), ("new_password", new), ("sign_out_of_other_sessions", sign_out)];
    browser.post("/me/change_password", &form).await
}

both_engines! {
    async fn a_new_password_takes_the_place_of_the_old(app: TestApp) {
        let id = user(&app, ADA).await;
        let (browser, own) = signed_in(&app, ADA).await;
        let (elsewhere, other) = signed_in(&app, ADA).await;
        app.advance(Duration::from_secs(1));
        let done = change(&browser, PASSWORD, NEW, false).await.ok();
        assert_eq!(done["response"]["id"], id);
        assert_eq!(done["response"]["password_last_updated_at"], app.now().as_millis());
        assert_eq!(done["client"]["sessions"][0]["id"], own);
        sign_in(&app.browser(), ADA, PASSWORD).await.refused(422, "form_password_incorrect");
        sign_in(&app.browser(), ADA, NEW).await.ok();
        // Nobody was signed out.
        elsewhere.get("/me").await.ok();
        assert_eq!(session(&app, &other).await["status"], "active");
        assert!(app.revocations().await.is_empty());
    }

    async fn signing_out_elsewhere_keeps_the_session_that_acts(app: TestApp) {
        let id = user(&app, ADA).await;
        let (browser, own) = signed_in(&app, ADA).await;
        let (elsewhere, other) = signed_in(&app, ADA).await;
        let made = app.session(&id).await;
        app.advance(Duration::from_secs(1));
        let done = change(&browser, PASSWORD, NEW, true).await.ok();
        let kept = &done["client"]["sessions"][0];
        assert_eq!((&kept["id"], &kept["status"]), (&json!(own), &json!("active")));
        assert!(kept["last_active_token"]["jwt"].is_string());
        // It goes on in every way, also after the sweep.
        app.run_sweep().await;
        browser.get("/me").await.ok();
        for what in ["tokens", "touch"] {
            browser.post(&format!("/client/sessions/{own}/{what}"), &[]).await.ok();
        }
        assert_eq!(session(&app, &own).await["status"], "active");
        elsewhere.get("/me").await.refused(401, "authentication_invalid");
        for dead in [&other, &made] {
            assert_eq!(session(&app, dead).await["status"], "revoked");
        }
        let revoked = app.events().await.into_iter().filter(|event| event.kind == "session.revoked");
        let mut revoked: Vec<_> = revoked.map(|event| text(&event.data["id"])).collect();
        let mut expected = vec![other, made];
        revoked.sort();
        expected.sort();
        assert_eq!(revoked, expected);
        assert_eq!(app.revocations().await.len(), 1);
        // A second time, from the session that was carried over.
        app.advance(Duration::from_secs(1));
        change(&browser, NEW, PASSWORD, true).await.ok();
        browser.get("/me").await.ok();
    }

    async fn the_user_is_told_of_a_new_password(app: TestApp) {
        user(&app, "ada@example.org").await;
        let browser = app.browser();
        sign_in(&browser, "ada@example.org", PASSWORD).await.ok();
        app.drain_mail().await;
        change(&browser, "wrong", NEW, true).await.refused(422, "form_password_incorrect");
        change(&browser, PASSWORD, "short", true).await.refused(422, "form_password_length_too_short");
        assert!(app.drain_mail().await.is_empty());
        change(&browser, PASSWORD, NEW, true).await.ok();
        let mail = app.only_mail().await;
        assert_eq!((&*mail.kind, &*mail.to), ("password_changed", "ada@example.org"));
    }

    async fn a_wrong_or_unfit_password_is_refused_under_its_field(app: TestApp) {
        user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        change(&browser, "wrong", NEW, true).await.refused_for(422, "form_password_incorrect", "current_password");
        change(&browser, "", NEW, true).await.refused_for(422, "form_param_missing", "current_password");
        change(&browser, PASSWORD, "", true).await.refused_for(422, "form_param_missing", "new_password");
        change(&browser, PASSWORD, "short", true).await.refused_for(422, "form_password_length_too_short", "new_password");
        change(&browser, PASSWORD, "password123", true).await.refused_for(422, "form_password_pwned", "new_password");
        let own = change(&browser, PASSWORD, ADA, true).await;
        own.refused_for(422, "form_password_matches_identifier", "new_password");
        let same = change(&browser, PASSWORD, PASSWORD, true).await;
        same.refused_for(422, "form_new_password_matches_current", "new_password");
        sign_in(&app.browser(), ADA, PASSWORD).await.ok();
        app.browser().post("/me/change_password", &[]).await.refused(401, "signed_out");
    }

    #[instance = "[lockout]\nmax_attempts = 5"]
    async fn guesses_count_towards_the_lockout(app: TestApp) {
        let id = user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        for left in (1..5).rev() {
            change(&browser, "wrong", NEW, false).await.refused(422, "form_password_incorrect");
            assert_eq!(shown(&app, &id).await["verification_attempts_remaining"], left);
        }
        let remove = [("current_password", "wrong")];
        browser.post("/me/remove_password", &remove).await.refused(403, "user_locked");
        // Nor is the right one taken any more, while the session goes on.
        change(&browser, PASSWORD, NEW, false).await.refused(403, "user_locked");
        browser.get("/me").await.ok();
        sign_in(&app.browser(), ADA, PASSWORD).await.refused(403, "user_locked");
    }

    async fn who_has_none_sets_one(app: TestApp) {
        app.create_user(&json!({"email_address": [ADA]})).await;
        let (browser, _) = signed_in(&app, ADA).await;
        browser.post("/me/remove_password", &[]).await.refused(400, "no_password_set");
        browser.post("/me/change_password", &[("new_password", NEW)]).await.ok();
        sign_in(&app.browser(), ADA, NEW).await.ok();
        // From here on it is asked for.
        let another = [("new_password", PASSWORD)];
        browser.post("/me/change_password", &another).await.refused_for(422, "form_param_missing", "current_password");
    }

    #[instance = "[password]\nrequired_at_sign_up = false"]
    async fn a_password_can_be_removed_where_another_way_is_left(app: TestApp) {
        let id = user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        let remove = async |browser: &Browser, current: &str| {
            browser.post("/me/remove_password", &[("current_password", current)]).await
        };
        remove(&browser, "wrong").await.refused_for(422, "form_password_incorrect", "current_password");
        remove(&browser, "").await.refused_for(422, "form_param_missing", "current_password");
        assert_eq!(remove(&browser, PASSWORD).await.ok()["response"]["password_enabled"], false);
        assert_eq!(shown(&app, &id).await["password_enabled"], false);
        sign_in(&app.browser(), ADA, PASSWORD).await.refused(400, "strategy_for_user_invalid");
        signed_in(&app, ADA).await;

        app.create_user(&json!({"username": "evelyn", "password": PASSWORD})).await;
        let eve = app.browser();
        sign_in(&eve, "evelyn", PASSWORD).await.ok();
        remove(&eve, PASSWORD).await.refused(400, "password_required");
    }

    async fn a_required_password_cannot_be_removed(app: TestApp) {
        user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        let remove = [("current_password", PASSWORD)];
        browser.post("/me/remove_password", &remove).await.refused(400, "password_required");
    }
}
