//! Who may ask.

use beadle_testkit::both_engines;

use crate::{entries, feed, snapshot};

both_engines! {
    async fn the_secret_key_opens_the_feed_too(app: TestApp) {
        app.backend().get("/v1/revocations").send().await.ok();
    }

    async fn nobody_else_is_let_in(app: TestApp) {
        let refused = feed(&app).without_header("authorization").send().await;
        refused.refused(401, "authorization_header_format_invalid");
        for key in ["fk_wrong", "sk_test_wrong", "", "pk_live_Y2xlcmsuYmVhZGxlLmxvY2FsaG9zdCQ"] {
            let refused = feed(&app).header("authorization", &format!("Bearer {key}")).send().await;
            assert_eq!(refused.status, 401, "{key}");
        }
    }

    async fn the_feed_key_opens_nothing_else(app: TestApp) {
        let key = secrecy::ExposeSecret::expose_secret(&app.app().instance.keys.feed_key).to_owned();
        let user = app.user("ada@example.com").await;
        let mut tried = 0;
        for route in beadle_server::routes() {
            let is_open = route.path.starts_with("/v1/revocations") || route.path.starts_with("/v1/gate");
            // Pages take no key at all.
            if matches!(route.api, "frontend" | "account") || route.path.starts_with("/dev/") || is_open {
                continue;
            }
            let path = route.path.replace("{user_id}", &user);
            let call = app.backend().call(route.method.parse().unwrap(), &path);
            let answer = call.header("authorization", &format!("Bearer {key}")).send().await;
            // Some operations take keys of machines as well, and say so.
            let code = if answer.text().contains("machine") { "machine_secret_key_invalid" } else { "clerk_key_invalid" };
            answer.refused(401, code);
            tried += 1;
        }
        assert!(tried > 20, "{tried}");
        assert!(entries(&snapshot(&app).await).is_empty(), "nothing happened");
    }

    async fn other_methods_are_not_there(app: TestApp) {
        app.backend().post("/v1/revocations").send().await.refused(404, "resource_not_found");
        app.backend().get("/v1/revocations/receipts").send().await.refused(404, "resource_not_found");
    }

    async fn the_feed_is_the_same_on_the_publishable_host(app: TestApp) {
        feed(&app).header("host", "clerk.beadle.localhost").send().await.ok();
    }
}
