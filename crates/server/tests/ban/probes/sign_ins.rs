//! Signing in, in one step and in several.

use beadle_testkit::{Browser, TestResponse, Value, json};

use crate::{
    answers::{self, hands_out_nothing, refused},
    scene::{CODE, NEW_PASSWORD, PASSWORD, Phase, RESET_PASSWORD, Scene},
};

#[track_caller]
pub(crate) fn signed_in(answer: &TestResponse, scene: &Scene<'_>, generation: i64) {
    let body = answer.ok();
    assert_eq!(body["response"]["status"], "complete");
    let session = &body["client"]["sessions"][0];
    assert_eq!(session["id"], body["response"]["created_session_id"]);
    assert_eq!(session["status"], "active");
    answers::token(&session["last_active_token"]["jwt"], &scene.user, generation);
}

/// A sign-in that starts now: it is the user's standing of now that counts.
pub(crate) async fn sign_in(scene: &Scene<'_>, phase: Phase) {
    for identifier in [&scene.email, &scene.username] {
        let with = async |password: &str| {
            let form = [("identifier", &**identifier), ("strategy", "password"), ("password", password)];
            let browser = scene.app.browser();
            let answer = browser.post("/client/sign_ins", &form).await;
            if answer.status != 200 {
                let client = &browser.get("/client").await.ok()["response"];
                assert!(client.is_null() || client["sessions"] == json!([]), "{client}");
            }
            answer
        };
        match phase {
            Phase::Live => signed_in(&with(PASSWORD).await, scene, 1),
            Phase::Banned | Phase::BannedInBulk => {
                refused(&with(PASSWORD).await, 403, "user_banned");
                refused(&with(NEW_PASSWORD).await, 422, "form_password_incorrect");
            }
            Phase::Unbanned => signed_in(&with(PASSWORD).await, scene, 2),
            Phase::PasswordChanged => {
                refused(&with(PASSWORD).await, 422, "form_password_incorrect");
                signed_in(&with(NEW_PASSWORD).await, scene, 2);
            }
            Phase::Deleted => {
                refused(&with(PASSWORD).await, 422, "form_identifier_not_found");
            }
        }
    }
    super::social::oauth_transfer(scene, phase).await;
}

/// An attempt looks the same whatever became of its user.
pub(crate) async fn sign_in_shown(scene: &Scene<'_>, _: Phase) {
    for (browser, id) in [&scene.identified, &scene.code_out] {
        let answer = browser.get(&format!("/client/sign_ins/{id}")).await;
        let shown = &answer.ok()["response"];
        assert_eq!(shown["status"], "needs_first_factor");
        assert_eq!(shown["created_session_id"], Value::Null);
        hands_out_nothing(&answer);
    }
}

/// A code is sent to a banned user too: that it is not would tell.
pub(crate) async fn sign_in_prepared(scene: &Scene<'_>, phase: Phase) {
    let (browser, id) = &scene.identified;
    let answer = browser
        .post(&format!("/client/sign_ins/{id}/prepare_first_factor"), &[("strategy", "email_code")])
        .await;
    if phase == Phase::Deleted {
        refused(&answer, 400, "strategy_for_user_invalid");
        return;
    }
    let shown = &answer.ok()["response"];
    assert_eq!(shown["first_factor_verification"]["status"], "unverified");
    hands_out_nothing(&answer);
}

async fn attempt(browser: &Browser, id: &str, form: &[(&str, &str)]) -> TestResponse {
    browser.post(&format!("/client/sign_ins/{id}/attempt_first_factor"), form).await
}

/// Attempts that were under way: only the generation they began in counts.
pub(crate) async fn sign_in_attempted(scene: &Scene<'_>, phase: Phase) {
    super::passkey_sign_in(scene, phase).await;
    let password = if phase == Phase::PasswordChanged { NEW_PASSWORD } else { PASSWORD };
    let with_password = [("strategy", "password"), ("password", password)];
    let with_code = [("strategy", "email_code"), ("code", CODE)];
    for ((browser, id), form) in [(&scene.identified, with_password), (&scene.code_out, with_code)] {
        let answer = attempt(browser, id, &form).await;
        match phase {
            Phase::Live => signed_in(&answer, scene, 1),
            Phase::Banned | Phase::BannedInBulk => {
                refused(&answer, 403, "user_banned");
                refused(&attempt(browser, id, &form).await, 403, "user_banned");
            }
            Phase::Unbanned | Phase::PasswordChanged | Phase::Deleted => {
                refused(&answer, 401, "authentication_invalid");
            }
        }
    }
}

/// A new password that an accepted reset code allows: it opens nothing for who is dead by now, and is not set.
pub(crate) async fn password_reset(scene: &Scene<'_>, phase: Phase) {
    let (browser, id) = &scene.resetting;
    let path = format!("/client/sign_ins/{id}/reset_password");
    let answer =
        browser.post(&path, &[("password", RESET_PASSWORD), ("sign_out_of_other_sessions", "true")]).await;
    match phase {
        // It ends every other session, and so starts the next generation.
        Phase::Live => signed_in(&answer, scene, 2),
        Phase::Banned | Phase::BannedInBulk => {
            refused(&answer, 403, "user_banned");
        }
        Phase::Unbanned | Phase::PasswordChanged | Phase::Deleted => {
            refused(&answer, 401, "authentication_invalid");
        }
    }
    if !phase.is_live() {
        let form = [("identifier", &*scene.email), ("strategy", "password"), ("password", RESET_PASSWORD)];
        assert_ne!(scene.app.browser().post("/client/sign_ins", &form).await.status, 200);
    }
}
