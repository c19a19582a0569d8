//! Signing up: what it takes, and what it refuses.

use beadle_testkit::{Value, both_engines, json};

use crate::visit::{
    ADA, CODE, PASSWORD, attempt_sign_up, begin_sign_up, prepare_sign_up, shown, text, update_sign_up, user,
};

/// A form, and the code and parameter that it is refused with.
type Case<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a str);

both_engines! {
    async fn by_address_password_and_code(app: TestApp) {
        let browser = app.browser();
        let form = [
            ("email_address", ADA), ("password", PASSWORD), ("first_name", "Ada"), ("last_name", ""),
            ("locale", "en-GB"), ("timezone", "Europe/London"), ("captcha_token", "x"), ("future", "y"),
        ];
        let begun = browser.post("/client/sign_ups", &form).await.ok();
        let sign_up = &begun["response"];
        assert_eq!(sign_up["object"], "sign_up_attempt");
        assert_eq!(sign_up["status"], "missing_requirements");
        assert_eq!(sign_up["missing_fields"], json!([]));
        assert_eq!(sign_up["unverified_fields"], json!(["email_address"]));
        assert_eq!((&sign_up["has_password"], &sign_up["password_enabled"]), (&json!(true), &json!(true)));
        assert_eq!((&sign_up["first_name"], &sign_up["last_name"]), (&json!("Ada"), &Value::Null));
        assert_eq!(sign_up["locale"], "en-GB");
        // With a strategy in it the browser library would believe that a code is out, and ask for none.
        assert_eq!(
            sign_up["verifications"]["email_address"],
            json!({"next_action": "needs_prepare", "supported_strategies": ["email_code"]})
        );
        assert_eq!(begun["client"]["sign_up"], *sign_up);
        assert_eq!(begun["client"]["sessions"], json!([]));

        let path = format!("/client/sign_ups/{}", text(&sign_up["id"]));
        let prepared = prepare_sign_up(&browser, &path).await.ok();
        let verification = &prepared["response"]["verifications"]["email_address"];
        assert_eq!(verification["status"], "unverified");
        assert_eq!(verification["strategy"], "email_code");
        assert_eq!(verification["next_action"], "needs_attempt");
        assert_eq!(verification["expire_at"], app.now().as_millis() + 600_000);
        assert_eq!(browser.get(&path).await.ok()["response"], prepared["response"]);

        let done = attempt_sign_up(&browser, &path, CODE).await.ok();
        let sign_up = &done["response"];
        assert_eq!(sign_up["status"], "complete");
        let client = &done["client"];
        assert_eq!((&client["sign_up"], &client["sign_in"]), (&Value::Null, &Value::Null));
        let session = &client["sessions"][0];
        assert_eq!(session["id"], sign_up["created_session_id"]);
        assert_eq!(session["status"], "active");
        assert!(session["last_active_token"]["jwt"].is_string());
        assert_eq!(client["last_active_session_id"], session["id"]);
        assert_eq!(session["user"]["id"], sign_up["created_user_id"]);
        assert_eq!(session["user"]["email_addresses"][0]["verification"]["status"], "verified");

        let id = text(&sign_up["created_user_id"]);
        assert_eq!(app.event_kinds(&id).await, ["user.created", "session.created"]);
        let user = shown(&app, &id).await;
        assert_eq!((&user["first_name"], &user["last_name"]), (&json!("Ada"), &Value::Null));
        assert_eq!(user["primary_email_address_id"], user["email_addresses"][0]["id"]);
        assert_eq!(user["last_sign_in_at"], app.now().as_millis());
    }

    #[instance = "legal_consent_required = true\nnames_enabled = false"]
    async fn whoever_signs_up_accepts_the_terms_where_they_must(app: TestApp) {
        let browser = app.browser();
        let form = [("username", "ada_l"), ("password", PASSWORD)];
        let begun = browser.post("/client/sign_ups", &form).await.ok();
        assert_eq!(begun["response"]["missing_fields"], json!(["legal_accepted"]));
        let optional = begun["response"]["optional_fields"].as_array().unwrap();
        assert!(!optional.iter().any(|field| field == "first_name" || field == "last_name"), "{optional:?}");
        let path = format!("/client/sign_ups/{}", text(&begun["response"]["id"]));
        let done = update_sign_up(&browser, &path, &[("legal_accepted", "true")]).await.ok();
        assert_eq!(done["response"]["status"], "complete");
        assert!(done["client"]["sessions"][0]["user"]["legal_accepted_at"].is_i64());
    }

    async fn by_username_at_once(app: TestApp) {
        let browser = app.browser();
        let form = [("username", "Ada_L"), ("password", PASSWORD)];
        let done = browser.post("/client/sign_ups", &form).await.ok();
        assert_eq!(done["response"]["status"], "complete");
        let user = shown(&app, &text(&done["response"]["created_user_id"])).await;
        assert_eq!((&user["username"], &user["email_addresses"]), (&json!("Ada_L"), &json!([])));
        assert_eq!(browser.get("/client").await.ok()["response"]["sessions"].as_array().map(Vec::len), Some(1));
    }

    #[instance = "email_verification_at_sign_up = false"]
    async fn by_address_at_once_where_no_proof_is_asked_for(app: TestApp) {
        let form = [("email_address", "ada@example.com"), ("password", PASSWORD)];
        let done = app.browser().post("/client/sign_ups", &form).await.ok();
        assert_eq!(done["response"]["status"], "complete");
        assert_eq!(done["response"]["verifications"]["email_address"], Value::Null);
    }

    #[instance = "[identifiers.username]\nrequired = true"]
    async fn in_several_steps(app: TestApp) {
        let browser = app.browser();
        let begun = browser.post("/client/sign_ups", &[("email_address", ADA)]).await.ok();
        assert_eq!(begun["response"]["missing_fields"], json!(["username", "password"]));
        let path = format!("/client/sign_ups/{}", text(&begun["response"]["id"]));
        prepare_sign_up(&browser, &path).await.ok();
        let proven = attempt_sign_up(&browser, &path, CODE).await.ok();
        assert_eq!(proven["response"]["status"], "missing_requirements");
        assert_eq!(proven["response"]["unverified_fields"], json!([]));
        assert_eq!(proven["response"]["verifications"]["email_address"]["status"], "verified");
        let named = update_sign_up(&browser, &path, &[("username", "ada_l")]).await.ok();
        assert_eq!(named["response"]["missing_fields"], json!(["password"]));
        let done = update_sign_up(&browser, &path, &[("password", PASSWORD)]).await.ok();
        assert_eq!(done["response"]["status"], "complete");
        update_sign_up(&browser, &path, &[("username", "eve")]).await.refused(400, "verification_already_verified");
    }

    #[instance = "[identifiers.username]\nrequired = true"]
    async fn a_proof_belongs_to_its_address(app: TestApp) {
        let browser = app.browser();
        let path = begin_sign_up(&browser, ADA).await;
        prepare_sign_up(&browser, &path).await.ok();
        attempt_sign_up(&browser, &path, CODE).await.ok();
        let form = [("email_address", "bob@example.com"), ("username", "ada_l")];
        let changed = update_sign_up(&browser, &path, &form).await.ok();
        assert_eq!(changed["response"]["status"], "missing_requirements");
        assert_eq!(changed["response"]["unverified_fields"], json!(["email_address"]));
        assert_eq!(changed["response"]["verifications"]["email_address"]["next_action"], "needs_prepare");
        attempt_sign_up(&browser, &path, CODE).await.refused(400, "verification_not_sent");
    }

    async fn values_are_kept_and_odd_ones_refused(app: TestApp) {
        let browser = app.browser();
        let form = [
            ("username", "ada_l"), ("password", PASSWORD), ("unsafe_metadata", r#"{"plan": {"seats": 3}}"#),
            ("legal_accepted", "true"), ("locale", "not a locale at all!"),
        ];
        let done = browser.post("/client/sign_ups", &form).await.ok();
        let user = shown(&app, &text(&done["response"]["created_user_id"])).await;
        assert_eq!(user["unsafe_metadata"], json!({"plan": {"seats": 3}}));
        assert_eq!(user["legal_accepted_at"], app.now().as_millis());
        assert_eq!(user["locale"], Value::Null);
        for metadata in ["[]", "{", "3"] {
            let form = [("username", "bob_l"), ("password", PASSWORD), ("unsafe_metadata", metadata)];
            let refused = browser.post("/client/sign_ups", &form).await;
            assert_eq!(refused.status, 422, "{metadata}: {}", refused.shown());
            assert_eq!(refused.json()["errors"][0]["meta"]["param_name"], "unsafe_metadata");
        }
    }

    async fn bad_values_are_refused_under_their_field(app: TestApp) {
        user(&app, "taken@example.com").await;
        app.create_user(&json!({"username": "taken_name"})).await;
        let cases: [Case; 12] = [
            (&[("email_address", "no address")], "form_param_format_invalid", "email_address"),
            (&[("email_address", "taken@example.com")], "form_identifier_exists", "email_address"),
            (&[("email_address", "Taken@Example.com")], "form_identifier_exists", "email_address"),
            (&[("email_address_or_phone_number", "taken@example.com")], "form_identifier_exists", "email_address"),
            (&[("username", "taken_name")], "form_identifier_exists", "username"),
            (&[("username", "Taken_Name")], "form_identifier_exists", "username"),
            (&[("password", "short")], "form_password_length_too_short", "password"),
            (&[("password", &"long".repeat(19))], "form_password_length_too_long", "password"),
            (&[("password", "password123")], "form_password_pwned", "password"),
            (&[("username", "ada_lovelace"), ("password", "ada_lovelace")], "form_password_matches_identifier", "password"),
            (&[("strategy", "carrier_pigeon")], "form_param_value_invalid", "strategy"),
            (&[("phone_number", "12")], "form_param_format_invalid", "phone_number"),
        ];
        for (form, code, param) in cases {
            let browser = app.browser();
            let refused = browser.post("/client/sign_ups", form).await;
            refused.refused_for(422, code, param);
            assert_eq!(browser.cookie("__client"), None, "a refused sign-up makes no client");
        }
        let both = [("email_address", "taken@example.com"), ("username", "taken_name")];
        let refused = app.browser().post("/client/sign_ups", &both).await.refused(422, "form_identifier_exists");
        assert_eq!(refused["errors"].as_array().map(Vec::len), Some(2));
        let count = app.backend().get("/v1/users/count").send().await.ok();
        assert_eq!(count["total_count"], 2);
    }

    #[instance = "[password]\nmin_length = 10\nrequire_uppercase = true\nrequire_lowercase = true\nrequire_numbers = true\nrequire_special_char = true\nmin_zxcvbn_strength = 4"]
    async fn every_rule_of_the_policy_that_is_broken_is_named(app: TestApp) {
        let refuse = async |password: &str| {
            let form = [("username", "ada_l"), ("password", password)];
            let refused = app.browser().post("/client/sign_ups", &form).await;
            assert_eq!(refused.status, 422, "{}", refused.shown());
            let errors = refused.json()["errors"].as_array().unwrap().clone();
            errors.iter().map(|error| text(&error["code"])).collect::<Vec<_>>()
        };
        let broken = refuse("   ").await;
        for code in [
            "form_password_length_too_short", "form_password_no_uppercase", "form_password_no_lowercase",
            "form_password_no_number",
        ] {
            assert!(broken.iter().any(|one| one == code), "{code} in {broken:?}");
        }
        assert_eq!(refuse("Abcdefgh1jkl").await[0], "form_password_no_special_char");
        assert_eq!(refuse("Abcabcabcabc1!").await[0], "form_password_not_strong_enough");
        let form = [("username", "ada_l"), ("password", "7Quarzes-Gleam$violet")];
        assert_eq!(app.browser().post("/client/sign_ups", &form).await.ok()["response"]["status"], "complete");
    }

    #[instance = "sign_up_mode = 'restricted'"]
    async fn strangers_are_kept_out_where_sign_up_is_closed(app: TestApp) {
        let form = [("username", "ada_l"), ("password", PASSWORD)];
        app.browser().post("/client/sign_ups", &form).await.refused(403, "sign_up_mode_restricted");
    }

    #[instance = "[identifiers.username]\nenabled = false"]
    async fn an_identifier_that_is_switched_off_is_refused(app: TestApp) {
        let form = [("username", "ada_l"), ("password", PASSWORD)];
        let refused = app.browser().post("/client/sign_ups", &form).await;
        assert_eq!(refused.status, 422, "{}", refused.shown());
        assert_eq!(refused.json()["errors"][0]["meta"]["param_name"], "username");
    }
}
