//! The harness itself.

use std::time::Duration;

use beadle_testkit::{Engine, START, TestApp, both_engines, json};

both_engines! {
    async fn the_server_answers(app: TestApp) {
        let id = app.user("ada@example.com").await;
        let shown = app.backend().get(&format!("/v1/users/{id}")).send().await.ok();
        assert_eq!(shown["created_at"], START.as_millis());
        assert_eq!(app.event_kinds(&id).await, ["user.created"]);
        assert!(app.revocations().await.is_empty());
    }

    async fn data_outlives_a_restart(app: TestApp) {
        let id = app.user("ada@example.com").await;
        app.advance(Duration::from_secs(5));
        let app = app.reopen(2).await;
        assert_eq!(app.now(), START.plus(Duration::from_secs(5)));
        let shown = app.backend().get(&format!("/v1/users/{id}")).send().await.ok();
        assert_eq!(shown["id"], json!(id));
        app.user("bob@example.com").await;
    }

    #[instance = "application_name = 'Acme'\n[password]\nmin_length = 12"]
    async fn settings_reach_the_server(app: TestApp) {
        assert_eq!(app.app().instance.settings().password.min_length, 12);
    }
}

#[test]
fn apps_do_not_share_data() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        beadle_testkit::run(engine, "", async |one: TestApp| {
            let other = TestApp::builder(engine).start().await;
            let id = one.user("ada@example.com").await;
            other.backend().get(&format!("/v1/users/{id}")).send().await.refused(404, "resource_not_found");
        });
    }
}

#[test]
fn seeds_repeat_themselves() {
    let id = |seed| {
        let mut made = String::new();
        beadle_testkit::run(Engine::Sqlite, "", async |_: TestApp| {
            made = TestApp::builder(Engine::Sqlite).seed(seed).start().await.user("ada@example.com").await;
        });
        made
    };
    assert_eq!(id(7), id(7));
    assert_ne!(id(7), id(8));
}
