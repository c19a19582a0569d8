//! What every operation answers before it does anything.

use beadle_server::Route;
use beadle_testkit::{Call, Published, TestApp, both_engines};
use http::Method;

/// Each operation, asked about things that are not there.
fn calls(app: &TestApp) -> Vec<(Route, Call)> {
    let routes = beadle_server::routes().into_iter().filter(|route| route.api == "backend");
    let call = |route: Route| {
        let method = Method::from_bytes(route.method.as_bytes()).unwrap();
        let call = app.backend().call(method, &route.path.replace(['{', '}'], ""));
        (route, call)
    };
    routes.map(call).collect()
}

both_engines! {
    async fn nothing_is_open_to_strangers(app: TestApp) {
        for (_, call) in calls(&app) {
            call.clone().without_header("authorization").send().await.refused(401, "authorization_header_format_invalid");
            let answer = call.header("authorization", "Bearer sk_test_other").send().await;
            // Some take the keys of machines as well, and speak of those.
            let codes = ["clerk_key_invalid", "machine_secret_key_invalid"];
            let code = answer.json()["errors"][0]["code"].clone();
            assert!(answer.status == 401 && codes.iter().any(|known| code == *known), "{}", answer.shown());
        }
    }

    async fn an_unknown_version_is_refused(app: TestApp) {
        for (_, call) in calls(&app) {
            call.header("clerk-api-version", "yesterday").send().await.refused(400, "api_version_invalid");
        }
    }

    async fn a_broken_body_is_refused(app: TestApp) {
        let Some(published) = Published::backend() else {
            println!("NOT CHECKED: {} is not there", Published::folder().display());
            return;
        };
        let refused = beadle_server::refused();
        // What the path names comes first.
        for (route, call) in calls(&app).into_iter().filter(|(route, _)| !route.path.contains('{')) {
            let operation = published.operations().iter().find(|one| one.operation_id == route.operation_id).unwrap();
            if operation.takes_json && !refused.iter().any(|one| one.operation_id == route.operation_id) {
                let call = call.header("content-type", "application/json").body("{");
                call.send().await.refused(400, "request_body_invalid");
            }
        }
    }
}
