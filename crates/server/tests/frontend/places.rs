//! Redirect URLs, domains and testing tokens: what the Backend API keeps, and what the Frontend API makes of it.

use std::time::Duration;

use beadle_testkit::{Engine, TestApp, TestResponse, Value, both_engines, both_providers, json};
use http::Method;

use crate::{
    oauth::{DONE, STRATEGY},
    visit::text,
};

async fn list_url(app: &TestApp, url: &str) -> TestResponse {
    let answer = app.backend().post("/v1/redirect_urls").json(&json!({"url": url})).send().await;
    app.advance(Duration::from_secs(1));
    answer
}

async fn add(app: &TestApp, body: &Value) -> TestResponse {
    app.backend().post("/v1/domains").json(body).send().await
}

async fn update(app: &TestApp, id: &Value, body: &Value) -> TestResponse {
    app.backend().patch(&format!("/v1/domains/{}", text(id))).json(body).send().await
}

async fn domains(app: &TestApp) -> Value {
    app.backend().get("/v1/domains").send().await.ok()
}

/// Whether a page of this origin may read the answer.
async fn may_call(app: &TestApp, origin: &str) -> bool {
    let browser = app.browser();
    let answer = browser.send(browser.call(Method::GET, "/client").header("origin", origin)).await;
    answer.header("access-control-allow-origin") == Some(origin)
}

both_engines! {
    async fn redirect_urls_are_looked_after(app: TestApp) {
        let made = list_url(&app, "my-app://oauth-callback").await.ok();
        assert_eq!(made, json!({
            "object": "redirect_url", "id": made["id"], "url": "my-app://oauth-callback",
            "created_at": made["created_at"], "updated_at": made["created_at"],
        }));
        assert!(text(&made["id"]).starts_with("ru_"));
        let bare = list_url(&app, "https://Bare.example.com").await.ok();
        assert_eq!(bare["url"], "https://Bare.example.com");
        list_url(&app, "https://bare.example.com/").await.refused_for(422, "form_param_duplicate", "url");
        app.backend().delete(&format!("/v1/redirect_urls/{}", text(&bare["id"]))).send().await.ok();
        list_url(&app, "https://app.example.com/cb").await.ok();
        list_url(&app, "https://APP.example.com/cb").await.refused_for(422, "form_param_duplicate", "url");
        for (url, code) in [
            ("", "form_param_nil"), ("callback", "form_param_format_invalid"), ("javascript://x", "form_param_format_invalid"),
            ("http://app.example.com", "form_param_format_invalid"), ("https://app.example.com/#x", "form_param_format_invalid"),
        ] {
            list_url(&app, url).await.refused_for(422, code, "url");
        }
        app.backend().post("/v1/redirect_urls").json(&json!({})).send().await.refused_for(422, "form_param_missing", "url");
        let list = |query: &'static [(&'static str, &'static str)]| app.backend().get("/v1/redirect_urls").query(query).send();
        assert_eq!(list(&[]).await.ok()[1], made);
        let page = list(&[("paginated", "true"), ("limit", "1"), ("offset", "1")]).await.ok();
        assert_eq!((&page["total_count"], &page["data"][0]), (&json!(2), &made));
        list(&[("offset", "-1")]).await.refused_for(422, "form_param_value_invalid", "offset");
        let path = format!("/v1/redirect_urls/{}", text(&made["id"]));
        assert_eq!(app.backend().get(&path).send().await.ok(), made);
        let gone = app.backend().delete(&path).send().await.ok();
        assert_eq!(gone, json!({"object": "redirect_url", "id": made["id"], "deleted": true}));
        app.backend().get(&path).send().await.refused(404, "resource_not_found");
        app.backend().delete(&path).send().await.refused(404, "resource_not_found");
    }

    async fn the_primary_domain_is_always_there(app: TestApp) {
        let all = domains(&app).await;
        let primary = &all["data"][0];
        assert_eq!(all["total_count"], 1);
        assert_eq!((&primary["object"], &primary["name"]), (&json!("domain"), &json!("beadle.localhost")));
        assert_eq!((&primary["is_satellite"], &primary["cname_targets"]), (&json!(false), &Value::Null));
        let frontend_url = app.app().instance.frontend_url.clone();
        assert_eq!((&primary["frontend_api_url"], &primary["proxy_url"]), (&json!(frontend_url), &json!(frontend_url)));
        assert_eq!(primary["development_origin"], "");
        assert!(text(&primary["accounts_portal_url"]).ends_with("/account"));
        let path = format!("/v1/domains/{}", text(&primary["id"]));
        app.backend().delete(&path).send().await.refused(403, "operation_not_allowed_on_primary_domain");
        add(&app, &json!({"name": "example.com", "is_satellite": false})).await
            .refused_for(422, "primary_domain_already_exists", "is_satellite");
        // It changes at the next start.
        let body = json!({"name": "www.example.com", "proxy_url": "https://www.example.com/__clerk"});
        let changed = update(&app, &primary["id"], &body).await.ok();
        assert_eq!((&changed["id"], &changed["proxy_url"]), (&primary["id"], &body["proxy_url"]));
        let app = app.reopen(2).await;
        let after = &domains(&app).await["data"][0];
        assert_eq!((&after["id"], &after["name"]), (&primary["id"], &json!("example.com")));
        assert_eq!((&after["proxy_url"], &after["frontend_api_url"]), (&body["proxy_url"], &body["proxy_url"]));
        update(&app, &primary["id"], &json!({"proxy_url": null})).await.ok();
        let app = app.reopen(3).await;
        let after = &domains(&app).await["data"][0];
        assert_eq!((after.get("proxy_url"), &after["frontend_api_url"]), (None, &json!("https://clerk.example.com")));
    }

    async fn pages_of_satellites_may_call(app: TestApp) {
        let body = json!({"name": "Sat.example", "is_satellite": true, "proxy_url": "https://sat.example/__clerk/"});
        let made = add(&app, &body).await.ok();
        assert_eq!(made, json!({
            "object": "domain", "id": made["id"], "name": "sat.example", "is_satellite": true,
            "frontend_api_url": "https://sat.example/__clerk", "accounts_portal_url": null,
            "proxy_url": "https://sat.example/__clerk", "development_origin": "", "cname_targets": null,
        }));
        assert_eq!(domains(&app).await["data"][1], made);
        assert!(may_call(&app, "https://www.sat.example").await);
        assert!(!may_call(&app, "http://sat.example").await);
        add(&app, &body).await.refused_for(422, "home_url_taken", "name");
        for (body, code, param) in [
            (json!({"is_satellite": true}), "form_param_missing", "name"),
            (json!({"name": "a.example"}), "form_param_missing", "is_satellite"),
            (json!({"name": "https://a.example", "is_satellite": true}), "form_param_format_invalid", "name"),
            (json!({"name": "localhost:3000", "is_satellite": true}), "form_param_format_invalid", "name"),
            (json!({"name": "beadle.localhost", "is_satellite": true}), "home_url_taken", "name"),
            (json!({"name": "a.example", "is_satellite": true, "proxy_url": "http://a.example"}), "invalid_proxy_configuration", "proxy_url"),
        ] {
            add(&app, &body).await.refused_for(422, code, param);
        }
        let changed = update(&app, &made["id"], &json!({"name": "other.example", "proxy_url": null})).await.ok();
        assert_eq!((&changed["name"], changed.get("proxy_url")), (&json!("other.example"), None));
        assert!(may_call(&app, "https://other.example").await && !may_call(&app, "https://sat.example").await);
        let path = format!("/v1/domains/{}", text(&made["id"]));
        let gone = app.backend().delete(&path).send().await.ok();
        assert_eq!(gone, json!({"object": "domain", "id": made["id"], "deleted": true}));
        assert!(!may_call(&app, "https://other.example").await);
        app.backend().delete(&path).send().await.refused(404, "resource_not_found");
        update(&app, &made["id"], &json!({})).await.refused(404, "resource_not_found");
    }

    #[instance = "rate_limit.attempts_per_minute = 1"]
    async fn tests_get_past_the_limits(app: TestApp) {
        let made = app.backend().post("/v1/testing_tokens").send().await.ok();
        let expires_at = app.now().as_secs() + 3_600;
        assert_eq!((&made["object"], &made["expires_at"]), (&json!("testing_token"), &json!(expires_at)));
        let token = text(&made["token"]);
        let attempt = async |token: &str| {
            let call = app.browser().call(Method::POST, "/client/sign_ins").query(&[("__clerk_testing_token", token)]);
            call.send().await.status.as_u16()
        };
        for _ in 0..5 {
            assert_eq!(attempt(&token).await, 200);
        }
        assert_eq!((attempt("made-up").await, attempt("made-up").await), (200, 429));
        app.advance(Duration::from_secs(3_600));
        assert_eq!((attempt(&token).await, attempt(&token).await), (200, 429));
    }
}

