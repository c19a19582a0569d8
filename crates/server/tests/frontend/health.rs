//! Health, as Clerk's tools ask for it.

use beadle_testkit::{SECRET_KEY, both_engines, json};
use http::Method;

both_engines! {
    async fn the_frontend_api_is_healthy(app: TestApp) {
        assert_eq!(app.browser().get("/health").await.ok(), json!({"status": "healthy"}));
    }

    async fn a_proxy_must_say_where_requests_come_from(app: TestApp) {
        let browser = app.browser();
        let ask = || browser.call(Method::GET, "/proxy-health").query(&[("domain_id", "dmn_1")]);
        ask().send().await.refused(400, "proxy_request_missing_secret_key");
        let wrong = ask().header("clerk-secret-key", "sk_live_wrong");
        wrong.send().await.refused(401, "proxy_request_invalid_secret_key");
        let ask = || ask().header("clerk-secret-key", SECRET_KEY);
        for call in [ask(), ask().header("clerk-proxy-url", "x"), ask().header("clerk-proxy-url", "https://a.example/__clerk")] {
            let answer = call.send().await;
            assert_eq!(answer.status, 503, "{}", answer.shown());
            assert_eq!(answer.json()["status"], "unhealthy");
        }
        let good = ask().header("clerk-proxy-url", "https://a.example/__clerk").header("x-forwarded-for", "203.0.113.9");
        assert_eq!(good.send().await.ok(), json!({"status": "healthy", "x_forwarded_for": "203.0.113.9"}));
        let unnamed = browser.call(Method::GET, "/proxy-health").header("clerk-secret-key", SECRET_KEY);
        unnamed.send().await.refused_for(422, "form_param_missing", "domain_id");
    }
}
