//! `POST /v1/users`.

use beadle_testkit::{START, TestApp, Value, both_engines, json};

use crate::{NOBODY, count, show};

/// What the Python SDK cannot do without.
const REQUIRED: [&str; 35] = [
    "id",
    "object",
    "external_id",
    "primary_email_address_id",
    "primary_phone_number_id",
    "primary_web3_wallet_id",
    "username",
    "first_name",
    "last_name",
    "has_image",
    "public_metadata",
    "email_addresses",
    "phone_numbers",
    "web3_wallets",
    "passkeys",
    "password_enabled",
    "two_factor_enabled",
    "totp_enabled",
    "backup_code_enabled",
    "mfa_enabled_at",
    "mfa_disabled_at",
    "external_accounts",
    "saml_accounts",
    "enterprise_accounts",
    "last_sign_in_at",
    "banned",
    "locked",
    "lockout_expires_in_seconds",
    "verification_attempts_remaining",
    "updated_at",
    "created_at",
    "delete_self_enabled",
    "create_organization_enabled",
    "last_active_at",
    "legal_accepted_at",
];

fn is_ksuid(id: &Value, prefix: &str) -> bool {
    let rest = id.as_str().and_then(|id| id.strip_prefix(prefix));
    rest.is_some_and(|rest| rest.len() == 27 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

async fn post(app: &TestApp, body: Value) -> beadle_testkit::TestResponse {
    app.backend().post("/v1/users").json(&body).send().await
}

both_engines! {
    async fn everything_that_is_given_is_kept(app: TestApp) {
        let wallet = "0xDe0B295669a9FD93d5F28D9Ec85E40f4cb697BAe";
        let user = post(&app, json!({
            "external_id": "ext/1", "first_name": " Ada ", "last_name": "Lovelace", "locale": "en_GB",
            "email_address": [" Ada@Example.COM ", "ada.l@example.org"], "phone_number": ["+1 (415) 867-5309"],
            "web3_wallet": [wallet], "username": "Ada_L", "password": "wJ8kPq3z-x",
            "public_metadata": {"a": {"b": [1, null, "x"]}}, "private_metadata": {"p": 1}, "unsafe_metadata": {"u": true},
            "delete_self_enabled": false, "create_organization_enabled": false, "create_organizations_limit": 3,
            "legal_accepted_at": "2024-02-03T04:05:06.789Z", "created_at": "2023-01-02T03:04:05+01:00",
            "bypass_client_trust": true,
        })).await.ok();
        for key in REQUIRED {
            assert!(user.get(key).is_some(), "{key} is missing");
        }
        assert!(is_ksuid(&user["id"], "user_"), "{user}");
        let emails = user["email_addresses"].as_array().unwrap();
        assert!(is_ksuid(&emails[0]["id"], "idn_"), "{user}");
        assert_eq!(user["primary_email_address_id"], emails[0]["id"]);
        assert_eq!(user["primary_phone_number_id"], user["phone_numbers"][0]["id"]);
        assert_eq!(user["primary_web3_wallet_id"], user["web3_wallets"][0]["id"]);
        assert_eq!(emails.len(), 2);
        assert_eq!(emails[0]["email_address"], "ada@example.com");
        assert_eq!(emails[1]["email_address"], "ada.l@example.org");
        assert_eq!(emails[0]["verification"]["status"], "verified");
        assert_eq!(emails[0]["reserved"], false);
        assert_eq!(user["phone_numbers"][0]["phone_number"], "+14158675309");
        assert_eq!(user["web3_wallets"][0]["web3_wallet"], wallet.to_lowercase());
        for (key, value) in [
            ("object", json!("user")),
            ("external_id", json!("ext/1")),
            ("first_name", json!("Ada")),
            ("last_name", json!("Lovelace")),
            ("locale", json!("en-GB")),
            ("username", json!("Ada_L")),
            ("password_enabled", json!(true)),
            ("public_metadata", json!({"a": {"b": [1, null, "x"]}})),
            ("private_metadata", json!({"p": 1})),
            ("unsafe_metadata", json!({"u": true})),
            ("delete_self_enabled", json!(false)),
            ("create_organization_enabled", json!(false)),
            ("create_organizations_limit", json!(3)),
            ("legal_accepted_at", json!(1_706_933_106_789_i64)),
            ("created_at", json!(1_672_625_045_000_i64)),
            ("updated_at", json!(START.as_millis())),
            ("banned", json!(false)),
            ("locked", json!(false)),
            ("last_sign_in_at", json!(null)),
            ("last_active_at", json!(null)),
            ("bypass_client_trust", json!(true)),
            ("two_factor_enabled", json!(false)),
        ] {
            assert_eq!(user[key], value, "{key}");
        }
        let text = user.to_string();
        assert!(!text.contains("argon2") && !text.contains("wJ8kPq3z"), "no trace of the password: {text}");
        assert_eq!(show(&app, user["id"].as_str().unwrap()).await, user);
        let events = app.events().await;
        assert_eq!(events.len(), 1);
        assert_eq!((events[0].kind.as_str(), &events[0].data), ("user.created", &user));
    }

    async fn each_kind_of_identifier_is_enough(app: TestApp) {
        for body in [
            json!({"email_address": ["a@example.com"]}),
            json!({"phone_number": ["+14158675309"]}),
            json!({"username": "ada_l"}),
            json!({"web3_wallet": ["0xde0b295669a9fd93d5f28d9ec85e40f4cb697bae"]}),
        ] {
            let user = post(&app, body).await.ok();
            assert_eq!(user["password_enabled"], false);
        }
        assert_eq!(count(&app).await, 4);
    }

    async fn a_user_needs_an_identifier_unless_told_otherwise(app: TestApp) {
        for body in [
            json!({}),
            json!(null),
            json!({"first_name": "Ada"}),
            json!({"email_address": []}),
            json!({"username": "", "external_id": "x"}),
            json!({"username": null}),
        ] {
            post(&app, body).await.refused(422, "form_data_missing");
        }
        assert_eq!(count(&app).await, 0);
        // Told otherwise means: whichever the instance requires, but one there must be.
        let nobody = json!({"skip_user_requirement": true, "first_name": "Ada"});
        post(&app, nobody).await.refused(422, "form_data_missing");
        post(&app, json!({"skip_user_requirement": true, "username": "ada_l"})).await.ok();
    }

    #[instance = "[identifiers]\nemail_address = {enabled = true, required = true}\nusername = {enabled = true, required = true}"]
    async fn required_identifiers_are_named_together(app: TestApp) {
        let body =
            post(&app, json!({"phone_number": ["+14158675309"]})).await.refused(422, "form_data_missing");
        assert_eq!(body["errors"][0]["meta"]["param_names"], json!(["email_address", "username"]));
        let only =
            post(&app, json!({"email_address": ["a@example.com"]})).await.refused(422, "form_data_missing");
        assert_eq!(only["errors"][0]["meta"]["param_names"], json!(["username"]));
        post(&app, json!({"email_address": ["a@example.com"], "username": "ada_l"})).await.ok();
        post(&app, json!({"phone_number": ["+14158675309"], "skip_user_requirement": true})).await.ok();
    }

    async fn bad_values_are_refused_and_nothing_is_written(app: TestApp) {
        let email = |email: &str| json!({"email_address": [email]});
        let with = |key: &str, value: Value| {
            let mut body = json!({"email_address": ["a@example.com"]});
            body[key] = value;
            body
        };
        let cases = [
            (email(""), "form_param_format_invalid", "email_address"),
            (email("ada"), "form_param_format_invalid", "email_address"),
            (email("ada@localhost"), "form_param_format_invalid", "email_address"),
            (email("a b@example.com"), "form_param_format_invalid", "email_address"),
            (
                email(&format!("{}@example.com", "a".repeat(300))),
                "form_param_format_invalid",
                "email_address",
            ),
            (with("phone_number", json!(["123"])), "form_param_format_invalid", "phone_number"),
            (with("phone_number", json!(["4158675309"])), "form_param_format_invalid", "phone_number"),
            (with("web3_wallet", json!(["0x12"])), "form_param_format_invalid", "web3_wallet"),
            (with("username", json!("ab")), "form_username_invalid_length", "username"),
            (with("username", json!("ada lovelace")), "form_username_invalid_character", "username"),
            (with("username", json!("12345")), "form_username_needs_non_number_char", "username"),
            (with("external_id", json!("x".repeat(256))), "form_param_max_length_exceeded", "external_id"),
            (with("external_id", json!("a\nb")), "form_param_value_invalid", "external_id"),
            (with("first_name", json!("x".repeat(257))), "form_param_max_length_exceeded", "first_name"),
            (with("last_name", json!("a\u{7}")), "form_param_value_invalid", "last_name"),
            (with("locale", json!("not a locale")), "form_param_format_invalid", "locale"),
            (with("created_at", json!("yesterday")), "form_param_invalid_time", "created_at"),
            (with("created_at", json!("2023-02-30T00:00:00Z")), "form_param_invalid_time", "created_at"),
            (with("legal_accepted_at", json!("1700000000")), "form_param_invalid_time", "legal_accepted_at"),
            (
                with("create_organizations_limit", json!(-1)),
                "form_param_value_invalid",
                "create_organizations_limit",
            ),
            (with("password", json!("short")), "form_password_length_too_short", "password"),
            (with("password", json!("x".repeat(73))), "form_password_length_too_long", "password"),
            (with("password", json!("password123")), "form_password_pwned", "password"),
            (
                with("public_metadata", json!({"a": "x".repeat(9_000)})),
                "form_param_exceeds_allowed_size",
                "public_metadata",
            ),
            (
                with("private_metadata", json!({"a": "x".repeat(9_000)})),
                "form_param_exceeds_allowed_size",
                "private_metadata",
            ),
            (
                with("unsafe_metadata", json!({"a": "x".repeat(9_000)})),
                "form_param_exceeds_allowed_size",
                "unsafe_metadata",
            ),
            (
                with("email_address_identification_status", json!(["unsure"])),
                "form_param_value_invalid",
                "email_address_identification_status",
            ),
            (with("totp_secret", json!("JBSWY3DP")), "invalid_totp_secret_code", "totp_secret"),
            (with("backup_codes", json!(["abc"])), "form_param_value_invalid", "backup_codes"),
            (
                json!({"email_address": ["a@example.com", "A@EXAMPLE.com"]}),
                "form_param_duplicate",
                "email_address",
            ),
            (
                json!({"phone_number": ["+14158675309", "+1 415 867 5309"]}),
                "form_param_duplicate",
                "phone_number",
            ),
        ];
        for (body, code, param) in cases {
            post(&app, body).await.refused_for(422, code, param);
        }
        let statuses = json!({"email_address": ["a@example.com"], "email_address_identification_status": ["verified", "reserved"]});
        post(&app, statuses).await.refused(422, "form_param_array_length_mismatch");
        let many: Vec<String> = (0..101).map(|n| format!("a{n}@example.com")).collect();
        post(&app, json!({"email_address": many})).await.refused_for(
            422,
            "form_param_array_size_exceeded",
            "email_address",
        );
        assert_eq!(count(&app).await, 0);
        assert!(app.events().await.is_empty());
    }

    async fn all_complaints_come_at_once(app: TestApp) {
        let body =
            post(&app, json!({"email_address": ["x", "y"], "username": "a b", "first_name": "a\u{1}"})).await;
        let body = body.refused(422, "form_username_invalid_character");
        let params: Vec<_> = body["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| error["meta"]["param_name"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(params, ["username", "first_name", "email_address", "email_address"]);
    }

    async fn identifiers_belong_to_one_user(app: TestApp) {
        let wallet = "0xde0b295669a9fd93d5f28d9ec85e40f4cb697bae";
        post(
            &app,
            json!({
                "email_address": ["one@example.com", "two@example.com"], "phone_number": ["+14158675309"],
                "web3_wallet": [wallet], "username": "Ada_L", "external_id": "Ext",
            }),
        )
        .await
        .ok();
        for (body, param) in [
            (json!({"email_address": ["ONE@example.com"]}), "email_address"),
            (json!({"email_address": ["new@example.com", "two@example.com"]}), "email_address"),
            (json!({"phone_number": ["+1-415-867-5309"]}), "phone_number"),
            (json!({"web3_wallet": [wallet.to_uppercase().replace("0X", "0x")]}), "web3_wallet"),
            (json!({"username": "aDA_l"}), "username"),
            (json!({"username": "other", "external_id": "Ext"}), "external_id"),
        ] {
            post(&app, body).await.refused_for(422, "form_identifier_exists", param);
        }
        let several =
            json!({"email_address": ["one@example.com"], "username": "ada_l", "external_id": "Ext"});
        let body = post(&app, several).await.refused(422, "form_identifier_exists");
        assert_eq!(body["errors"].as_array().unwrap().len(), 3, "{body}");
        assert_eq!(count(&app).await, 1);
        // External ids are another system's: case matters there.
        post(&app, json!({"username": "other", "external_id": "ext"})).await.ok();
        assert_eq!(app.events().await.len(), 2);
    }

    async fn reserved_addresses_are_not_verified(app: TestApp) {
        let user = post(
            &app,
            json!({
                "email_address": ["a@example.com", "b@example.com"],
                "email_address_identification_status": ["reserved", "verified"],
            }),
        )
        .await
        .ok();
        assert_eq!(user["email_addresses"][0]["reserved"], true);
        assert_eq!(user["email_addresses"][0]["verification"], json!(null));
        assert_eq!(user["email_addresses"][1]["reserved"], false);
        assert_eq!(user["email_addresses"][1]["verification"]["status"], "verified");
    }

    async fn one_of_many_creates_at_once_wins(app: TestApp) {
        for round in 0..5 {
            let body = json!({"email_address": [format!("ada{round}@example.com")], "username": format!("ada_{round}")});
            let calls = (0..8).map(|_| tokio::spawn(app.backend().post("/v1/users").json(&body).send()));
            let calls: Vec<_> = calls.collect();
            let mut won = 0;
            for call in calls {
                let answer = call.await.unwrap();
                if answer.status.as_u16() == 200 {
                    won += 1;
                } else {
                    answer.refused(422, "form_identifier_exists");
                }
            }
            assert_eq!(won, 1);
        }
        assert_eq!(count(&app).await, 5);
    }

    async fn created_banned(app: TestApp) {
        let id = app.create_user(&json!({"email_address": ["a@example.com"], "banned": true})).await;
        assert_eq!(show(&app, &id).await["banned"], true);
        app.backend()
            .post("/v1/sessions")
            .json(&json!({"user_id": id}))
            .send()
            .await
            .refused(403, "user_banned");
        app.backend().post(&format!("/v1/users/{id}/unban")).send().await.ok();
        app.session(&id).await;
    }

    async fn created_locked(app: TestApp) {
        let user = post(&app, json!({"email_address": ["a@example.com"], "locked": true})).await.ok();
        assert_eq!(user["locked"], true);
        assert_eq!(user["lockout_expires_in_seconds"], 3600);
    }

    #[instance = "[lockout]\nenabled = false"]
    async fn locked_is_refused_where_lockout_is_off(app: TestApp) {
        let body = json!({"email_address": ["a@example.com"], "locked": true});
        post(&app, body).await.refused_for(422, "form_param_unknown", "locked");
        assert_eq!(count(&app).await, 0);
    }

    async fn an_unknown_user_is_not_found(app: TestApp) {
        let body =
            app.backend().get(&format!("/v1/users/{NOBODY}")).send().await.refused(404, "resource_not_found");
        assert!(
            body["errors"][0].get("meta").is_none_or(Value::is_null)
                || body["errors"][0]["meta"] == json!({})
        );
    }
}
