//! Signing in: whom an identifier names, the password, and what is refused.

use std::time::Duration;

use beadle_testkit::{Value, both_engines, json};

use crate::visit::{ADA, CODE, PASSWORD, attempt, begin, session, shown, sign_in, text, user};

both_engines! {
    async fn by_password_in_two_steps(app: TestApp) {
        let id = user(&app, "ada@example.com").await;
        app.advance(Duration::from_secs(10));
        let browser = app.browser();
        let form = [("identifier", " Ada@example.com "), ("locale", "en"), ("timezone", "UTC"), ("future", "x")];
        let begun = browser.post("/client/sign_ins", &form).await.ok();
        let sign_in = &begun["response"];
        assert_eq!(sign_in["object"], "sign_in_attempt");
        assert_eq!(sign_in["status"], "needs_first_factor");
        // Anything else would make the browser library believe that a code is out.
        assert_eq!(sign_in["first_factor_verification"], Value::Null);
        assert_eq!(sign_in["user_data"]["first_name"], Value::Null);
        let factors = sign_in["supported_first_factors"].as_array().unwrap();
        assert_eq!(factors[0], json!({"strategy": "password"}));
        assert_eq!((&factors[1]["strategy"], &factors[1]["primary"]), (&json!("email_code"), &json!(true)));
        assert_eq!(begun["client"]["sign_in"], *sign_in);

        let path = text(&sign_in["id"]);
        let done = attempt(&browser, &path, &[("strategy", "password"), ("password", PASSWORD)]).await.ok();
        let sign_in = &done["response"];
        assert_eq!(sign_in["status"], "complete");
        assert_eq!(sign_in["first_factor_verification"]["status"], "verified");
        assert_eq!(sign_in["first_factor_verification"]["strategy"], "password");
        let client = &done["client"];
        assert_eq!((&client["sign_in"], &client["sign_up"]), (&Value::Null, &Value::Null));
        assert_eq!(client["last_authentication_strategy"], "password");
        assert_eq!(client["last_active_session_id"], sign_in["created_session_id"]);
        let opened = &client["sessions"][0];
        assert_eq!(opened["id"], sign_in["created_session_id"]);
        assert_eq!(opened["public_user_data"]["identifier"], "ada@example.com");
        assert_eq!(opened["factor_verification_age"], json!([0, -1]));
        assert_eq!(opened["expire_at"], app.now().as_millis() + 7 * 24 * 60 * 60 * 1000);
        assert!(opened["last_active_token"]["jwt"].is_string());
        assert_eq!(shown(&app, &id).await["last_sign_in_at"], app.now().as_millis());
        assert_eq!(session(&app, &text(&opened["id"])).await["user_id"], id);
        // Not a second time.
        let again = attempt(&browser, &path, &[("strategy", "password"), ("password", PASSWORD)]).await;
        again.refused(400, "verification_already_verified");
    }

    async fn by_password_in_one_step(app: TestApp) {
        user(&app, "ada@example.com").await;
        assert_eq!(sign_in(&app.browser(), "ada@example.com", PASSWORD).await.ok()["response"]["status"], "complete");
        // As browsers do that fill in more than was asked for.
        let filled = [("identifier", "ada@example.com"), ("password", PASSWORD)];
        let done = app.browser().post("/client/sign_ins", &filled).await.ok();
        assert_eq!(done["response"]["status"], "complete");
        let wrong = [("identifier", "ada@example.com"), ("password", "wrong password")];
        app.browser().post("/client/sign_ins", &wrong).await.refused_for(422, "form_password_incorrect", "password");
    }

    async fn by_username_in_any_case(app: TestApp) {
        let body = json!({"username": "Ada_L", "first_name": "Ada", "password": PASSWORD});
        app.create_user(&body).await;
        for identifier in ["Ada_L", "ada_l", "ADA_L"] {
            let done = sign_in(&app.browser(), identifier, PASSWORD).await.ok();
            assert_eq!(done["client"]["sessions"][0]["user"]["username"], "Ada_L");
        }
        let begun = app.browser().post("/client/sign_ins", &[("identifier", "ada_l")]).await.ok();
        assert_eq!(begun["response"]["supported_first_factors"], json!([{"strategy": "password"}]));
        assert_eq!(begun["response"]["user_data"]["first_name"], "Ada");
    }

    async fn wrong_passwords_and_unknown_names_are_refused_under_their_field(app: TestApp) {
        user(&app, "ada@example.com").await;
        let browser = app.browser();
        for unknown in ["eve@example.com", "eve", "+15551234567", "%", "a b"] {
            let refused = browser.post("/client/sign_ins", &[("identifier", unknown)]).await;
            refused.refused_for(422, "form_identifier_not_found", "identifier");
        }
        assert_eq!(browser.cookie("__client"), None);
        let id = begin(&browser, "ada@example.com").await;
        let wrong = [("strategy", "password"), ("password", "wrong password")];
        attempt(&browser, &id, &wrong).await.refused_for(422, "form_password_incorrect", "password");
        let open = browser.get("/client").await.ok();
        assert_eq!(open["response"]["sign_in"]["id"], id);
        attempt(&browser, &id, &[("strategy", "password"), ("password", PASSWORD)]).await.ok();
    }

    async fn requests_that_lack_or_confuse_something_are_refused(app: TestApp) {
        user(&app, "ada@example.com").await;
        app.create_user(&json!({"email_address": ["bob@example.com"]})).await;
        app.create_user(&json!({"username": "carol", "password": PASSWORD})).await;
        let browser = app.browser();
        let strategy = [("strategy", "password")];
        browser.post("/client/sign_ins", &strategy).await.refused_for(422, "form_param_missing", "identifier");
        let ada = begin(&browser, "ada@example.com").await;
        attempt(&browser, &ada, &[("password", "x")]).await.refused_for(422, "form_param_missing", "strategy");
        attempt(&browser, &ada, &strategy).await.refused_for(422, "form_param_missing", "password");
        attempt(&browser, &ada, &[("strategy", "email_code")]).await.refused_for(422, "form_param_missing", "code");
        let pigeon = [("strategy", "carrier_pigeon")];
        attempt(&browser, &ada, &pigeon).await.refused_for(422, "form_param_value_invalid", "strategy");
        let code = [("strategy", "email_code"), ("code", CODE)];
        attempt(&browser, &ada, &code).await.refused(400, "verification_not_sent");
        let prepare = |id: &str| format!("/client/sign_ins/{id}/prepare_first_factor");
        browser.post(&prepare(&ada), &strategy).await.refused(400, "verification_strategy_invalid");
        browser.post(&prepare(&ada), &[]).await.refused_for(422, "form_param_missing", "strategy");

        let bob = begin(&browser, "bob@example.com").await;
        let password = [("strategy", "password"), ("password", PASSWORD)];
        attempt(&browser, &bob, &password).await.refused(400, "strategy_for_user_invalid");
        let carol = begin(&browser, "carol").await;
        browser.post(&prepare(&carol), &[("strategy", "email_code")]).await.refused(400, "strategy_for_user_invalid");

        let begun = browser.post("/client/sign_ins", &[]).await.ok();
        assert_eq!(begun["response"]["status"], "needs_identifier");
        let nobody = text(&begun["response"]["id"]);
        attempt(&browser, &nobody, &password).await.refused_for(422, "form_param_missing", "identifier");
    }

    async fn a_sign_in_is_its_clients_own(app: TestApp) {
        user(&app, ADA).await;
        let owner = app.browser();
        let id = begin(&owner, ADA).await;
        let password = [("strategy", "password"), ("password", PASSWORD)];
        attempt(&app.browser(), &id, &password).await.refused(401, "signed_out");
        let other = app.browser();
        begin(&other, ADA).await;
        attempt(&other, &id, &password).await.refused(404, "resource_not_found");
        let prepare = format!("/client/sign_ins/{id}/prepare_first_factor");
        other.post(&prepare, &[("strategy", "email_code")]).await.refused(404, "resource_not_found");
        other.get(&format!("/client/sign_ins/{id}")).await.refused(404, "resource_not_found");
        for unknown in ["sia_0", "sia_38HzI1ntXxeWeS4fFGnCCbxKfaZ", "nonsense"] {
            attempt(&owner, unknown, &password).await.refused(404, "resource_not_found");
        }
        attempt(&owner, &id, &password).await.ok();
    }

    async fn an_attempt_lasts_a_day_and_a_new_one_leaves_it_open(app: TestApp) {
        user(&app, ADA).await;
        let browser = app.browser();
        let first = begin(&browser, ADA).await;
        let second = begin(&browser, ADA).await;
        assert_eq!(browser.get("/client").await.ok()["response"]["sign_in"]["id"], second);
        let password = [("strategy", "password"), ("password", PASSWORD)];
        attempt(&browser, &first, &password).await.ok();
        app.advance(Duration::from_secs(24 * 60 * 60));
        attempt(&browser, &second, &password).await.refused(404, "resource_not_found");
        assert_eq!(browser.get("/client").await.ok()["response"]["sign_in"], Value::Null);
    }

    async fn several_users_share_a_device(app: TestApp) {
        let users = [user(&app, "ada@example.com").await, user(&app, "bob@example.com").await];
        let browser = app.browser();
        sign_in(&browser, "ada@example.com", PASSWORD).await.ok();
        app.advance(Duration::from_secs(1));
        let done = sign_in(&browser, "bob@example.com", PASSWORD).await.ok();
        let sessions = done["client"]["sessions"].as_array().unwrap();
        let ids: Vec<_> = sessions.iter().map(|session| text(&session["user"]["id"])).collect();
        assert_eq!(ids, users);
        assert_eq!(done["client"]["last_active_session_id"], sessions[1]["id"]);
        assert_eq!(sessions[0]["last_active_token"], Value::Null);
    }

    // The verification of a password takes a while, in which it may be changed.
    async fn an_old_password_is_worth_nothing_after_a_change(app: TestApp) {
        let id = user(&app, "ada@example.com").await;
        let browser = app.browser();
        let open = begin(&browser, "ada@example.com").await;
        app.advance(Duration::from_secs(1));
        let change = json!({"password": "a quite different one"});
        app.backend().patch(&format!("/v1/users/{id}")).json(&change).send().await.ok();
        let old = [("strategy", "password"), ("password", PASSWORD)];
        attempt(&browser, &open, &old).await.refused(422, "form_password_incorrect");
        let new = [("strategy", "password"), ("password", "a quite different one")];
        attempt(&browser, &open, &new).await.ok();
    }

    async fn private_metadata_stays_private(app: TestApp) {
        let body = json!({
            "username": "ada_l", "password": PASSWORD,
            "private_metadata": {"secret": "hunter2"}, "public_metadata": {"plan": "gold"},
        });
        app.create_user(&body).await;
        let browser = app.browser();
        let done = sign_in(&browser, "ada_l", PASSWORD).await;
        let user = &done.ok()["client"]["sessions"][0]["user"];
        assert_eq!(user["public_metadata"], json!({"plan": "gold"}));
        assert!(user.get("private_metadata").is_none());
        for answer in [done, browser.get("/client").await] {
            assert!(!answer.text().contains("hunter2") && !answer.text().contains("argon2"));
        }
    }
}
