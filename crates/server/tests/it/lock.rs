//! Locking keeps sign-ins out and sessions alive.

use std::time::Duration;

use beadle_testkit::{both_engines, json};

use crate::show;

both_engines! {
    async fn a_lock_lasts_as_long_as_the_settings_say(app: TestApp) {
        let id = app.user("ada@example.com").await;
        let session = app.session(&id).await;
        let user = app.backend().post(&format!("/v1/users/{id}/lock")).send().await.ok();
        assert_eq!((&user["locked"], &user["banned"]), (&json!(true), &json!(false)));
        assert_eq!(user["lockout_expires_in_seconds"], 3600);
        assert_eq!(user["verification_attempts_remaining"], 0);
        app.backend().post(&format!("/v1/sessions/{session}/tokens")).send().await.ok();
        app.advance(Duration::from_secs(3599));
        assert_eq!(show(&app, &id).await["lockout_expires_in_seconds"], 1);
        app.advance(Duration::from_secs(1));
        let user = show(&app, &id).await;
        assert_eq!((&user["locked"], &user["lockout_expires_in_seconds"]), (&json!(false), &json!(null)));
        assert_eq!(user["verification_attempts_remaining"], 10);
    }

    async fn a_second_lock_neither_lengthens_nor_tells(app: TestApp) {
        let id = app.user("ada@example.com").await;
        let path = format!("/v1/users/{id}/lock");
        app.backend().post(&path).send().await.ok();
        app.advance(Duration::from_secs(600));
        let user = app.backend().post(&path).send().await.ok();
        assert_eq!(user["lockout_expires_in_seconds"], 3000);
        assert_eq!(app.event_kinds(&id).await, ["user.created", "user.updated"]);
    }

    async fn an_unlock_ends_it(app: TestApp) {
        let id = app.user("ada@example.com").await;
        let path = format!("/v1/users/{id}/unlock");
        let before = show(&app, &id).await;
        assert_eq!(app.backend().post(&path).send().await.ok(), before, "nothing to unlock");
        app.backend().post(&format!("/v1/users/{id}/lock")).send().await.ok();
        let user = app.backend().post(&path).send().await.ok();
        assert_eq!((&user["locked"], &user["verification_attempts_remaining"]), (&json!(false), &json!(10)));
        assert_eq!(app.event_kinds(&id).await, ["user.created", "user.updated", "user.updated"]);
    }

    #[instance = "[lockout]\nduration_seconds = 0"]
    async fn without_a_duration_a_lock_has_no_end(app: TestApp) {
        let id = app.user("ada@example.com").await;
        let user = app.backend().post(&format!("/v1/users/{id}/lock")).send().await.ok();
        assert_eq!((&user["locked"], &user["lockout_expires_in_seconds"]), (&json!(true), &json!(null)));
        app.advance(Duration::from_secs(10 * 365 * 24 * 3600));
        assert_eq!(show(&app, &id).await["locked"], true);
    }

    #[instance = "[lockout]\nenabled = false"]
    async fn where_lockout_is_off_both_are_forbidden(app: TestApp) {
        let id = app.user("ada@example.com").await;
        for tail in ["lock", "unlock"] {
            let answer = app.backend().post(&format!("/v1/users/{id}/{tail}")).send().await;
            answer.refused(403, "authorization_invalid");
        }
        let user = show(&app, &id).await;
        assert_eq!(
            (&user["locked"], &user["verification_attempts_remaining"]),
            (&json!(false), &json!(null))
        );
    }
}
