//! Users about their own profile.

use std::time::Duration;

use beadle_testkit::{Browser, TestApp, TestResponse, Value, both_engines, json};
use http::Method;

use crate::visit::{ADA, PASSWORD, shown, sign_in, signed_in, text, user};

/// The kinds of the events so far, without those of making the user and signing in.
async fn changes(app: &TestApp) -> Vec<String> {
    let kinds = app.events().await.into_iter().map(|event| event.kind);
    kinds.filter(|kind| !["user.created", "session.created"].contains(&&**kind)).collect()
}

/// As libraries of this version do.
async fn patch(browser: &Browser, version: &str, form: &[(&str, &str)]) -> TestResponse {
    let call =
        browser.call(Method::POST, "/me").query(&[("_method", "PATCH"), ("__clerk_api_version", version)]);
    browser.send(call.form(form)).await
}

both_engines! {
    async fn a_user_sees_themself_without_private_metadata(app: TestApp) {
        let body = json!({
            "username": "ada_l", "password": PASSWORD, "private_metadata": {"secret": "hunter2"},
        });
        let id = app.create_user(&body).await;
        let browser = app.browser();
        let done = sign_in(&browser, "ada_l", PASSWORD).await.ok();
        let answer = browser.get("/me").await;
        assert_eq!(answer.ok()["response"], done["client"]["sessions"][0]["user"]);
        assert_eq!(answer.ok()["response"]["id"], id);
        assert_eq!(answer.ok()["client"]["sessions"][0]["user"]["username"], "ada_l");
        assert!(!answer.text().contains("hunter2"));
        app.browser().get("/me").await.refused(401, "signed_out");
    }

    async fn names_are_set_and_cleared(app: TestApp) {
        let id = user(&app, ADA).await;
        let (browser, session) = signed_in(&app, ADA).await;
        app.advance(Duration::from_secs(1));
        let path = format!("/me?_clerk_session_id={session}");
        let form = [("first_name", " Ada "), ("last_name", "Lovelace"), ("username", "Ada_L"), ("future", "x")];
        let done = browser.patch(&path, &form).await.ok();
        let me = &done["response"];
        assert_eq!((&me["first_name"], &me["last_name"]), (&json!("Ada"), &json!("Lovelace")));
        assert_eq!((&me["username"], &me["updated_at"]), (&json!("Ada_L"), &json!(app.now().as_millis())));
        assert_eq!(done["client"]["sessions"][0]["user"], *me);
        assert_eq!(changes(&app).await, ["user.updated"]);
        // What is not sent stays, what is sent empty goes.
        let done = browser.patch(&path, &[("last_name", "")]).await.ok();
        let me = &done["response"];
        assert_eq!((&me["first_name"], &me["last_name"]), (&json!("Ada"), &Value::Null));
        assert_eq!(shown(&app, &id).await["username"], "Ada_L");
        let null = browser.call(Method::PATCH, &path).json(&json!({"first_name": null}));
        assert_eq!(browser.send(null).await.ok()["response"]["first_name"], Value::Null);
    }

    async fn what_cannot_be_taken_is_refused_under_its_name(app: TestApp) {
        user(&app, ADA).await;
        app.create_user(&json!({"username": "evelyn"})).await;
        let (browser, _) = signed_in(&app, ADA).await;
        browser.patch("/me", &[("username", "Evelyn")]).await.refused_for(422, "form_identifier_exists", "username");
        browser.patch("/me", &[("username", "a b")]).await.refused_for(422, "form_username_invalid_character", "username");
        let long = "x".repeat(300);
        browser.patch("/me", &[("first_name", &long)]).await.refused_for(422, "form_param_max_length_exceeded", "first_name");
        let primary = [("primary_email_address_id", "idn_38HzI1ntXxeWeS4fFGnCCbxKfaZ")];
        let refused = browser.patch("/me", &primary).await;
        refused.refused_for(422, "form_resource_not_found", "primary_email_address_id");
        assert!(changes(&app).await.is_empty());
    }

    async fn the_primary_address_is_one_of_the_users_verified_ones(app: TestApp) {
        let body = json!({"email_address": ["one@example.com", "two@example.com"], "username": "ada_l", "password": PASSWORD});
        let id = app.create_user(&body).await;
        let other = shown(&app, &user(&app, ADA).await).await["primary_email_address_id"].clone();
        let browser = app.browser();
        sign_in(&browser, "ada_l", PASSWORD).await.ok();
        let before = shown(&app, &id).await;
        let second = text(&before["email_addresses"][1]["id"]);
        assert_ne!(before["primary_email_address_id"], second);
        let done = browser.patch("/me", &[("primary_email_address_id", &second)]).await.ok();
        assert_eq!(done["response"]["primary_email_address_id"], second);
        assert_eq!(app.only_mail().await.to, "one@example.com", "the old one is told");
        let foreign = [("primary_email_address_id", other.as_str().unwrap())];
        browser.patch("/me", &foreign).await.refused_for(422, "form_resource_not_found", "primary_email_address_id");
        // An empty choice is none.
        let done = browser.patch("/me", &[("primary_email_address_id", "")]).await.ok();
        assert_eq!(done["response"]["primary_email_address_id"], second);
        // The list is ordered by it.
        let sorted = app.backend().get("/v1/users").query(&[("order_by", "-email_address")]).send().await.ok();
        assert_eq!(sorted[0]["id"], id);
    }

    async fn the_last_identifier_stays(app: TestApp) {
        app.create_user(&json!({"username": "ada_l", "password": PASSWORD})).await;
        let browser = app.browser();
        sign_in(&browser, "ada_l", PASSWORD).await.ok();
        browser.patch("/me", &[("username", "")]).await.refused(400, "identification_deletion_failed");
        let with_address = app.create_user(&json!({"username": "evelyn", "email_address": [ADA], "password": PASSWORD})).await;
        let browser = app.browser();
        sign_in(&browser, "evelyn", PASSWORD).await.ok();
        browser.patch("/me", &[("username", "")]).await.ok();
        assert_eq!(shown(&app, &with_address).await["username"], Value::Null);
    }

    #[instance = "[identifiers]\nusername = { enabled = true, required = true }"]
    async fn a_required_username_stays(app: TestApp) {
        app.create_user(&json!({"username": "evelyn", "email_address": [ADA], "password": PASSWORD})).await;
        let browser = app.browser();
        sign_in(&browser, "evelyn", PASSWORD).await.ok();
        browser.patch("/me", &[("username", "")]).await.refused_for(422, "form_param_nil", "username");
        browser.patch("/me", &[("username", "evita")]).await.ok();
    }

    #[instance = "[identifiers]\nusername = { enabled = false }"]
    async fn usernames_can_be_switched_off(app: TestApp) {
        user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        browser.patch("/me", &[("username", "evelyn")]).await.refused_for(422, "form_param_unknown", "username");
    }

    async fn metadata_merges_and_old_libraries_replace_it(app: TestApp) {
        let id = user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        let merge = async |text: &str| browser.patch("/me/metadata", &[("unsafe_metadata", text)]).await;
        merge(r#"{"a":{"b":1,"c":2},"d":3}"#).await.ok();
        let done = merge(r#"{"a":{"b":null,"e":4}}"#).await.ok();
        assert_eq!(done["response"]["unsafe_metadata"], json!({"a": {"c": 2, "e": 4}, "d": 3}));
        assert_eq!(shown(&app, &id).await["unsafe_metadata"], done["response"]["unsafe_metadata"]);
        for text in ["[]", "nonsense", "1"] {
            merge(text).await.refused_for(422, "form_param_type_invalid", "unsafe_metadata");
        }
        browser.patch("/me/metadata", &[]).await.refused_for(422, "form_param_missing", "unsafe_metadata");
        let large = format!(r#"{{"a":"{}"}}"#, "x".repeat(9000));
        merge(&large).await.refused_for(422, "form_param_exceeds_allowed_size", "unsafe_metadata");
        // Nobody writes what is for the backend to write.
        let public = [("unsafe_metadata", "{}"), ("public_metadata", r#"{"role":"admin"}"#)];
        browser.patch("/me/metadata", &public).await.ok();
        browser.patch("/me", &public[1..]).await.ok();
        assert_eq!(shown(&app, &id).await["public_metadata"], json!({}));

        let form = [("unsafe_metadata", r#"{"f":5}"#)];
        let done = patch(&browser, "2025-11-10", &form).await.ok();
        assert_eq!(done["response"]["unsafe_metadata"], json!({"f": 5}));
        patch(&browser, "2026-08-20", &form).await.refused_for(422, "form_param_unknown", "unsafe_metadata");
    }

    async fn a_user_deletes_themself(app: TestApp) {
        let id = user(&app, ADA).await;
        let (browser, session) = signed_in(&app, ADA).await;
        let (elsewhere, _) = signed_in(&app, ADA).await;
        let answer = browser.delete(&format!("/me?_clerk_session_id={session}")).await;
        let done = answer.ok();
        assert_eq!(done["response"], json!({"object": "user", "id": id, "deleted": true}));
        assert_eq!(done["client"]["sessions"], json!([]));
        assert!(answer.headers.get_all("set-cookie").iter().any(|cookie| cookie.as_bytes().starts_with(b"__client_uat=0;")));
        app.backend().get(&format!("/v1/users/{id}")).send().await.refused(404, "resource_not_found");
        elsewhere.get("/me").await.refused(401, "authentication_invalid");
        browser.get("/me").await.refused(401, "authentication_invalid");
        sign_in(&app.browser(), ADA, PASSWORD).await.refused(422, "form_identifier_not_found");
        assert_eq!(changes(&app).await, ["user.deleted"]);
        app.run_sweep().await;
        assert_eq!(app.revocations().await.len(), 1);
    }

    #[instance = "delete_self_enabled = false"]
    async fn only_who_may_deletes_themself(app: TestApp) {
        let id = user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        browser.delete("/me").await.refused(403, "user_delete_self_not_enabled");
        let change = json!({"delete_self_enabled": true});
        app.backend().patch(&format!("/v1/users/{id}")).json(&change).send().await.ok();
        browser.delete("/me").await.ok();
    }

    #[instance = "reverification = true"]
    async fn where_it_is_asked_for_a_deletion_needs_a_fresh_proof(app: TestApp) {
        user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        app.advance(Duration::from_secs(600));
        browser.delete("/me").await.refused(403, "session_reverification_required");
        browser.patch("/me", &[("first_name", "Ada")]).await.ok();
        let (browser, _) = signed_in(&app, ADA).await;
        app.advance(Duration::from_secs(599));
        browser.delete("/me").await.ok();
    }
}
