//! The instance's settings, changed while it runs.

use beadle_testkit::{Engine, TestApp, TestResponse, Value, both_engines, json};

async fn patch(app: &TestApp, path: &str, body: Value) -> TestResponse {
    app.backend().patch(path).json(&body).send().await
}

async fn get(app: &TestApp, path: &str) -> Value {
    app.backend().get(path).send().await.ok()
}

/// What browsers are told.
async fn environment(app: &TestApp, pointer: &str) -> Value {
    let shown = app.browser().get("/environment").await.ok();
    shown.pointer(pointer).unwrap_or_else(|| panic!("{pointer} in {shown}")).clone()
}

async fn all_changed(app: &TestApp) {
    assert_eq!(environment(app, "/auth_config/test_mode").await, false);
    assert_eq!(environment(app, "/user_settings/password_settings/disable_hibp").await, true);
    assert_eq!(environment(app, "/display_config/support_email").await, "help@example.com");
    assert_eq!(environment(app, "/display_config/clerk_js_version").await, "5.1.0");
    assert_eq!(environment(app, "/display_config/preferred_sign_in_strategy").await, "otp");
    let origins = json!(["https://app.example.com", "chrome-extension://abcdef"]);
    assert_eq!(get(app, "/v1/instance").await["allowed_origins"], origins);
}

