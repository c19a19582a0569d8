//! E-mail addresses and phone numbers on the Backend API.

use beadle_testkit::{TestApp, TestResponse, Value, both_engines, json};

const ADA: &str = "ada@example.com";

async fn create(app: &TestApp, what: &str, body: Value) -> TestResponse {
    app.backend().post(&format!("/v1/{what}")).json(&body).send().await
}

async fn call(app: &TestApp, method: &str, path: &str, body: Value) -> TestResponse {
    let backend = app.backend();
    let path = format!("/v1/{path}");
    let call = match method {
        "PATCH" => backend.patch(&path),
        "PUT" => backend.put(&path),
        _ => backend.post(&path),
    };
    call.json(&body).send().await
}

async fn user(app: &TestApp, id: &str) -> Value {
    app.backend().get(&format!("/v1/users/{id}")).send().await.ok()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

both_engines! {
    async fn an_address_is_added_changed_and_removed(app: TestApp) {
        let ada = app.user(ADA).await;
        let body = json!({"user_id": ada, "email_address": "Second@Example.com"});
        let added = create(&app, "email_addresses", body.clone()).await.ok();
        assert_eq!((&added["object"], &added["email_address"]), (&json!("email_address"), &json!("second@example.com")));
        assert_eq!((&added["verification"], &added["reserved"]), (&Value::Null, &json!(false)));
        create(&app, "email_addresses", body).await.refused_for(422, "form_identifier_exists", "email_address");
        let path = format!("email_addresses/{}", text(&added["id"]));
        assert_eq!(app.backend().get(&format!("/v1/{path}")).send().await.ok(), added);
        call(&app, "PATCH", &path, json!({"primary": true})).await.refused_for(422, "form_verification_needed", "primary");
        let proven = call(&app, "PATCH", &path, json!({"verified": true, "primary": true, "notify_primary_email_address_changed": true})).await.ok();
        assert_eq!(proven["verification"]["strategy"], "admin");
        assert_eq!(app.only_mail().await.to, ADA);
        assert_eq!(user(&app, &ada).await["primary_email_address_id"], added["id"]);
        let gone = app.backend().delete(&format!("/v1/{path}")).send().await.ok();
        assert_eq!(gone, json!({"object": "email_address", "id": added["id"], "deleted": true}));
        app.backend().get(&format!("/v1/{path}")).send().await.refused(404, "resource_not_found");
        let shown = user(&app, &ada).await;
        assert_eq!(shown["primary_email_address_id"], shown["email_addresses"][0]["id"]);
        let kinds = app.event_kinds(&ada).await;
        assert_eq!(kinds, ["user.created", "user.updated", "user.updated", "user.updated"]);
    }

    async fn nobody_gets_what_is_somebody_elses(app: TestApp) {
        let ada = app.user(ADA).await;
        let bob = app.user("bob@example.com").await;
        let body = json!({"user_id": bob, "email_address": ADA, "verified": true});
        create(&app, "email_addresses", body).await.refused_for(422, "form_identifier_exists", "email_address");
        let body = json!({"user_id": "user_none", "email_address": "c@example.com"});
        create(&app, "email_addresses", body).await.refused(404, "resource_not_found");
        let body = json!({"user_id": ada, "email_address": "no address"});
        create(&app, "email_addresses", body).await.refused_for(422, "form_param_format_invalid", "email_address");
        let body = json!({"user_id": ada, "email_address": "c@example.com", "primary": true});
        create(&app, "email_addresses", body).await.refused_for(422, "form_verification_needed", "primary");
        // Of another kind.
        let id = text(&user(&app, &ada).await["email_addresses"][0]["id"]);
        app.backend().get(&format!("/v1/phone_numbers/{id}")).send().await.refused(404, "resource_not_found");
    }

    async fn one_address_takes_the_place_of_all(app: TestApp) {
        let body = json!({"email_address": [ADA, "b@example.com"], "password": "a long walk by the sea"});
        let ada = app.create_user(&body).await;
        let path = format!("users/{ada}/email_address");
        let body = json!({"email_address": "new@example.com", "notify_primary_email_address_changed": true});
        let replaced = call(&app, "PUT", &path, body).await.ok();
        assert_eq!(replaced["verification"]["strategy"], "admin");
        assert_eq!(app.only_mail().await.to, ADA);
        let shown = user(&app, &ada).await;
        assert_eq!(shown["email_addresses"], json!([replaced]));
        assert_eq!(shown["primary_email_address_id"], replaced["id"]);
        // By itself, too.
        for (state, reserved) in [("reserved", true), ("unverified", false)] {
            let body = json!({"email_address": "new@example.com", "identification_status": state});
            let replaced = call(&app, "PUT", &path, body).await.ok();
            assert_eq!((&replaced["reserved"], &replaced["verification"]), (&json!(reserved), &Value::Null), "{state}");
            assert_eq!(user(&app, &ada).await["primary_email_address_id"], replaced["id"]);
        }
        let body = json!({"email_address": "x@example.com", "identification_status": "other"});
        call(&app, "PUT", &path, body).await.refused(422, "form_param_value_invalid");
        let body = json!({"email_address": "x@example.com", "verified": true});
        call(&app, "PUT", &path, body).await.refused_for(422, "form_param_unknown", "verified");
    }

    async fn a_number_becomes_a_second_factor(app: TestApp) {
        let ada = app.user(ADA).await;
        let body = json!({"user_id": ada, "phone_number": "+12015550100", "reserved_for_second_factor": true});
        create(&app, "phone_numbers", body).await.refused(400, "identification_create_second_factor_unverified");
        let unproven = json!({"user_id": ada, "phone_number": "+12015550102"});
        let path = format!("phone_numbers/{}", text(&create(&app, "phone_numbers", unproven).await.ok()["id"]));
        let reserve = json!({"reserved_for_second_factor": true});
        call(&app, "PATCH", &path, reserve).await.refused(400, "identification_update_second_factor_unverified");
        let body = json!({"user_id": ada, "phone_number": "+12015550100", "verified": true, "reserved_for_second_factor": true});
        let added = create(&app, "phone_numbers", body).await.ok();
        assert_eq!((&added["reserved_for_second_factor"], &added["default_second_factor"]), (&json!(true), &json!(true)));
        assert_eq!(user(&app, &ada).await["two_factor_enabled"], true);
        let path = format!("phone_numbers/{}", text(&added["id"]));
        let freed = call(&app, "PATCH", &path, json!({"reserved_for_second_factor": false})).await.ok();
        assert_eq!(freed["reserved_for_second_factor"], false);
        call(&app, "PATCH", &path, json!({"reserved_for_second_factor": true})).await.ok();
        let path = format!("users/{ada}/phone_number");
        let replaced = call(&app, "PUT", &path, json!({"phone_number": "+12015550101"})).await.ok();
        let shown = user(&app, &ada).await;
        assert_eq!((&shown["phone_numbers"], &shown["two_factor_enabled"]), (&json!([replaced]), &json!(false)));
    }

    async fn a_code_tells_who_holds_an_address(app: TestApp) {
        let ada = app.user(ADA).await;
        let body = json!({"user_id": ada, "email_address": "second@example.com"});
        let added = create(&app, "email_addresses", body).await.ok();
        let path = format!("email_addresses/{}", text(&added["id"]));
        let sent = call(&app, "POST", &format!("{path}/prepare_verification"), json!({})).await.ok();
        assert_eq!((&sent["status"], &sent["strategy"], &sent["attempts"]), (&json!("unverified"), &json!("email_code"), &json!(0)));
        let mail = app.only_mail().await;
        assert_eq!(mail.to, "second@example.com");
        let attempt = format!("{path}/attempt_verification");
        let with = |id: &Value, code: &str| json!({"verification_id": id, "code": code});
        let wrong = call(&app, "POST", &attempt, with(&sent["id"], "000000")).await.ok();
        assert_eq!((&wrong["status"], &wrong["attempts"]), (&json!("unverified"), &json!(1)));
        call(&app, "POST", &attempt, with(&json!("ver_other"), mail.code())).await.refused(404, "resource_not_found");
        let right = call(&app, "POST", &attempt, with(&sent["id"], mail.code())).await.ok();
        assert_eq!(right["status"], "verified");
        call(&app, "POST", &attempt, with(&sent["id"], mail.code())).await.refused(400, "verification_already_verified");
        let shown = app.backend().get(&format!("/v1/{path}")).send().await.ok();
        assert_eq!(shown["verification"]["strategy"], "email_code");
        // Of a proven one as well; too late is no error either.
        let sent = call(&app, "POST", &format!("{path}/prepare_verification"), json!({})).await.ok();
        let mail = app.only_mail().await;
        app.advance(std::time::Duration::from_secs(600));
        let late = call(&app, "POST", &attempt, with(&sent["id"], mail.code())).await.ok();
        assert_eq!(late["status"], "expired");
    }

    async fn a_code_by_sms_is_given_up_after_too_many_guesses(app: TestApp) {
        let ada = app.create_user(&json!({"phone_number": ["+14158675309"]})).await;
        let id = text(&user(&app, &ada).await["phone_numbers"][0]["id"]);
        let path = format!("phone_numbers/{id}");
        let sent = call(&app, "POST", &format!("{path}/prepare_verification"), json!({})).await.ok();
        assert_eq!((&sent["strategy"], &sent["channel"]), (&json!("phone_code"), &json!("sms")));
        let sms = app.only_mail().await;
        let guess = if sms.code() == "000000" { "000001" } else { "000000" };
        for n in 1..=5 {
            let body = json!({"verification_id": sent["id"], "code": guess});
            let tried = call(&app, "POST", &format!("{path}/attempt_verification"), body).await.ok();
            assert_eq!(tried["status"], if n < 5 { "unverified" } else { "failed" });
        }
        let body = json!({"verification_id": sent["id"], "code": sms.code()});
        let tried = call(&app, "POST", &format!("{path}/attempt_verification"), body).await.ok();
        assert_eq!(tried["status"], "failed");
    }
}