both_providers! {
    async fn browsers_and_apps_are_sent_to_what_is_listed(app: TestApp, provider: Provider) {
        let browser = app.browser();
        let set_out = async |back: &str| {
            let form = [("strategy", STRATEGY), ("redirect_url", back), ("action_complete_redirect_url", DONE)];
            browser.post("/client/sign_ins", &form).await
        };
        for back in ["my-app://oauth-callback", "https://app.example.com/cb"] {
            set_out(back).await.refused_for(422, "redirect_url_not_associated_with_instance", "redirect_url");
            let made = list_url(&app, back).await.ok();
            set_out(&format!("{back}?a=1")).await.ok();
            set_out(&format!("{back}/more")).await.refused_for(422, "redirect_url_not_associated_with_instance", "redirect_url");
            app.backend().delete(&format!("/v1/redirect_urls/{}", text(&made["id"]))).send().await.ok();
            set_out(back).await.refused_for(422, "redirect_url_not_associated_with_instance", "redirect_url");
        }
        assert!(!may_call(&app, "https://app.example.com").await);
        drop(provider);
    }
}

#[test]
fn other_nodes_follow() {
    beadle_testkit::run(Engine::Postgres, "", async |app| {
        let other = app.join(2).await;
        add(&app, &json!({"name": "sat.example", "is_satellite": true})).await.ok();
        assert!(!may_call(&other, "https://sat.example").await);
        other.follow_settings().await;
        assert!(may_call(&other, "https://sat.example").await);
    });
}
