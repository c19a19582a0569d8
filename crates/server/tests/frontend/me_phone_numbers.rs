//! Users adding phone numbers, and making them second factors.

use beadle_testkit::{Browser, TestResponse, Value, both_engines, json};

use crate::visit::{ADA, CODE, PASSWORD, shown, sign_in, signed_in, text, user};

const FIRST: &str = "+12025550101";
const SECOND: &str = "+12025550102";

async fn add(browser: &Browser, number: &str) -> String {
    let added = browser.post("/me/phone_numbers/", &[("phone_number", number)]).await.ok();
    format!("/me/phone_numbers/{}", text(&added["response"]["id"]))
}

async fn prove(browser: &Browser, path: &str) -> TestResponse {
    browser.post(&format!("{path}/prepare_verification"), &[("strategy", "phone_code")]).await.ok();
    browser.post(&format!("{path}/attempt_verification"), &[("code", CODE)]).await
}

async fn add_proven(browser: &Browser, number: &str) -> String {
    let path = add(browser, number).await;
    prove(browser, &path).await.ok();
    path
}

both_engines! {
    async fn a_number_is_added_and_proven(app: TestApp) {
        let id = user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        let path = add(&browser, "+1 (202) 555-0101").await;
        let wrong = [("code", "000000")];
        let attempt = format!("{path}/attempt_verification");
        browser.post(&attempt, &wrong).await.refused(400, "verification_not_sent");
        let email = [("strategy", "email_code")];
        browser.post(&format!("{path}/prepare_verification"), &email).await.refused(400, "verification_strategy_invalid");
        browser.post(&format!("{path}/prepare_verification"), &[("strategy", "phone_code")]).await.ok();
        browser.post(&attempt, &wrong).await.refused(422, "form_code_incorrect");
        let done = browser.post(&attempt, &[("code", CODE)]).await.ok();
        let number = &done["response"];
        assert_eq!((&number["object"], &number["phone_number"]), (&json!("phone_number"), &json!(FIRST)));
        assert_eq!(number["verification"]["status"], "verified");
        assert_eq!(number["reserved_for_second_factor"], false);
        assert!(number.get("backup_codes").is_none());
        assert_eq!(shown(&app, &id).await["primary_phone_number_id"], number["id"]);
        assert_eq!(browser.get("/me/phone_numbers").await.ok(), json!([browser.get(&path).await.ok()["response"]]));
        sign_in(&app.browser(), FIRST, PASSWORD).await.ok();
        let taken = browser.post("/me/phone_numbers", &[("phone_number", FIRST)]).await;
        taken.refused_for(422, "form_identifier_exists", "phone_number");
        browser.delete(&path).await.ok();
        assert_eq!(shown(&app, &id).await["primary_phone_number_id"], Value::Null);
    }

    async fn a_number_becomes_the_second_factor(app: TestApp) {
        let id = user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        let reserve = [("reserved_for_second_factor", "true")];
        let path = add(&browser, FIRST).await;
        let early = browser.patch(&path, &reserve).await;
        early.refused(400, "identification_update_second_factor_unverified");
        prove(&browser, &path).await.ok();
        let done = browser.patch(&path, &reserve).await.ok();
        let number = &done["response"];
        assert_eq!((&number["reserved_for_second_factor"], &number["default_second_factor"]), (&json!(true), &json!(true)));
        // The first brings backup codes, once.
        assert_eq!(number["backup_codes"].as_array().unwrap().len(), 10);
        assert!(browser.get(&path).await.ok()["response"].get("backup_codes").is_none());
        let user = shown(&app, &id).await;
        assert_eq!((&user["two_factor_enabled"], &user["backup_code_enabled"]), (&json!(true), &json!(true)));
        assert_eq!(user["mfa_enabled_at"], app.now().as_millis());
        // It is asked for at the next sign-in.
        let begun = sign_in(&app.browser(), ADA, PASSWORD).await.ok();
        assert_eq!(begun["response"]["status"], "needs_second_factor");

        let unset = browser.patch(&path, &[("default_second_factor", "false")]).await;
        unset.refused_for(422, "form_disable_default_second_factor_not_allowed", "default_second_factor");
        let second = add_proven(&browser, SECOND).await;
        let done = browser.patch(&second, &reserve).await.ok();
        assert_eq!(done["response"]["default_second_factor"], false);
        assert!(done["response"].get("backup_codes").is_none());
        browser.patch(&second, &[("default_second_factor", "true")]).await.ok();
        assert_eq!(browser.get(&path).await.ok()["response"]["default_second_factor"], false);

        // When the default goes, another takes its place.
        let is_default = async |path: &str| browser.get(path).await.ok()["response"]["default_second_factor"].clone();
        browser.patch(&second, &[("reserved_for_second_factor", "false")]).await.ok();
        assert_eq!((is_default(&path).await, is_default(&second).await), (json!(true), json!(false)));
        browser.patch(&second, &[("reserved_for_second_factor", "true"), ("default_second_factor", "true")]).await.ok();
        browser.delete(&second).await.ok();
        assert_eq!(shown(&app, &id).await["two_factor_enabled"], true);
        assert_eq!(is_default(&path).await, true);
        browser.patch(&path, &[("reserved_for_second_factor", "false")]).await.ok();
        let user = shown(&app, &id).await;
        assert_eq!((&user["two_factor_enabled"], &user["backup_code_enabled"]), (&json!(false), &json!(false)));
        assert_eq!(user["mfa_disabled_at"], app.now().as_millis());
        assert_eq!(sign_in(&app.browser(), ADA, PASSWORD).await.ok()["response"]["status"], "complete");
    }

    async fn a_number_may_be_meant_as_second_factor_from_the_start(app: TestApp) {
        let id = user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        let form = [("phone_number", FIRST), ("reserved_for_second_factor", "true")];
        let added = browser.post("/me/phone_numbers", &form).await.ok();
        assert_eq!(added["response"]["reserved_for_second_factor"], false);
        assert_eq!(shown(&app, &id).await["two_factor_enabled"], false);
        let path = format!("/me/phone_numbers/{}", text(&added["response"]["id"]));
        let done = prove(&browser, &path).await.ok();
        assert_eq!(done["response"]["reserved_for_second_factor"], true);
        assert_eq!(done["response"]["backup_codes"].as_array().unwrap().len(), 10);
        assert_eq!(shown(&app, &id).await["two_factor_enabled"], true);
    }

    async fn the_last_way_to_sign_in_is_no_second_factor(app: TestApp) {
        app.create_user(&json!({"phone_number": [FIRST], "password": PASSWORD})).await;
        let browser = app.browser();
        sign_in(&browser, FIRST, PASSWORD).await.ok();
        let listed = browser.get("/me/phone_numbers").await.ok();
        let path = format!("/me/phone_numbers/{}", text(&listed[0]["id"]));
        let reserve = [("reserved_for_second_factor", "true")];
        browser.patch(&path, &reserve).await.refused(400, "identification_update_failed");
        browser.delete(&path).await.refused(400, "identification_deletion_failed");
        assert_eq!(browser.get(&path).await.ok()["response"]["reserved_for_second_factor"], false);
    }

    #[instance = "[identifiers]\nphone_number = { enabled = false }"]
    async fn numbers_can_be_switched_off(app: TestApp) {
        user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        let form = [("phone_number", FIRST)];
        browser.post("/me/phone_numbers", &form).await.refused_for(422, "form_param_unknown", "phone_number");
    }
}
