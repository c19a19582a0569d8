//! Older versions of the Backend API.

use beadle_testkit::{TestApp, Value, both_engines, json};

async fn get(app: &TestApp, path: &str, version: Option<&str>) -> Value {
    let call = app.backend().get(path);
    let call = match version {
        Some(version) => call.header("clerk-api-version", version),
        None => call,
    };
    call.send().await.ok()
}

both_engines! {
    async fn sessions_have_the_shape_of_the_version(app: TestApp) {
        let user = app.user("ada@example.com").await;
        let id = app.session(&user).await;
        let one = format!("/v1/sessions/{id}");
        let client = get(&app, &one, None).await["client_id"].as_str().unwrap().to_owned();
        for (version, has_tasks) in [
            (None, false), (Some("2021-02-05"), false), (Some("2024-10-01"), false), (Some("2025-04-10"), true),
            (Some("2025-11-10"), true), (Some("2026-05-12"), true), (Some("2031-01-01"), true),
        ] {
            let list = format!("/v1/sessions?user_id={user}");
            let shown = [
                get(&app, &one, version).await,
                get(&app, &list, version).await[0].clone(),
                get(&app, &format!("{list}&paginated=true"), version).await["data"][0].clone(),
                get(&app, &format!("/v1/clients/{client}"), version).await["sessions"][0].clone(),
                get(&app, "/v1/clients", version).await[0]["sessions"][0].clone(),
            ];
            for session in shown {
                assert_eq!(session["id"], id, "{version:?}");
                assert_eq!(session.get("tasks"), has_tasks.then_some(&Value::Null), "{version:?}: {session}");
            }
        }
        let made = app.backend().post("/v1/sessions").json(&json!({"user_id": user})).send().await.ok();
        assert_eq!(made.get("tasks"), None);
        let revoked = app.backend().post(&format!("{one}/revoke")).send().await.ok();
        assert_eq!(revoked.get("tasks"), None);
    }
}
