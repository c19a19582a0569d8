//! Bodies that cannot be read, or not as what they should be.

use beadle_testkit::{both_engines, json};

use crate::{count, show};

/// The most that a body may have.
const LIMIT: usize = 512 * 1024;

both_engines! {
    async fn what_is_no_json_object_is_refused(app: TestApp) {
        let id = app.user("ada@example.com").await;
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let deep_object = format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000));
        let unreadable: [&[u8]; 20] = [
            b"{",
            b"}",
            b"[]",
            b"[{}]",
            b"\"text\"",
            b"1",
            b"true",
            b"{} {}",
            b"{\"first_name\": }",
            b"{'a': 1}",
            b"{\"a\": 01}",
            b"{\"a\": NaN}",
            b"{\"first_name\": \"\xff\"}",
            b"\xff\xfe",
            b"\xef\xbb\xbf{}",
            b"{\"first_name\": \"\\ud800\"}",
            b"first_name=Ada",
            b"\0",
            deep.as_bytes(),
            deep_object.as_bytes(),
        ];
        let paths = [
            ("POST", "/v1/users".to_owned()),
            ("PATCH", format!("/v1/users/{id}")),
            ("PATCH", format!("/v1/users/{id}/metadata")),
            ("PUT", format!("/v1/users/{id}/metadata")),
            ("POST", "/v1/users/ban".to_owned()),
            ("POST", "/v1/users/unban".to_owned()),
            ("POST", format!("/v1/users/{id}/verify_password")),
            ("POST", "/v1/sessions".to_owned()),
        ];
        for (method, path) in &paths {
            for body in unreadable {
                let call = app.backend().call(method.parse().unwrap(), path);
                let answer = call.header("content-type", "application/json").body(body).send().await;
                answer.refused(400, "request_body_invalid");
            }
        }
        assert_eq!(count(&app).await, 1);
        assert_eq!(app.event_kinds(&id).await, ["user.created"]);
    }

    async fn numbers_beyond_all_limits_are_refused_or_kept(app: TestApp) {
        let id = app.user("ada@example.com").await;
        let path = format!("/v1/users/{id}");
        for body in [
            r#"{"create_organizations_limit": 1e400}"#,
            r#"{"create_organizations_limit": 9223372036854775808}"#,
            r#"{"create_organizations_limit": -99999999999999999999999999}"#,
            r#"{"create_organizations_limit": 1.5}"#,
        ] {
            let answer =
                app.backend().patch(&path).header("content-type", "application/json").body(body).send().await;
            assert!([400, 422].contains(&answer.status.as_u16()), "{body}: {}", answer.shown());
        }
        let most = json!({"create_organizations_limit": i64::MAX});
        let user = app.backend().patch(&path).json(&most).send().await.ok();
        assert_eq!(user["create_organizations_limit"], i64::MAX);
    }

    async fn other_content_types_are_refused(app: TestApp) {
        for kind in [
            "text/plain",
            "multipart/form-data; boundary=x",
            "application/xml",
            "json",
            "*/*",
            "application/jsonp",
        ] {
            let call = app.backend().post("/v1/users").header("content-type", kind);
            let answer = call.body(r#"{"email_address": ["a@example.com"]}"#).send().await;
            answer.refused(415, "unsupported_content_type");
        }
        assert_eq!(count(&app).await, 0);
        for (n, kind) in [
            "application/json",
            "application/json; charset=utf-8",
            "Application/JSON",
            "application/problem+json",
        ]
        .into_iter()
        .enumerate()
        {
            let call = app.backend().post("/v1/users").header("content-type", kind);
            call.body(format!(r#"{{"email_address": ["a{n}@example.com"]}}"#)).send().await.ok();
        }
        let untyped = app.backend().post("/v1/users").body(r#"{"email_address": ["b@example.com"]}"#);
        untyped.send().await.ok();
    }

    async fn a_form_says_what_json_does(app: TestApp) {
        let form = [
            ("email_address", "ada@example.com"), ("email_address", "ada@example.org"), ("first_name", "Ada"),
            ("public_metadata", r#"{"plan":{"tier":1}}"#), ("skip_password_requirement", "true"),
            ("create_organizations_limit", "7"), ("created_at", "2020-01-01T00:00:00Z"),
        ];
        let user = app.backend().post("/v1/users").form(&form).send().await.ok();
        let addresses: Vec<_> =
            user["email_addresses"].as_array().unwrap().iter().map(|one| one["email_address"].clone()).collect();
        assert_eq!(addresses, ["ada@example.com", "ada@example.org"]);
        assert_eq!((&user["first_name"], &user["create_organizations_limit"]), (&json!("Ada"), &json!(7)));
        assert_eq!(user["public_metadata"], json!({"plan": {"tier": 1}}));
        let id = user["id"].as_str().unwrap();
        let banned = app.backend().post("/v1/users/ban").form(&[("user_ids[]", id)]).send().await.ok();
        assert_eq!(banned[0]["banned"], true);
        let metadata = [("private_metadata", r#"{"a":1}"#)];
        let path = format!("/v1/users/{id}/metadata");
        assert_eq!(app.backend().put(&path).form(&metadata).send().await.ok()["private_metadata"], json!({"a": 1}));
        let session = app.backend().post("/v1/sessions").form(&[("user_id", id)]).send().await;
        session.refused(403, "user_banned");
        let none: [(&str, &str); 0] = [];
        app.backend().post(&format!("/v1/users/{id}/unban")).form(&none).send().await.ok();
    }

    async fn a_wrong_field_of_a_form_is_named(app: TestApp) {
        for (field, value, code) in [
            ("email_address", "nobody", "form_param_format_invalid"), ("public_metadata", "x", "form_param_type_invalid"),
            ("create_organizations_limit", "many", "form_param_type_invalid"), ("skip_password_checks", "yes", "form_param_type_invalid"),
            ("nobody_knows", "1", "form_param_unknown"), ("first_name", "a\0", "form_param_value_invalid"),
        ] {
            app.backend().post("/v1/users").form(&[(field, value)]).send().await.refused_for(422, code, field);
        }
        let twice = app.backend().post("/v1/users").form(&[("first_name", "a"), ("first_name", "b")]);
        twice.send().await.refused_for(422, "form_param_duplicate", "first_name");
        let broken = app.backend().post("/v1/users").header("content-type", "application/x-www-form-urlencoded");
        broken.body(b"first_name=%ff".to_vec()).send().await.refused(400, "request_body_invalid");
        assert_eq!(count(&app).await, 0);
    }

    async fn no_body_empty_body_and_null_are_the_empty_object(app: TestApp) {
        let id = app.user("ada@example.com").await;
        for tail in ["/ban", "/unban", "/lock", "/unlock"] {
            for body in ["", "  \n", "null", "{}"] {
                for kind in [None, Some("application/json")] {
                    let mut call = app.backend().post(&format!("/v1/users/{id}{tail}")).body(body);
                    if let Some(kind) = kind {
                        call = call.header("content-type", kind);
                    }
                    call.send().await.ok();
                }
            }
        }
        for body in ["", "null", "{}"] {
            let call = app.backend().patch(&format!("/v1/users/{id}/metadata")).body(body);
            call.header("content-type", "application/json").send().await.ok();
            let call =
                app.backend().post("/v1/users/ban").body(body).header("content-type", "application/json");
            call.send().await.refused_for(422, "form_param_missing", "user_ids");
            let call =
                app.backend().post("/v1/sessions").body(body).header("content-type", "application/json");
            call.send().await.refused_for(422, "form_param_missing", "user_id");
        }
    }

    async fn actions_without_parameters_ignore_bodies(app: TestApp) {
        let id = app.user("ada@example.com").await;
        for body in ["{", "[]", "anything", "\u{ff}"] {
            app.backend().post(&format!("/v1/users/{id}/ban")).body(body).send().await.ok();
        }
        assert_eq!(show(&app, &id).await["banned"], true);
    }

    async fn too_large_is_told_as_such(app: TestApp) {
        let frame = r#"{"email_address": ["a@example.com"], "first_name": ""}"#;
        let fill = |size: usize| frame.replace(r#""""#, &format!("\"{}\"", "x".repeat(size - frame.len())));
        let send = async |body: String| {
            app.backend().post("/v1/users").header("content-type", "application/json").body(body).send().await
        };
        send(fill(LIMIT + 1)).await.refused(413, "request_body_too_large");
        send("x".repeat(3 * LIMIT)).await.refused(413, "request_body_too_large");
        // At the limit it is read, and then the name is too long.
        send(fill(LIMIT)).await.refused_for(422, "form_param_max_length_exceeded", "first_name");
        assert_eq!(count(&app).await, 0);
    }

    async fn nul_is_refused_everywhere(app: TestApp) {
        let id = app.user("ada@example.com").await;
        for (body, param) in [
            (json!({"first_name": "a\0b"}), "first_name"),
            (json!({"username": "abcd\0"}), "username"),
            (json!({"external_id": "\0"}), "external_id"),
            (json!({"password": "wJ8kPq3z\0x"}), "password"),
            (json!({"unsafe_metadata": {"a": [{"b\0": 1}]}}), "unsafe_metadata"),
            (json!({"public_metadata": {"a": "\0"}}), "public_metadata"),
        ] {
            let created = app.backend().post("/v1/users").json(&body).send().await;
            created.refused_for(422, "form_param_value_invalid", param);
            let updated = app.backend().patch(&format!("/v1/users/{id}")).json(&body).send().await;
            updated.refused_for(422, "form_param_value_invalid", param);
        }
        let ids = json!({"user_ids": [id, "user_\0"]});
        app.backend().post("/v1/users/ban").json(&ids).send().await.refused_for(
            422,
            "form_param_value_invalid",
            "user_ids",
        );
        for query in
            ["query=a%00b", "email_address=%00", "%00=1", "user_id=a&user_id=%00", "starting_after=user_%00"]
        {
            let answer = app.backend().get("/v1/users").raw_query(query).send().await;
            assert!([200, 422].contains(&answer.status.as_u16()), "{}", answer.shown());
            if answer.status.as_u16() == 200 {
                assert_eq!(query, "%00=1", "only the name of an unknown parameter may be ignored");
            }
        }
        assert_eq!(count(&app).await, 1);
        assert_eq!(show(&app, &id).await["banned"], false);
    }

    async fn wrong_types_name_their_parameter(app: TestApp) {
        let id = app.user("ada@example.com").await;
        let cases = [
            (json!({"first_name": 1}), "first_name"),
            (json!({"first_name": ["Ada"]}), "first_name"),
            (json!({"email_address": "ada@example.com"}), "email_address"),
            (json!({"email_address": [1]}), "email_address"),
            (json!({"email_address": {"a": 1}}), "email_address"),
            (json!({"banned": "true"}), "banned"),
            (json!({"locked": 1}), "locked"),
            (json!({"public_metadata": []}), "public_metadata"),
            (json!({"public_metadata": "x"}), "public_metadata"),
            (json!({"create_organizations_limit": "5"}), "create_organizations_limit"),
            (json!({"created_at": 5}), "created_at"),
            (json!({"password": 12_345_678}), "password"),
        ];
        for (body, param) in cases {
            app.backend().post("/v1/users").json(&body).send().await.refused_for(
                422,
                "form_param_type_invalid",
                param,
            );
        }
        for (body, param) in [
            (json!({"first_name": 1}), "first_name"),
            (json!({"delete_self_enabled": "yes"}), "delete_self_enabled"),
            (json!({"skip_password_checks": {}}), "skip_password_checks"),
            (json!({"username": true}), "username"),
        ] {
            let call = app.backend().patch(&format!("/v1/users/{id}")).json(&body);
            call.send().await.refused_for(422, "form_param_type_invalid", param);
        }
        for body in [
            json!({"user_ids": "user_1"}),
            json!({"user_ids": [1]}),
            json!({"user_ids": [null]}),
            json!({"user_ids": {}}),
        ] {
            let answer = app.backend().post("/v1/users/ban").json(&body).send().await;
            assert_eq!(answer.status.as_u16(), 422, "{}", answer.shown());
            assert_eq!(answer.json()["errors"][0]["meta"]["param_name"], "user_ids", "{}", answer.shown());
        }
        assert_eq!(count(&app).await, 1);
    }

    async fn unknown_fields_are_named(app: TestApp) {
        let id = app.user("ada@example.com").await;
        let body = json!({"email_address": ["b@example.com"], "nickname": "B"});
        app.backend().post("/v1/users").json(&body).send().await.refused_for(
            422,
            "form_param_unknown",
            "nickname",
        );
        for (method, path, body, named) in [
            ("PATCH", format!("/v1/users/{id}"), json!({"first_name": "B", "nickname": "B"}), "nickname"),
            ("PATCH", format!("/v1/users/{id}"), json!({"banned": true}), "banned"),
            ("PATCH", format!("/v1/users/{id}/metadata"), json!({"first_name": "B"}), "first_name"),
            ("PUT", format!("/v1/users/{id}/metadata"), json!({"metadata": {}}), "metadata"),
            (
                "POST",
                format!("/v1/users/{id}/verify_password"),
                json!({"password": "x", "code": "1"}),
                "code",
            ),
        ] {
            let call = app.backend().call(method.parse().unwrap(), &path).json(&body);
            call.send().await.refused_for(422, "form_param_unknown", named);
        }
        let user = show(&app, &id).await;
        assert_eq!((&user["first_name"], &user["banned"]), (&json!(null), &json!(false)));
        assert_eq!(count(&app).await, 1);
    }
}
