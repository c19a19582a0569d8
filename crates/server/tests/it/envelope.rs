//! What is the same for every request: the key, the version, the headers of answers, what nobody serves.

use beadle_testkit::{SECRET_KEY, both_engines, json};
use http::Method;

use crate::{NOBODY, show};

both_engines! {
    async fn without_the_key_nothing_is_told(app: TestApp) {
        let id = app.user("ada@example.com").await;
        let paths = ["/v1/users", &format!("/v1/users/{id}"), "/v1/jwks", "/v1/unknown", "/", "/v2/users"];
        for path in paths {
            let call = || app.backend().get(path);
            let refused = call().without_header("authorization").send().await;
            refused.refused(401, "authorization_header_format_invalid");
            for header in ["", "Bearer", "Bearer ", "Basic c2s6", SECRET_KEY, &format!("Token {SECRET_KEY}")]
            {
                let refused = call().header("authorization", header).send().await;
                refused.refused(401, "authorization_header_format_invalid");
            }
            let wrong = [
                "sk_test_wrong".to_owned(),
                format!("{SECRET_KEY}x"),
                SECRET_KEY[..SECRET_KEY.len() - 1].to_owned(),
                SECRET_KEY.to_uppercase(),
                format!(" {SECRET_KEY}"),
                "schlüssel".to_owned(),
                app.app().instance.keys.publishable_key.clone(),
            ];
            for key in wrong {
                let refused = call().header("authorization", &format!("Bearer {key}")).send().await;
                refused.refused(401, "clerk_key_invalid");
            }
        }
        let posted = app.backend().post("/v1/users").without_header("authorization");
        posted.body("{").send().await.refused(401, "authorization_header_format_invalid");
    }

    async fn the_scheme_is_case_insensitive(app: TestApp) {
        let call = app.backend().get("/v1/users").header("authorization", &format!("bearer {SECRET_KEY}"));
        call.send().await.ok();
    }

    async fn with_the_key_unknown_paths_and_methods_are_not_found(app: TestApp) {
        let id = app.user("ada@example.com").await;
        for (method, path) in [
            (Method::GET, "/v1/unknown".to_owned()),
            (Method::GET, "/".to_owned()),
            (Method::GET, "/v1/users/".to_owned()),
            (Method::POST, format!("/v1/users/{id}")),
            (Method::PUT, format!("/v1/users/{id}")),
            (Method::GET, format!("/v1/users/{id}/ban")),
            (Method::DELETE, "/v1/users".to_owned()),
            (Method::POST, "/v1/jwks".to_owned()),
            (Method::POST, format!("/v1/users/{id}/unknown")),
        ] {
            let refused = app.backend().call(method, &path).send().await;
            refused.refused(404, "resource_not_found");
        }
        assert_eq!(show(&app, &id).await["banned"], false);
    }

    async fn ids_of_another_form_name_nothing(app: TestApp) {
        let long = format!("user_{}", "a".repeat(5_000));
        for id in [
            "x",
            "user_",
            "sess_00000000000000000000000000",
            "USER_1",
            "user_%00",
            "user_%ff",
            "user_a%2Fb",
            "user_a'b",
            "%F0%9F%94%91",
            &long,
            NOBODY,
        ] {
            let body =
                app.backend().get(&format!("/v1/users/{id}")).send().await.refused(404, "resource_not_found");
            let text = body["errors"][0]["long_message"].as_str().unwrap();
            assert!(text.len() < 200 && !text.contains(['\0', '\'', '%']), "{text}");
        }
        for path in ["/v1/sessions/user_1", "/v1/sessions/x%00y"] {
            app.backend().get(path).send().await.refused(404, "resource_not_found");
        }
    }

    async fn not_found_names_the_id(app: TestApp) {
        for (method, tail) in [
            (Method::GET, ""),
            (Method::DELETE, ""),
            (Method::PATCH, ""),
            (Method::POST, "/ban"),
            (Method::POST, "/unban"),
            (Method::POST, "/lock"),
            (Method::POST, "/unlock"),
            (Method::PATCH, "/metadata"),
            (Method::PUT, "/metadata"),
        ] {
            let call = app.backend().call(method, &format!("/v1/users/{NOBODY}{tail}"));
            let body = call.send().await.refused(404, "resource_not_found");
            assert!(body["errors"][0]["long_message"].as_str().unwrap().contains(NOBODY), "{body}");
        }
    }

    async fn answers_carry_trace_id_and_version(app: TestApp) {
        let id = app.user("ada@example.com").await;
        let mut seen = std::collections::HashSet::new();
        for path in [
            "/v1/users".to_owned(),
            format!("/v1/users/{id}"),
            format!("/v1/users/{NOBODY}"),
            "/v1/jwks".into(),
        ] {
            let answer = app.backend().get(&path).send().await;
            answer.json();
            let trace_id = answer.header("x-clerk-trace-id").unwrap().to_owned();
            assert!(trace_id.len() == 32 && trace_id.bytes().all(|byte| byte.is_ascii_hexdigit()));
            assert!(seen.insert(trace_id), "each request has its own");
            assert_eq!(answer.header("clerk-api-version"), Some("2021-02-05"));
        }
    }

    async fn the_version_is_echoed(app: TestApp) {
        let call = || app.backend().get("/v1/users");
        for version in ["2021-02-05", "2024-10-01", "2025-04-10", "2025-11-10", "2026-05-12", "2026-08-20"] {
            let answer = call().header("clerk-api-version", version).send().await;
            answer.ok();
            assert_eq!(answer.header("clerk-api-version"), Some(version));
            let answer = call().query(&[("__clerk_api_version", version)]).send().await;
            answer.ok();
            assert_eq!(answer.header("clerk-api-version"), Some(version), "from the query");
        }
    }

    async fn other_versions_are_refused(app: TestApp) {
        let call = || app.backend().get("/v1/users");
        for version in ["v1", "2020-01-01", "2025-13-01", "2025-04-11", "latest"] {
            call().header("clerk-api-version", version).send().await.refused(400, "api_version_invalid");
            let queried = call().query(&[("__clerk_api_version", version)]);
            queried.send().await.refused(400, "api_version_invalid");
        }
        let both =
            call().header("clerk-api-version", "2026-05-12").query(&[("__clerk_api_version", "2026-05-12")]);
        both.send().await.refused(400, "api_version_invalid");
        // The key comes first.
        let keyless = call().without_header("authorization").header("clerk-api-version", "v1");
        keyless.send().await.refused(401, "authorization_header_format_invalid");
    }

    async fn head_is_get_without_a_body(app: TestApp) {
        let answer = app.backend().call(Method::HEAD, "/v1/users").send().await;
        assert_eq!((answer.status.as_u16(), answer.body.len()), (200, 0));
        let refused = app.backend().call(Method::HEAD, &format!("/v1/users/{NOBODY}")).send().await;
        assert_eq!((refused.status.as_u16(), refused.body.len()), (404, 0));
    }

    async fn keys_for_tokens_are_public_halves(app: TestApp) {
        let keys = app.backend().get("/v1/jwks").send().await.ok();
        let key = &keys["keys"][0];
        assert_eq!(keys["keys"].as_array().unwrap().len(), 1);
        assert_eq!(
            (key["kty"].as_str(), key["alg"].as_str(), key["use"].as_str()),
            (Some("RSA"), Some("RS256"), Some("sig"))
        );
        assert!(key["kid"].as_str().unwrap().starts_with("ins_"));
        for private in ["d", "p", "q", "dp", "dq", "qi"] {
            assert!(key.get(private).is_none(), "{private}");
        }
        let known =
            app.backend().get("/.well-known/jwks.json").without_header("authorization").send().await.ok();
        assert_eq!(known, keys);
    }

    async fn health_needs_no_key(app: TestApp) {
        for path in ["/healthz", "/readyz", "/metrics"] {
            let answer = app.backend().get(path).without_header("authorization").send().await;
            assert_eq!(answer.status.as_u16(), 200, "{}", answer.shown());
        }
        let metrics = app.backend().get("/metrics").send().await.text();
        assert!(metrics.contains("beadle_http_requests_total"), "{metrics}");
    }

    async fn metrics_count_bans_once(app: TestApp) {
        let id = app.user("ada@example.com").await;
        for _ in 0..3 {
            app.backend().post(&format!("/v1/users/{id}/ban")).json(&json!({})).send().await.ok();
        }
        let metrics = app.backend().get("/metrics").send().await.text();
        assert!(metrics.contains("beadle_bans_total 1"), "{metrics}");
    }
}
