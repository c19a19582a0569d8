//! Clients and sign-ups as the application's server sees them.

use std::time::Duration;

use beadle_testkit::{TestApp, TestResponse, Value, both_engines, json};

use crate::visit::{
    ADA, CODE, attempt_sign_up, begin_sign_up, prepare_sign_up, session, signed_in, text, user,
};

const NEW: &str = "new+clerk_test@example.com";

async fn verify(app: &TestApp, body: Value) -> TestResponse {
    app.backend().post("/v1/clients/verify").json(&body).send().await
}

async fn update(app: &TestApp, id: &str, body: Value) -> TestResponse {
    app.backend().patch(&format!("/v1/sign_ups/{id}")).json(&body).send().await
}

both_engines! {
    async fn a_client_is_known_by_its_cookie(app: TestApp) {
        let ada = user(&app, ADA).await;
        let (browser, id) = signed_in(&app, ADA).await;
        let shown = session(&app, &id).await;
        let token = browser.cookie("__client").unwrap();
        let client = verify(&app, json!({"token": token})).await.ok();
        assert_eq!((&client["object"], &client["id"]), (&json!("client"), &shown["client_id"]));
        assert_eq!((&client["session_ids"], &client["sessions"]), (&json!([id]), &json!([shown])));
        assert_eq!((&client["last_active_session_id"], &client["sessions"][0]["user_id"]), (&json!(id), &json!(ada)));
        assert_eq!(client["last_authentication_strategy"], "email_code");
        assert_eq!((&client["sign_in_id"], &client["sign_up_id"]), (&Value::Null, &Value::Null));
        let path = format!("/v1/clients/{}", text(&client["id"]));
        assert_eq!(app.backend().get(&path).send().await.ok(), client);
        assert!(!client.to_string().contains(&token));
        verify(&app, json!({"token": "nobody's"})).await.refused(404, "resource_not_found");
        verify(&app, json!({"token": ""})).await.refused_for(422, "form_param_missing", "token");
        verify(&app, json!({})).await.refused_for(422, "form_param_missing", "token");
        verify(&app, json!({"token": "x", "other": 1})).await.refused_for(422, "form_param_unknown", "other");
        for other in ["client_none", "none"] {
            app.backend().get(&format!("/v1/clients/{other}")).send().await.refused(404, "resource_not_found");
        }
        app.backend().post(&format!("/v1/sessions/{id}/revoke")).send().await.ok();
        let client = verify(&app, json!({"token": token})).await.ok();
        assert_eq!((&client["sessions"], &client["last_active_session_id"]), (&json!([]), &Value::Null));
    }

    async fn clients_are_listed_newest_first(app: TestApp) {
        user(&app, ADA).await;
        let mut ids = Vec::new();
        for _ in 0..3 {
            app.advance(Duration::from_secs(1));
            let (_, id) = signed_in(&app, ADA).await;
            ids.insert(0, session(&app, &id).await["client_id"].clone());
        }
        let list = |query: &[(&str, &str)]| app.backend().get("/v1/clients").query(query);
        let named = |list: &Value| list.as_array().unwrap().iter().map(|client| client["id"].clone()).collect::<Vec<_>>();
        // Two sessions in one of the browsers.
        app.advance(Duration::from_secs(1));
        let bob = "bob+clerk_test@example.com";
        user(&app, bob).await;
        let (browser, _) = signed_in(&app, bob).await;
        ids.insert(0, browser.get("/client").await.ok()["response"]["id"].clone());
        app.advance(Duration::from_secs(1));
        crate::visit::sign_in(&browser, ADA, crate::visit::PASSWORD).await.ok();
        let listed = list(&[]).send().await.ok();
        assert_eq!(named(&listed), ids);
        for client in listed.as_array().unwrap() {
            let path = format!("/v1/clients/{}", text(&client["id"]));
            assert_eq!(*client, app.backend().get(&path).send().await.ok(), "as each is shown alone");
        }
        assert_eq!(listed[0]["sessions"].as_array().unwrap().len(), 2);
        assert_eq!(listed[1]["sessions"].as_array().unwrap().len(), 1);
        let page = list(&[("limit", "1"), ("offset", "1"), ("paginated", "true")]).send().await.ok();
        assert_eq!((named(&page["data"]), &page["total_count"]), (vec![ids[1].clone()], &json!(4)));
        for (param, value) in [("limit", "0"), ("limit", "501"), ("offset", "-1")] {
            list(&[(param, value)]).send().await.refused_for(422, "form_param_value_invalid", param);
        }
    }

    async fn a_sign_up_is_given_an_external_id(app: TestApp) {
        let browser = app.browser();
        let path = begin_sign_up(&browser, NEW).await;
        let id = path.rsplit('/').next().unwrap();
        let shown = app.backend().get(&format!("/v1/sign_ups/{id}")).send().await.ok();
        assert_eq!((&shown["object"], &shown["status"]), (&json!("sign_up_attempt"), &json!("missing_requirements")));
        assert_eq!((&shown["external_id"], &shown["custom_action"]), (&Value::Null, &json!(false)));
        assert!(shown.get("has_password").is_none(), "{shown}");
        let updated = update(&app, id, json!({"external_id": "ext-1", "custom_action": true})).await.ok();
        assert_eq!((&updated["external_id"], &updated["custom_action"]), (&json!("ext-1"), &json!(true)));
        assert_eq!(update(&app, id, json!({})).await.ok()["external_id"], "ext-1");
        assert_eq!(update(&app, id, json!({"external_id": null})).await.ok()["external_id"], Value::Null);
        update(&app, id, json!({"external_id": 7})).await.refused_for(422, "form_param_type_invalid", "external_id");
        update(&app, id, json!({"external_id": "ext-2"})).await.ok();
        prepare_sign_up(&browser, &path).await.ok();
        let done = attempt_sign_up(&browser, &path, CODE).await.ok();
        let user_id = text(&done["response"]["created_user_id"]);
        let made = app.backend().get(&format!("/v1/users/{user_id}")).send().await.ok();
        assert_eq!(made["external_id"], "ext-2");
        update(&app, id, json!({"external_id": "ext-3"})).await.refused(403, "sign_up_cannot_be_updated");
        let shown = app.backend().get(&format!("/v1/sign_ups/{id}")).send().await.ok();
        assert_eq!((&shown["status"], &shown["created_user_id"]), (&json!("complete"), &json!(user_id)));
    }

    async fn a_sign_up_that_is_over_stays_as_it_is(app: TestApp) {
        let path = begin_sign_up(&app.browser(), NEW).await;
        let id = path.rsplit('/').next().unwrap();
        app.advance(Duration::from_secs(25 * 60 * 60));
        let shown = app.backend().get(&format!("/v1/sign_ups/{id}")).send().await.ok();
        assert_eq!(shown["status"], "abandoned");
        update(&app, id, json!({"custom_action": true})).await.refused(403, "sign_up_cannot_be_updated");
        for other in ["sua_none", "none"] {
            app.backend().get(&format!("/v1/sign_ups/{other}")).send().await.refused(404, "resource_not_found");
            update(&app, other, json!({})).await.refused(404, "resource_not_found");
        }
    }
}
