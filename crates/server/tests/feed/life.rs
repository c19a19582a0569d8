//! How long entries matter.

use std::time::Duration;

use beadle_testkit::{Engine, TestApp, both_engines, json};

use crate::{after, banned, entries, snapshot};

/// Makes a token of this lifetime, in seconds.
async fn token(app: &TestApp, session: &str, lifetime: i64) -> beadle_testkit::TestResponse {
    let body = json!({"expires_in_seconds": lifetime});
    app.backend().post(&format!("/v1/sessions/{session}/tokens")).json(&body).send().await
}

async fn pass(app: &TestApp, seconds: u64) {
    // What was revoked is told at once, as by a server that runs.
    app.advance_feed().await;
    app.advance(Duration::from_secs(seconds));
    app.advance_feed().await;
    beadle_server::hooks::beat(app.app());
}

both_engines! {
    async fn an_entry_is_forgotten_a_minute_after_the_last_token_it_concerns(app: TestApp) {
        banned(&app, "ada").await;
        pass(&app, 100).await;
        let young = banned(&app, "bob").await;
        pass(&app, 19).await;
        assert_eq!(entries(&snapshot(&app).await).len(), 2);
        pass(&app, 1).await;
        let frame = snapshot(&app).await;
        assert_eq!(entries(&frame).len(), 1);
        assert_eq!((&entries(&frame)[0]["user_id"], &frame["head"]), (&json!(young), &json!(2)));
        // Who knows less than what was forgotten starts anew.
        assert_eq!(after(&app, 0).await["snapshot"], true);
        assert_eq!(after(&app, 1).await["snapshot"], false);
    }

    async fn a_node_that_starts_tells_what_still_matters(app: TestApp) {
        banned(&app, "ada").await;
        pass(&app, 121).await;
        let young = banned(&app, "bob").await;
        let app = app.reopen(7).await;
        let frame = snapshot(&app).await;
        assert_eq!(entries(&frame).len(), 1);
        assert_eq!((&entries(&frame)[0]["user_id"], &frame["head"]), (&json!(young), &json!(2)));
    }

    async fn an_entry_lives_as_long_as_the_longest_token_of_the_user(app: TestApp) {
        let user = app.user("ada@example.com").await;
        let session = app.session(&user).await;
        token(&app, &session, 7200).await.ok();
        token(&app, &session, 3600).await.ok();
        app.backend().post(&format!("/v1/users/{user}/ban")).send().await.ok();
        let made = app.now().as_millis();
        let expires_at = entries(&snapshot(&app).await)[0]["expires_at"].as_i64().unwrap();
        assert!((7_200_000..7_202_000).contains(&(expires_at - made)), "{}", expires_at - made);
        pass(&app, 7200).await;
        assert_eq!(entries(&snapshot(&app).await).len(), 1);
    }

    #[instance = "[jwt_templates.long]\nlifetime_seconds = 7200"]
    async fn the_same_holds_for_tokens_of_templates(app: TestApp) {
        let user = app.user("ada@example.com").await;
        let session = app.session(&user).await;
        app.backend().post(&format!("/v1/sessions/{session}/tokens/long")).send().await.ok();
        app.backend().post(&format!("/v1/users/{user}/ban")).send().await.ok();
        let made = app.now().as_millis();
        let expires_at = entries(&snapshot(&app).await)[0]["expires_at"].as_i64().unwrap();
        assert!((7_200_000..7_202_000).contains(&(expires_at - made)), "{}", expires_at - made);
    }

    async fn the_same_holds_for_a_session_and_an_ordinary_token_changes_nothing(app: TestApp) {
        let user = app.user("ada@example.com").await;
        let (long, short) = (app.session(&user).await, app.session(&user).await);
        token(&app, &long, 7200).await.ok();
        token(&app, &short, 30).await.ok();
        for session in [&short, &long] {
            app.backend().post(&format!("/v1/sessions/{session}/revoke")).send().await.ok();
        }
        let frame = snapshot(&app).await;
        let lives: Vec<_> = entries(&frame)
            .iter()
            .map(|entry| (entry["expires_at"].as_i64().unwrap() - entry["created_at"].as_i64().unwrap()) / 1000)
            .collect();
        assert_eq!(lives, [60, 7201]);
    }

    async fn an_entry_that_was_long_in_coming_matters_for_as_much_longer(app: TestApp) {
        banned(&app, "ada").await;
        // A commit that waited for a standby: until it was there, tokens were made.
        app.advance(Duration::from_secs(300));
        let expires_at = entries(&snapshot(&app).await).first().map(|entry| entry["expires_at"].clone());
        match app.engine() {
            Engine::Postgres => assert_eq!(expires_at, Some(json!(app.now().as_millis() + 60_000))),
            // There is nobody to wait for, and nothing to tell: the node has looked five minutes later.
            Engine::Sqlite => assert!(expires_at.is_some()),
        }
    }

    async fn no_long_token_is_made_for_the_dead(app: TestApp) {
        let user = app.user("ada@example.com").await;
        let (revoked, session) = (app.session(&user).await, app.session(&user).await);
        app.backend().post(&format!("/v1/sessions/{revoked}/revoke")).send().await.ok();
        token(&app, &revoked, 7200).await.refused(401, "authentication_invalid");
        app.backend().post(&format!("/v1/users/{user}/ban")).send().await.ok();
        token(&app, &session, 7200).await.refused(403, "user_banned");
        let frame = snapshot(&app).await;
        assert!(entries(&frame).iter().all(|entry| entry["expires_at"] == app.now().as_millis() + 60_000));
    }
}

#[test]
fn a_shorter_lifetime_does_not_shorten_the_entries_for_tokens_made_before() {
    beadle_testkit::run(
        beadle_testkit::Engine::Sqlite,
        "[session]\ntoken_lifetime_seconds = 600",
        async |app: TestApp| {
            let app = app.reopen_with("[session]\ntoken_lifetime_seconds = 60", 7).await;
            banned(&app, "ada").await;
            let frame = snapshot(&app).await;
            assert_eq!(entries(&frame)[0]["expires_at"], app.now().as_millis() + 600_000);
            app.advance(Duration::from_secs(601));
            banned(&app, "bob").await;
            let frame = snapshot(&app).await;
            assert_eq!(entries(&frame)[1]["expires_at"], app.now().as_millis() + 60_000);
        },
    );
}
