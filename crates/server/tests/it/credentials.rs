//! The list of operations and the router that answers them are the same. What each does for a banned user is in
//! `tests/ban/matrix.rs`.

use beadle_testkit::both_engines;

both_engines! {
    async fn the_description_and_the_router_agree(app: TestApp) {
        for route in beadle_server::routes().into_iter().filter(|route| route.api == "backend") {
            let path =
                route.path.replace("{user_id}", crate::NOBODY).replace("{session_id}", crate::NO_SESSION);
            let call = app.backend().call(route.method.parse().unwrap(), &path);
            call.without_header("authorization")
                .send()
                .await
                .refused(401, "authorization_header_format_invalid");
            let answer = app.backend().call(route.method.parse().unwrap(), &path).send().await;
            let text = answer.text();
            assert!(!text.contains("There is nothing here"), "{route:?} is described but not mounted");
        }
    }
}
