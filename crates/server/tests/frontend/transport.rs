//! How browsers speak to it: origins, methods, paths, hosts and bodies.

use beadle_testkit::{Call, TestApp, TestResponse, both_engines, json};
use http::Method;

use crate::visit::{ADA, PASSWORD, begin, signed_in, text, user};

const HOST: &str = "clerk.beadle.localhost";

#[track_caller]
fn shared_with(answer: &TestResponse, origin: Option<&str>) {
    assert_eq!(answer.header("access-control-allow-origin"), origin, "{}", answer.shown());
    assert_eq!(answer.header("access-control-allow-credentials"), origin.map(|_| "true"));
    let vary = answer.headers.get_all("vary").iter();
    assert!(vary.into_iter().any(|value| value == "Origin"), "{}", answer.shown());
}

/// A request to the server, not to the mount.
fn call(app: &TestApp, method: Method, path: &str) -> Call {
    app.backend().call(method, path).without_header("authorization")
}

both_engines! {
    async fn pages_of_this_machine_and_of_the_host_may_call(app: TestApp) {
        let allowed = [
            "http://localhost:3000", "http://127.0.0.1:5173", "http://[::1]:3000", "http://app.localhost",
            "http://127.0.0.1:3900", "https://clerk.beadle.localhost",
        ];
        for origin in allowed {
            let browser = app.browser();
            let good = browser.call(Method::GET, "/client").header("origin", origin).send().await;
            assert_eq!(good.status, 200);
            shared_with(&good, Some(origin));
            let bad = browser.call(Method::POST, "/client/sign_ins").header("origin", origin);
            let bad = bad.form(&[("identifier", "nobody")]).send().await;
            bad.refused(422, "form_identifier_not_found");
            shared_with(&bad, Some(origin));
            let exposed = bad.header("access-control-expose-headers").unwrap();
            assert!(exposed.contains("Authorization") && exposed.contains("Retry-After"));
            let asked = browser.call(Method::OPTIONS, "/client/sign_ins").header("origin", origin).send().await;
            assert_eq!((asked.status.as_u16(), asked.text().as_str()), (204, ""));
            shared_with(&asked, Some(origin));
        }
    }

    async fn other_pages_may_not(app: TestApp) {
        let id = user(&app, ADA).await;
        let (browser, session) = signed_in(&app, ADA).await;
        for origin in ["https://evil.example", "null", "http://localhost.evil.example", "http://127.0.0.1.evil.example", "file://"] {
            for (method, path) in [
                (Method::POST, format!("/client/sessions/{session}/end")),
                (Method::DELETE, "/client/sessions".to_owned()),
                (Method::POST, "/client/sign_ins".to_owned()),
                (Method::POST, format!("/client/sessions/{session}/tokens")),
            ] {
                let refused = browser.send(browser.call(method, &path).header("origin", origin)).await;
                refused.refused(400, "origin_invalid");
                shared_with(&refused, None);
            }
            let read = browser.send(browser.call(Method::GET, "/client").header("origin", origin)).await;
            shared_with(&read, None);
        }
        let sessions = app.backend().get("/v1/sessions").query(&[("user_id", &*id), ("status", "active")]);
        assert_eq!(sessions.send().await.ok().as_array().map(Vec::len), Some(1));
        // Who sends no origin is no page.
        browser.post(&format!("/client/sessions/{session}/tokens"), &[]).await.ok();
    }

    #[instance = "allowed_origins = ['https://app.acme.example']"]
    async fn a_list_of_origins_replaces_the_defaults(app: TestApp) {
        let post = async |origin: &str| {
            app.browser().call(Method::POST, "/client/sign_ins").header("origin", origin).send().await
        };
        shared_with(&post("https://app.acme.example").await, Some("https://app.acme.example"));
        shared_with(&post("https://clerk.beadle.localhost").await, Some("https://clerk.beadle.localhost"));
        for origin in ["http://localhost:3000", "http://app.acme.example", "https://app.acme.example:444"] {
            post(origin).await.refused(400, "origin_invalid");
        }
    }

    async fn methods_and_paths_are_taken_as_browsers_write_them(app: TestApp) {
        user(&app, ADA).await;
        let browser = app.browser();
        assert_eq!(browser.post("/client/sign_ins/", &[("identifier", ADA)]).await.status, 200);
        assert_eq!(browser.get("/client/").await.ok()["response"]["object"], "client");
        let call = browser.call(Method::POST, "/client/sign_ups/").form(&[("first_name", "Ada")]);
        let begun = browser.send(call.query(&[("__clerk_api_version", "2099-01-01"), ("_clerk_js_version", "9")])).await;
        let path = format!("/client/sign_ups/{}/", text(&begun.ok()["response"]["id"]));
        for call in [
            browser.call(Method::PATCH, &path),
            browser.call(Method::POST, &path).query(&[("_method", "PATCH"), ("rotating_token_nonce", "")]),
        ] {
            let updated = browser.send(call.form(&[("last_name", "Lovelace")])).await.ok();
            assert_eq!(updated["response"]["last_name"], "Lovelace");
        }
        for (method, path) in [
            (Method::GET, "/nothing"), (Method::PATCH, "/client"), (Method::GET, "/client/sign_ins"),
            (Method::GET, "/users"), (Method::POST, "/users"),
        ] {
            let unknown = browser.send(browser.call(method, path)).await;
            assert_eq!((unknown.status.as_u16(), unknown.text().as_str()), (404, "404 page not found"));
        }
    }

    async fn the_publishable_host_is_the_frontend_api(app: TestApp) {
        user(&app, ADA).await;
        let stranger = call(&app, Method::GET, "/v1/client").header("host", HOST).send().await;
        assert_eq!(stranger.ok(), json!({"response": null, "client": null}));
        let form = [("identifier", ADA), ("strategy", "password"), ("password", PASSWORD)];
        let done = call(&app, Method::POST, "/v1/client/sign_ins").header("host", HOST).form(&form).send().await;
        assert_eq!(done.ok()["response"]["status"], "complete");
        for named in ["Clerk.Beadle.Localhost", "clerk.beadle.localhost:3900"] {
            call(&app, Method::GET, "/v1/client").header("host", named).send().await.ok();
        }
        for other in ["beadle.localhost", "evil.clerk.beadle.localhost", "clerk.beadle.localhost.evil.example"] {
            let refused = call(&app, Method::GET, "/v1/client").header("host", other).send().await;
            refused.refused(401, "authorization_header_format_invalid");
        }
        // Who shows the secret key means the Backend API there too; a browser never does.
        app.backend().get("/v1/users").header("host", HOST).send().await.ok();
        let users = call(&app, Method::GET, "/v1/users").header("host", HOST).send().await;
        assert_eq!((users.status.as_u16(), users.text().as_str()), (404, "404 page not found"));
        // The mount works there too, and elsewhere the root is the Backend API.
        call(&app, Method::GET, "/__clerk/v1/client").header("host", HOST).send().await.ok();
        call(&app, Method::GET, "/v1/client").send().await.refused(401, "authorization_header_format_invalid");
        app.backend().get("/v1/users").send().await.ok();
    }

    async fn bodies_are_forms_or_json(app: TestApp) {
        user(&app, ADA).await;
        let browser = app.browser();
        let post = || browser.call(Method::POST, "/client/sign_ins");
        let json = post().json(&json!({"identifier": ADA, "unknown": {"deep": []}})).send().await.ok();
        assert_eq!(json["response"]["status"], "needs_first_factor");
        let charset = post().form(&[("identifier", ADA)]);
        let charset = charset.header("content-type", "application/x-www-form-urlencoded; charset=UTF-8");
        charset.send().await.ok();
        let xml = post().header("content-type", "application/xml").body("<a/>").send().await;
        xml.refused(415, "unsupported_content_type");
        let form = "application/x-www-form-urlencoded";
        let large = post().header("content-type", form).body("a=".to_owned() + &"x".repeat(600_000)).send().await;
        large.refused(413, "request_body_too_large");
        for broken in [&b"identifier=\xff\xfe"[..], b"identifier=%ff%fe", b"identifier=%00", b"&&==&", b"identifier=%"] {
            let answer = post().header("content-type", form).body(broken).send().await;
            assert!(answer.status.is_client_error() || answer.status == 200, "{}", answer.shown());
            assert!(answer.status.as_u16() != 500);
        }
        let broken = post().header("content-type", "application/json").body("{\"identifier\":").send().await;
        broken.refused(400, "request_body_invalid");
        let twice = post().header("content-type", form).body(format!("identifier={ADA}&identifier=b")).send().await;
        assert!(twice.status.is_client_error(), "{}", twice.shown());
    }

    async fn refusals_carry_the_client_where_it_is_at_stake(app: TestApp) {
        user(&app, ADA).await;
        let (browser, session) = signed_in(&app, ADA).await;
        let id = browser.get("/client").await.ok()["response"]["id"].clone();
        let attempt = begin(&browser, ADA).await;
        app.backend().post(&format!("/v1/sessions/{session}/revoke")).send().await.ok();
        for what in ["tokens", "touch", "end", "remove"] {
            let refused = browser.post(&format!("/client/sessions/{session}/{what}"), &[]).await;
            let client = refused.refused(401, "authentication_invalid")["meta"]["client"].clone();
            assert_eq!((&client["id"], &client["sessions"]), (&id, &json!([])));
            assert_eq!(client["sign_in"]["id"], attempt, "the attempt under way is kept");
        }
    }
}
