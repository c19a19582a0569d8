//! `PATCH /v1/users/{id}`.

use std::time::Duration;

use beadle_testkit::{TestApp, TestResponse, Value, both_engines, json};

use crate::show;

async fn patch(app: &TestApp, id: &str, body: Value) -> TestResponse {
    let call = app.backend().patch(&format!("/v1/users/{id}")).header("clerk-api-version", "2026-05-12");
    call.json(&body).send().await
}

both_engines! {
    async fn what_is_given_changes_and_the_rest_stays(app: TestApp) {
        let id = app.create_user(&json!({
            "email_address": ["a@example.com"], "first_name": "Ada", "last_name": "Byron", "username": "ada_l",
            "external_id": "e-1", "public_metadata": {"k": 1}, "locale": "en",
        })).await;
        let before = show(&app, &id).await;
        app.advance(Duration::from_secs(9));
        let after = patch(&app, &id, json!({"last_name": "Lovelace"})).await.ok();
        let mut expected = before.clone();
        expected["last_name"] = json!("Lovelace");
        for picture in ["image_url", "profile_image_url"] {
            // Initials, for want of a picture.
            let initials = after[picture].as_str().unwrap();
            assert_eq!(initials.strip_suffix("/AL"), before[picture].as_str().unwrap().strip_suffix("/AB"));
            expected[picture] = json!(initials);
        }
        expected["updated_at"] = json!(app.now().as_millis());
        assert_eq!(after, expected);
        assert_eq!(show(&app, &id).await, expected);
        let events = app.events().await;
        assert_eq!((events[1].kind.as_str(), &events[1].data), ("user.updated", &expected));
    }

    async fn null_and_the_empty_text_clear(app: TestApp) {
        for empty in [json!(null), json!(""), json!("  ")] {
            let id = app.create_user(&json!({
                "first_name": "A", "last_name": "B", "username": "ada_l", "external_id": "e-1", "locale": "en",
                "legal_accepted_at": "2024-01-01T00:00:00Z",
            })).await;
            let body = json!({"first_name": empty, "last_name": empty, "username": empty, "external_id": empty,
                "locale": empty, "legal_accepted_at": empty});
            let user = patch(&app, &id, body).await.ok();
            for key in ["first_name", "last_name", "username", "external_id", "locale", "legal_accepted_at"] {
                assert_eq!(user[key], json!(null), "{key}");
            }
            // What was cleared is free again: the next round takes it.
        }
    }

    async fn settings_and_times_change(app: TestApp) {
        let id = app.user("a@example.com").await;
        let user = patch(&app, &id, json!({
            "delete_self_enabled": false, "create_organization_enabled": false, "create_organizations_limit": 7,
            "bypass_client_trust": true, "created_at": "2020-01-01T00:00:00Z", "legal_accepted_at": "2021-01-01T00:00:00Z",
        })).await.ok();
        assert_eq!(
            (&user["delete_self_enabled"], &user["create_organization_enabled"]),
            (&json!(false), &json!(false))
        );
        assert_eq!(
            (&user["create_organizations_limit"], &user["bypass_client_trust"]),
            (&json!(7), &json!(true))
        );
        assert_eq!(user["created_at"], 1_577_836_800_000_i64);
        assert_eq!(user["legal_accepted_at"], 1_609_459_200_000_i64);
    }

    async fn another_primary_can_be_chosen(app: TestApp) {
        let id = app
            .create_user(&json!({
                "email_address": ["a@example.com", "b@example.com", "c@example.com"],
                "email_address_identification_status": ["verified", "verified", "reserved"],
                "phone_number": ["+14158675309", "+442079460958"],
            }))
            .await;
        let user = show(&app, &id).await;
        let (second, reserved) = (&user["email_addresses"][1]["id"], &user["email_addresses"][2]["id"]);
        let phone = &user["phone_numbers"][1]["id"];
        let body = json!({"primary_email_address_id": second, "primary_phone_number_id": phone});
        let user = patch(&app, &id, body).await.ok();
        assert_eq!((&user["primary_email_address_id"], &user["primary_phone_number_id"]), (second, phone));
        let other = app.user("d@example.com").await;
        let foreign = show(&app, &other).await["primary_email_address_id"].clone();
        for (wrong, refusal) in [
            (reserved.clone(), "form_verification_needed"),
            (foreign, "form_resource_not_found"),
            (phone.clone(), "form_resource_not_found"),
            (json!("idn_x"), "form_resource_not_found"),
            (json!("nonsense"), "form_resource_not_found"),
        ] {
            let answer =
                patch(&app, &id, json!({"first_name": "Z", "primary_email_address_id": wrong})).await;
            answer.refused_for(422, refusal, "primary_email_address_id");
        }
        let user = show(&app, &id).await;
        assert_eq!((&user["primary_email_address_id"], &user["first_name"]), (second, &json!(null)));
    }

    async fn taken_names_are_refused_whatever_the_case(app: TestApp) {
        app.create_user(&json!({"username": "ada_l", "external_id": "e-1"})).await;
        let id = app.create_user(&json!({"username": "bob_b", "external_id": "e-2"})).await;
        patch(&app, &id, json!({"username": "ADA_L"})).await.refused_for(
            422,
            "form_identifier_exists",
            "username",
        );
        patch(&app, &id, json!({"external_id": "e-1", "first_name": "B"})).await.refused_for(
            422,
            "form_identifier_exists",
            "external_id",
        );
        let user = show(&app, &id).await;
        assert_eq!((&user["username"], &user["first_name"]), (&json!("bob_b"), &json!(null)));
        // One's own name in another case is not taken.
        let user = patch(&app, &id, json!({"username": "Bob_B", "external_id": "e-2"})).await.ok();
        assert_eq!(user["username"], "Bob_B");
    }

    async fn one_of_two_who_want_a_name_gets_it(app: TestApp) {
        let one = app.user("one@example.com").await;
        let other = app.user("other@example.com").await;
        for round in 0..10 {
            let body = json!({"username": format!("wanted_{round}")});
            let calls = [&one, &other]
                .map(|id| tokio::spawn(app.backend().patch(&format!("/v1/users/{id}")).json(&body).send()));
            let mut won = 0;
            for call in calls {
                let answer = call.await.unwrap();
                if answer.status.as_u16() == 200 {
                    won += 1;
                } else {
                    answer.refused_for(422, "form_identifier_exists", "username");
                }
            }
            assert_eq!(won, 1);
        }
    }

    async fn bad_values_are_refused_together_and_change_nothing(app: TestApp) {
        let id = app.create_user(&json!({"username": "ada_l", "first_name": "Ada"})).await;
        let before = show(&app, &id).await;
        app.advance(Duration::from_secs(1));
        for (body, code, param) in [
            (json!({"username": "a"}), "form_username_invalid_length", "username"),
            (json!({"first_name": "x".repeat(300)}), "form_param_max_length_exceeded", "first_name"),
            (json!({"created_at": "soon"}), "form_param_invalid_time", "created_at"),
            (json!({"locale": "!"}), "form_param_format_invalid", "locale"),
            (
                json!({"create_organizations_limit": -5}),
                "form_param_value_invalid",
                "create_organizations_limit",
            ),
            (json!({"password": "short"}), "form_password_length_too_short", "password"),
            (json!({"profile_image_id": "img_1"}), "form_resource_not_found", "profile_image_id"),
            (json!({"totp_secret": "x"}), "invalid_totp_secret_code", "totp_secret"),
            (json!({"backup_codes": ["x"]}), "form_param_value_invalid", "backup_codes"),
            (json!({"email_address": ["b@example.com"]}), "form_param_unknown", "email_address"),
        ] {
            let mut body = body;
            body["last_name"] = json!("Changed");
            patch(&app, &id, body).await.refused_for(422, code, param);
        }
        let both = patch(&app, &id, json!({"username": "a b", "first_name": "\u{1}"})).await;
        assert_eq!(
            both.refused(422, "form_username_invalid_character")["errors"].as_array().unwrap().len(),
            2
        );
        assert_eq!(show(&app, &id).await, before);
        assert_eq!(app.event_kinds(&id).await, ["user.created"]);
    }

    async fn metadata_leaves_the_update_with_the_newest_version(app: TestApp) {
        let id = app.create_user(&json!({"username": "ada_l", "public_metadata": {"a": 1, "b": 2}})).await;
        for field in ["public_metadata", "private_metadata", "unsafe_metadata"] {
            patch(&app, &id, json!({field: {"c": 3}})).await.refused_for(422, "form_param_unknown", field);
        }
        let newer = app.backend().patch(&format!("/v1/users/{id}")).header("clerk-api-version", "2026-08-20");
        newer.json(&json!({"public_metadata": {}})).send().await.refused_for(
            422,
            "form_param_unknown",
            "public_metadata",
        );
        for version in [None, Some("2021-02-05"), Some("2025-11-10")] {
            let mut call = app.backend().patch(&format!("/v1/users/{id}"));
            if let Some(version) = version {
                call = call.header("clerk-api-version", version);
            }
            let body = json!({"public_metadata": {"c": version}, "private_metadata": {"p": 1}});
            let user = call.json(&body).send().await.ok();
            assert_eq!(user["public_metadata"], json!({"c": version}), "replaced, not merged");
            assert_eq!(user["private_metadata"], json!({"p": 1}));
        }
        let large = json!({"unsafe_metadata": {"a": "x".repeat(9_000)}});
        let answer = app.backend().patch(&format!("/v1/users/{id}")).json(&large).send().await;
        answer.refused_for(422, "form_param_exceeds_allowed_size", "unsafe_metadata");
    }

    async fn nothing_given_changes_nothing_but_the_time(app: TestApp) {
        let id = app.user("a@example.com").await;
        let before = show(&app, &id).await;
        let after = patch(&app, &id, json!({})).await.ok();
        assert_eq!(after, before);
    }
}
