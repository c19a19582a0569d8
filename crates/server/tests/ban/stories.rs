//! What the matrix does not reach: users who are born banned, locks beside bans, users who came by signing up.

use std::time::Duration;

use beadle_testkit::{TestApp, both_engines, json};

use crate::{
    answers::{self, refused, session_refused, signed_out, token},
    scene::{CODE, DIGEST, PASSWORD, Phase, Scene, ban, text, unban},
};

/// Signs in with the password and returns the answer.
async fn sign_in(app: &TestApp, identifier: &str, password: &str) -> beadle_testkit::TestResponse {
    let form = [("identifier", identifier), ("strategy", "password"), ("password", password)];
    app.browser().post("/client/sign_ins", &form).await
}

both_engines! {
    async fn a_user_can_be_born_banned(app: TestApp) {
        let body = json!({
            "email_address": ["ada+clerk_test@example.com"], "banned": true,
            "password_digest": DIGEST, "password_hasher": "bcrypt",
        });
        let made = app.backend().post("/v1/users").json(&body).send().await.ok();
        assert_eq!(made["banned"], true);
        let user = text(&made["id"]);
        let session = json!({"user_id": user});
        refused(&app.backend().post("/v1/sessions").json(&session).send().await, 403, "user_banned");
        refused(&sign_in(&app, "ada+clerk_test@example.com", PASSWORD).await, 403, "user_banned");
        refused(&sign_in(&app, "ada+clerk_test@example.com", "wrong").await, 422, "form_password_incorrect");
        let sessions = app.backend().get("/v1/sessions").query(&[("user_id", &user)]).send().await.ok();
        assert_eq!(sessions, json!([]));
        unban(&app, &user).await;
        let body = sign_in(&app, "ada+clerk_test@example.com", PASSWORD).await.ok();
        answers::token(&body["client"]["sessions"][0]["last_active_token"]["jwt"], &user, 1);
    }

    async fn who_signed_up_is_cut_off_like_anybody(app: TestApp) {
        let browser = app.browser();
        let form = [
            ("email_address", "ada+clerk_test@example.com"), ("password", PASSWORD), ("strategy", "email_code"),
        ];
        let begun = browser.post("/client/sign_ups", &form).await.ok();
        let path = format!("/client/sign_ups/{}", text(&begun["response"]["id"]));
        let code = [("strategy", "email_code"), ("code", CODE)];
        let done = browser.post(&format!("{path}/attempt_verification"), &code).await.ok();
        let user = text(&done["response"]["created_user_id"]);
        let session = text(&done["response"]["created_session_id"]);
        answers::token(&done["client"]["sessions"][0]["last_active_token"]["jwt"], &user, 1);

        ban(&app, &user).await;
        for call in ["tokens", "touch", "end", "remove"] {
            let answer = browser.post(&format!("/client/sessions/{session}/{call}"), &[]).await;
            session_refused(&answer, Phase::Banned);
        }
        signed_out(&browser.get("/client").await.ok()["response"]);
        // The completed attempt opens nothing a second time.
        refused(
            &browser.post(&format!("{path}/attempt_verification"), &code).await,
            400,
            "verification_already_verified",
        );
    }

    async fn a_device_of_two_users_loses_only_the_banned_one(app: TestApp) {
        let browser = app.browser();
        let mut sessions = Vec::new();
        for name in ["ada", "bob"] {
            let email = format!("{name}@example.com");
            let user = app.create_user(&json!({
                "email_address": [email], "password_digest": DIGEST, "password_hasher": "bcrypt",
            })).await;
            let form = [("identifier", &*email), ("strategy", "password"), ("password", PASSWORD)];
            let done = browser.post("/client/sign_ins", &form).await.ok();
            sessions.push((text(&done["response"]["created_session_id"]), user));
            app.advance(Duration::from_secs(1));
        }
        let [(ada, ada_id), (bob, bob_id)] = &sessions[..] else { panic!("two sessions") };
        assert_eq!(browser.get("/client").await.ok()["response"]["last_active_session_id"], **bob);
        ban(&app, bob_id).await;
        let shown = browser.get("/client").await.ok();
        assert_eq!(shown["response"]["sessions"].as_array().unwrap().len(), 1);
        assert_eq!(shown["response"]["sessions"][0]["id"], **ada);
        assert_eq!(shown["response"]["last_active_session_id"], **ada);
        browser.post(&format!("/client/sessions/{ada}/tokens"), &[]).await.ok();
        let answer = browser.post(&format!("/client/sessions/{bob}/tokens"), &[]).await;
        let refusal = answer.refused(403, "user_banned");
        let left = refusal["meta"]["client"]["sessions"].as_array().unwrap();
        assert_eq!((left.len(), &left[0]["id"]), (1, &json!(ada)));
        token(&left[0]["last_active_token"]["jwt"], ada_id, 1);
    }

    // What was proven while the ban stood is not cashed in once it is lifted.
    async fn an_attempt_refused_by_a_ban_stays_refused(app: TestApp) {
        let scene = Scene::new(&app, 0).await;
        ban(&app, &scene.user).await;
        let attempt = async |(browser, id): &(beadle_testkit::Browser, String), form: &[(&str, &str)]| {
            browser.post(&format!("/client/sign_ins/{id}/attempt_first_factor"), form).await
        };
        let password = [("strategy", "password"), ("password", PASSWORD)];
        let code = [("strategy", "email_code"), ("code", CODE)];
        refused(&attempt(&scene.identified, &password).await, 403, "user_banned");
        refused(&attempt(&scene.code_out, &code).await, 403, "user_banned");
        unban(&app, &scene.user).await;
        refused(&attempt(&scene.identified, &password).await, 401, "authentication_invalid");
        let again = attempt(&scene.code_out, &code).await;
        assert!(again.status.is_client_error(), "{}", again.shown());
        assert!(scene.listed(&[("status", "active")]).await.is_empty());
    }

    async fn a_second_ban_changes_nothing_and_a_third_after_an_unban_does(app: TestApp) {
        let scene = Scene::new(&app, 0).await;
        ban(&app, &scene.user).await;
        let before = (app.events().await, app.revocations().await);
        ban(&app, &scene.user).await;
        assert_eq!((app.events().await, app.revocations().await), before);
        unban(&app, &scene.user).await;
        let session = app.session(&scene.user).await;
        assert_eq!(scene.shown(&session).await["status"], "active");
        ban(&app, &scene.user).await;
        assert_eq!(scene.shown(&session).await["status"], "revoked");
        assert_eq!(app.revocations().await.len(), before.1.len() + 1);
    }

    async fn unlocking_is_not_unbanning(app: TestApp) {
        let scene = Scene::new(&app, 0).await;
        ban(&app, &scene.user).await;
        for what in ["lock", "unlock"] {
            let path = format!("/v1/users/{}/{what}", scene.user);
            let shown = app.backend().post(&path).send().await.ok();
            assert_eq!((&shown["banned"], &shown["locked"]), (&json!(true), &json!(what == "lock")));
        }
        refused(&sign_in(&app, &scene.email, PASSWORD).await, 403, "user_banned");
    }

    async fn a_lock_leaves_sessions_alone(app: TestApp) {
        let scene = Scene::new(&app, 0).await;
        app.backend().post(&format!("/v1/users/{}/lock", scene.user)).send().await.ok();
        scene.holder.post(&format!("/client/sessions/{}/tokens", scene.session), &[]).await.ok();
        refused(&sign_in(&app, &scene.email, PASSWORD).await, 403, "user_locked");
        let made = app.session(&scene.user).await;
        assert_eq!(scene.shown(&made).await["status"], "active");
        // Neither a session made for them nor one that is in use lifts the lock.
        let shown = app.backend().get(&format!("/v1/users/{}", scene.user)).send().await.ok();
        assert_eq!(shown["locked"], true);
    }

    async fn each_session_is_reported_revoked_once_and_after_the_ban(app: TestApp) {
        let scene = Scene::new(&app, 0).await;
        let other = Scene::new(&app, 1).await;
        for _ in 0..120 {
            app.session(&scene.user).await;
        }
        let before = app.event_kinds(&scene.user).await.len();
        ban(&app, &scene.user).await;
        let kinds = app.event_kinds(&scene.user).await;
        assert_eq!(kinds[before..], ["user.updated"]);
        assert!(app.run_sweep().await >= 3, "settled in batches");
        let events = app.events().await;
        let revoked: Vec<_> = events.iter().filter(|event| event.kind == "session.revoked").collect();
        let mut ids: Vec<_> = revoked.iter().map(|event| text(&event.data["id"])).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!((revoked.len(), ids.len()), (122, 122));
        assert!(revoked.iter().all(|event| event.subject == scene.user));
        let updated = events.iter().rposition(|event| event.kind == "user.updated").unwrap();
        assert!(events[..updated].iter().all(|event| event.kind != "session.revoked"));
        assert_eq!(other.shown(&other.session).await["status"], "active");
    }
}