both_engines! {
    async fn the_instance_is_shown(app: TestApp) {
        let shown = get(&app, "/v1/instance").await;
        let id = app.app().instance.id.as_str();
        let expected = json!({
            "object": "instance", "id": id, "environment_type": "production",
            "allowed_origins": null, "workspace_id": null,
        });
        assert_eq!(shown, expected);
    }

    async fn changes_count_at_once_and_survive_a_restart(app: TestApp) {
        let body = json!({
            "test_mode": false, "hibp": false, "enhanced_email_deliverability": true, "support_email": "help@example.com", "clerk_js_version": "5.1.0",
            "development_origin": "http://localhost:3000", "url_based_session_syncing": true,
            "allowed_origins": ["https://app.example.com/", "chrome-extension://abcdef"],
            "preferred_sign_in_strategy_when_password_required": "otp",
        });
        let answer = patch(&app, "/v1/instance", body).await;
        assert_eq!((answer.status.as_u16(), answer.body.len()), (204, 0));
        all_changed(&app).await;
        all_changed(&app.reopen(2).await).await;
    }

    #[instance = "display.support_email = 'file@example.com'\npassword.min_length = 9"]
    async fn the_api_wins_over_the_configuration(app: TestApp) {
        patch(&app, "/v1/instance", json!({"support_email": "api@example.com"})).await;
        let app = app.reopen_with("display.support_email = 'other@example.com'\npassword.min_length = 10", 2).await;
        assert_eq!(environment(&app, "/display_config/support_email").await, "api@example.com");
        assert_eq!(environment(&app, "/user_settings/password_settings/min_length").await, 10);
        patch(&app, "/v1/instance", json!({"support_email": "", "clerk_js_version": null})).await;
        assert_eq!(environment(&app, "/display_config/support_email").await, Value::Null);
    }

    async fn bad_settings_are_named_and_change_nothing(app: TestApp) {
        for (body, code, param) in [
            (json!({"support_email": "nobody"}), "form_param_format_invalid", "support_email"),
            (json!({"clerk_js_version": "<b>"}), "form_param_format_invalid", "clerk_js_version"),
            (json!({"allowed_origins": ["https://a.example/x"]}), "form_invalid_origin", "allowed_origins"),
            (json!({"allowed_origins": "https://a.example"}), "form_param_type_invalid", "allowed_origins"),
            (json!({"development_origin": "localhost"}), "form_invalid_origin", "development_origin"),
            (json!({"test_mode": "yes"}), "form_param_type_invalid", "test_mode"),
            (json!({"preferred_sign_in_strategy_when_password_required": "x"}), "form_param_value_invalid",
                "preferred_sign_in_strategy_when_password_required"),
            (json!({"nonsense": 1, "hibp": false}), "form_param_unknown", "nonsense"),
        ] {
            patch(&app, "/v1/instance", body).await.refused_for(422, code, param);
        }
        assert_eq!(environment(&app, "/user_settings/password_settings/disable_hibp").await, false);
        // Codes by mail are what verifies addresses here; the form without them would lead nowhere.
        patch(&app, "/v1/instance", json!({})).await;
        assert_eq!(get(&app, "/v1/instance").await["allowed_origins"], Value::Null);
    }

    async fn origins_of_pages_follow(app: TestApp) {
        let call = || async {
            let call = app.browser().call(http::Method::GET, "/client").header("origin", "https://app.example.com");
            app.browser().send(call).await.header("access-control-allow-origin").map(str::to_owned)
        };
        assert_eq!(call().await, None);
        patch(&app, "/v1/instance", json!({"allowed_origins": ["https://app.example.com"]})).await;
        assert_eq!(call().await.as_deref(), Some("https://app.example.com"));
    }

    async fn restrictions_are_kept_and_told(app: TestApp) {
        let none = json!({
            "object": "instance_restrictions", "allowlist": false, "blocklist": false,
            "allowlist_blocklist_disabled_on_sign_in": false, "block_email_subaddresses": false,
            "block_disposable_email_domains": false, "ignore_dots_for_gmail_addresses": false,
        });
        assert_eq!(patch(&app, "/v1/instance/restrictions", json!({})).await.ok(), none);
        let body = json!({"allowlist": true, "block_email_subaddresses": true, "blocklist": null});
        let changed = patch(&app, "/v1/instance/restrictions", body).await.ok();
        assert_eq!((&changed["allowlist"], &changed["blocklist"]), (&json!(true), &json!(false)));
        assert_eq!(environment(&app, "/user_settings/restrictions/allowlist/enabled").await, true);
        assert_eq!(environment(&app, "/user_settings/restrictions/block_email_subaddresses/enabled").await, true);
        let refused = patch(&app, "/v1/instance/restrictions", json!({"allowlist": 1})).await;
        refused.refused_for(422, "form_param_type_invalid", "allowlist");
    }

    async fn what_beadle_has_not_yet_is_kept(app: TestApp) {
        for (path, body, expected) in [
            ("/v1/instance/protect", json!({"rules_enabled": true}), json!({
                "object": "instance_protect", "rules_enabled": true, "specter_enabled": false, "checks_bypassed": true,
            })),
            ("/v1/instance/communication", json!({"blocked_country_codes": ["ZZ", "GB", "DE"]}), json!({
                "object": "instance_communication", "blocked_country_codes": ["DE", "GB"],
            })),
            ("/v1/instance/oauth_application_settings", json!({"oauth_jwt_access_tokens": true, "default_scopes": ["email"]}), json!({
                "object": "oauth_application_settings", "oauth_jwt_access_tokens": true, "default_scopes": ["email"],
                "dynamic_oauth_client_registration": false, "client_id_metadata_documents_advertised": false,
                "client_id_metadata_documents_only_allow_pre_registered_clients": false,
                "client_id_metadata_documents_block_implicitly_allowed_clients": false,
            })),
            ("/v1/instance/organization_settings", json!({
                "enabled": true, "max_allowed_memberships": 0, "domains_enrollment_modes": ["automatic_invitation"],
                "creator_role_id": "org:member",
            }), json!({
                "object": "organization_settings", "enabled": true, "max_allowed_memberships": 0, "max_allowed_roles": 10,
                "max_role_sets_allowed": 1, "max_allowed_domains": 10, "creator_role": "org:member",
                "admin_delete_enabled": true, "domains_enabled": false, "slug_disabled": true,
                "domains_enrollment_modes": ["automatic_invitation"], "domains_default_role": "org:member",
                "initial_role_set_key": null,
            })),
        ] {
            assert_eq!(patch(&app, path, body).await.ok(), expected, "{path}");
            assert_eq!(patch(&app, path, json!({})).await.ok(), expected, "{path}");
            assert_eq!(get(&app, path).await, expected, "{path}");
            patch(&app, path, json!({"nonsense": 1})).await.refused_for(422, "form_param_unknown", "nonsense");
        }
        let path = "/v1/instance/oauth_application_settings";
        let reset = patch(&app, path, json!({"default_scopes": null})).await.ok();
        assert_eq!((&reset["default_scopes"], &reset["oauth_jwt_access_tokens"]), (&Value::Null, &json!(true)));
    }

    async fn what_cannot_be_kept_is_named(app: TestApp) {
        for (path, body, code, param) in [
            ("communication", json!({"blocked_country_codes": ["gb"]}), "form_param_format_invalid", "blocked_country_codes"),
            ("communication", json!({"blocked_country_codes": ["GB", "GB"]}), "form_param_duplicate", "blocked_country_codes"),
            ("communication", json!({"blocked_country_codes": vec!["GB"; 251]}), "form_param_array_size_exceeded", "blocked_country_codes"),
            ("oauth_application_settings", json!({"default_scopes": ["all"]}), "form_param_value_invalid", "default_scopes"),
            ("oauth_application_settings", json!({"default_scopes": ["email", "email"]}), "form_param_duplicate", "default_scopes"),
            ("organization_settings", json!({"max_allowed_memberships": -1}), "form_param_value_invalid", "max_allowed_memberships"),
            ("organization_settings", json!({"domains_enrollment_modes": ["x"]}), "form_param_value_invalid", "domains_enrollment_modes"),
            ("organization_settings", json!({"creator_role_id": "role_1"}), "form_resource_not_found", "creator_role_id"),
        ] {
            let answer = patch(&app, &format!("/v1/instance/{path}"), body).await;
            let refused = answer.json();
            assert_eq!((answer.status.as_u16() / 100, &refused["errors"][0]["code"]), (4, &json!(code)), "{path}: {refused}");
            assert_eq!(refused["errors"][0]["meta"]["param_name"], param, "{path}");
        }
    }

    async fn beta_features_are_the_same_settings(app: TestApp) {
        let path = "/v1/beta_features/instance_settings";
        let body = json!({
            "restricted_to_allowlist": true, "from_email_address": "hello", "progressive_sign_up": false,
            "enhanced_email_deliverability": true, "test_mode": false,
        });
        let expected = json!({
            "object": "instance_settings", "id": app.app().instance.id, "restricted_to_allowlist": true,
            "from_email_address": "hello", "progressive_sign_up": false, "enhanced_email_deliverability": true,
        });
        assert_eq!(patch(&app, path, body).await.ok(), expected);
        assert_eq!(environment(&app, "/user_settings/restrictions/allowlist/enabled").await, true);
        assert_eq!(environment(&app, "/auth_config/test_mode").await, false);
        let changed = patch(&app, path, json!({"from_email_address": ""})).await.ok();
        assert_eq!((&changed["from_email_address"], &changed["restricted_to_allowlist"]), (&json!(""), &json!(true)));
        patch(&app, path, json!({"from_email_address": "a@b"})).await
            .refused_for(422, "form_param_format_invalid", "from_email_address");
        patch(&app, path, json!({"session_token_template": "x"})).await
            .refused_for(422, "form_param_unknown", "session_token_template");
    }

    async fn the_domain_changes_at_the_next_start(app: TestApp) {
        let (path, before) = ("/v1/instance/change_domain", app.app().instance.issuer.clone());
        let change = |body: Value| app.backend().post(path).json(&body).send();
        change(json!({})).await.refused_for(422, "form_param_missing", "home_url");
        for home_url in ["nowhere", "https://203.0.113.1", "ftp://www.example.com", "https://com"] {
            change(json!({"home_url": home_url})).await.refused_for(422, "form_param_format_invalid", "home_url");
        }
        assert_eq!(change(json!({"home_url": "https://www.example.com"})).await.status, 202);
        assert_eq!(app.app().instance.issuer, before);
        let app = app.reopen(2).await;
        assert_eq!(app.app().instance.issuer, "https://clerk.example.com");
        let host = app.app().instance.keys.publishable_key.strip_prefix("pk_live_").unwrap().to_owned();
        assert_eq!(host, "Y2xlcmsuZXhhbXBsZS5jb20k");
        app.backend().put("/v1/beta_features/domain").json(&json!({"home_url": "https://example.com"})).send().await
            .refused_for(422, "home_url_taken", "home_url");
        let body = json!({"home_url": "https://app.example.com", "is_secondary": true});
        assert_eq!(app.backend().put("/v1/beta_features/domain").json(&body).send().await.status, 202);
        assert_eq!(app.reopen(3).await.app().instance.issuer, "https://clerk.app.example.com");
    }

    #[instance = "publishable_host = 'clerk.example.com'"]
    async fn a_configured_domain_is_changed_in_the_configuration(app: TestApp) {
        let body = json!({"home_url": "https://example.org"});
        app.backend().post("/v1/instance/change_domain").json(&body).send().await.refused(400, "domain_update_forbidden");
    }
}

#[test]
fn other_nodes_follow() {
    beadle_testkit::run(Engine::Postgres, "", async |app| {
        let other = app.join(2).await;
        patch(&app, "/v1/instance", json!({"hibp": false})).await;
        patch(&other, "/v1/instance", json!({"support_email": "help@example.com"})).await;
        app.follow_settings().await;
        for node in [&app, &other] {
            assert_eq!(environment(node, "/user_settings/password_settings/disable_hibp").await, true);
            assert_eq!(environment(node, "/display_config/support_email").await, "help@example.com");
        }
    });
}

#[test]
fn development_has_no_domain_to_change() {
    beadle_testkit::run(Engine::Sqlite, "", async |app| {
        let app = app.reopen_with_key("pk_test_Y2xlcmsuZXhhbXBsZS5jb20k", 2).await;
        let body = json!({"home_url": "https://example.org"});
        let answer = app.backend().post("/v1/instance/change_domain").json(&body).send().await;
        answer.refused(400, "request_invalid_for_environment");
        assert_eq!(get(&app, "/v1/instance").await["environment_type"], "development");
    });
}
