//! `PATCH` and `PUT /v1/users/{id}/metadata`.

use beadle_testkit::{TestApp, TestResponse, Value, both_engines, json};

use crate::show;

async fn merge(app: &TestApp, id: &str, body: Value) -> TestResponse {
    app.backend().patch(&format!("/v1/users/{id}/metadata")).json(&body).send().await
}

async fn replace(app: &TestApp, id: &str, body: Value) -> TestResponse {
    app.backend().put(&format!("/v1/users/{id}/metadata")).json(&body).send().await
}

async fn ada(app: &TestApp) -> String {
    app.create_user(&json!({
        "username": "ada_l", "public_metadata": {"a": {"b": 1, "c": [1, 2]}, "d": 1}, "private_metadata": {"p": {"q": 1}},
        "unsafe_metadata": {"u": 1},
    })).await
}

both_engines! {
    async fn merging_is_deep_and_null_removes(app: TestApp) {
        let id = ada(&app).await;
        let user = merge(
            &app,
            &id,
            json!({"public_metadata": {"a": {"b": null, "e": {"f": 1}}, "d": null, "g": 2}}),
        )
        .await
        .ok();
        assert_eq!(user["public_metadata"], json!({"a": {"c": [1, 2], "e": {"f": 1}}, "g": 2}));
        assert_eq!(user["private_metadata"], json!({"p": {"q": 1}}));
        let user = merge(
            &app,
            &id,
            json!({"private_metadata": {"p": {"q": null}}, "unsafe_metadata": {"u": [null]}}),
        )
        .await
        .ok();
        assert_eq!(user["private_metadata"], json!({"p": {}}));
        assert_eq!(user["unsafe_metadata"], json!({"u": [null]}));
        let user = merge(&app, &id, json!({"public_metadata": {"a": "x", "g": {"h": 1}}})).await.ok();
        assert_eq!(user["public_metadata"], json!({"a": "x", "g": {"h": 1}}));
        assert_eq!(show(&app, &id).await, user);
        assert_eq!(
            app.event_kinds(&id).await,
            ["user.created", "user.updated", "user.updated", "user.updated"]
        );
    }

    async fn replacing_takes_the_whole_place_of_what_is_given(app: TestApp) {
        let id = ada(&app).await;
        let user =
            replace(&app, &id, json!({"public_metadata": {"x": null}, "unsafe_metadata": {}})).await.ok();
        assert_eq!(user["public_metadata"], json!({"x": null}));
        assert_eq!(user["unsafe_metadata"], json!({}));
        assert_eq!(user["private_metadata"], json!({"p": {"q": 1}}));
    }

    async fn what_is_not_given_or_null_stays(app: TestApp) {
        let id = ada(&app).await;
        let before = show(&app, &id).await;
        for body in [json!({}), json!({"public_metadata": null}), json!({"public_metadata": {}})] {
            let user = merge(&app, &id, body).await.ok();
            assert_eq!(user["public_metadata"], before["public_metadata"]);
        }
        for body in [json!({}), json!({"public_metadata": null})] {
            let user = replace(&app, &id, body).await.ok();
            assert_eq!(user["public_metadata"], before["public_metadata"]);
        }
    }

    async fn the_result_is_limited_in_size(app: TestApp) {
        let id = ada(&app).await;
        replace(&app, &id, json!({"public_metadata": {"a": "x".repeat(8_192 - 8)}})).await.ok();
        let refused = merge(&app, &id, json!({"public_metadata": {"b": 1}})).await;
        refused.refused_for(422, "form_param_exceeds_allowed_size", "public_metadata");
        let refused =
            merge(&app, &id, json!({"private_metadata": {"new": 1}, "public_metadata": {"b": 1}})).await;
        refused.refused(422, "form_param_exceeds_allowed_size");
        let user = show(&app, &id).await;
        assert!(user["public_metadata"].get("b").is_none() && user["private_metadata"].get("new").is_none());
        let refused = replace(&app, &id, json!({"unsafe_metadata": {"a": "x".repeat(8_192 - 7)}})).await;
        refused.refused_for(422, "form_param_exceeds_allowed_size", "unsafe_metadata");
        merge(&app, &id, json!({"public_metadata": {"a": null, "b": 1}})).await.ok();
    }

    async fn depth_is_limited(app: TestApp) {
        let id = ada(&app).await;
        let nested = |levels: usize| (1..levels).fold(json!({}), |inner, _| json!({"a": inner}));
        merge(&app, &id, json!({"public_metadata": nested(64)})).await.ok();
        let refused = merge(&app, &id, json!({"public_metadata": nested(65)})).await;
        refused.refused_for(422, "form_param_value_invalid", "public_metadata");
    }

    async fn every_json_value_survives(app: TestApp) {
        let id = ada(&app).await;
        let metadata = json!({
            "text": "é 🔑 \u{2028} \" \\ / \u{7f}", "int": i64::MIN, "big": u64::MAX, "float": -1.5e-300, "true": true,
            "null_in": [null, {"n": null}], "empty": {}, "": "empty key", "quote'": "'; DROP TABLE users; --", "π": 3.25,
        });
        let user = replace(&app, &id, json!({"private_metadata": metadata})).await.ok();
        assert_eq!(user["private_metadata"], metadata);
        assert_eq!(show(&app, &id).await["private_metadata"], metadata);
    }

    async fn patches_at_once_all_count(app: TestApp) {
        let id = ada(&app).await;
        let calls: Vec<_> = (0..40)
            .map(|n| {
                let body = json!({"public_metadata": {"n": {format!("k{n}"): n}}});
                tokio::spawn(app.backend().patch(&format!("/v1/users/{id}/metadata")).json(&body).send())
            })
            .collect();
        for call in calls {
            call.await.unwrap().ok();
        }
        let user = show(&app, &id).await;
        assert_eq!(user["public_metadata"]["n"].as_object().unwrap().len(), 40);
    }
}
