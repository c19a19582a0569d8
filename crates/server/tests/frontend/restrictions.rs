//! Who is let in, at every way in.

use beadle_testkit::{Browser, TestApp, TestResponse, Value, both_engines, both_providers, json};

use crate::{
    oauth::{self, travel},
    visit::{self, PASSWORD, attempt_sign_up, begin_sign_up, prepare_sign_up, user},
};

async fn restrict(app: &TestApp, body: Value) {
    app.backend().patch("/v1/instance/restrictions").json(&body).send().await.ok();
}

async fn list(app: &TestApp, name: &str, identifier: &str) {
    let body = json!({"identifier": identifier});
    app.backend().post(&format!("/v1/{name}_identifiers")).json(&body).send().await.ok();
}

async fn sign_up(app: &TestApp, email_address: &str) -> TestResponse {
    let form = [("email_address", email_address), ("password", "a long walk by the sea")];
    app.browser().post("/client/sign_ups", &form).await
}

async fn sign_in(app: &TestApp, identifier: &str) -> TestResponse {
    app.browser().post("/client/sign_ins", &[("identifier", identifier)]).await
}

/// A browser that is signed in.
async fn inside(app: &TestApp, identifier: &str) -> Browser {
    let browser = app.browser();
    visit::sign_in(&browser, identifier, PASSWORD).await.ok();
    browser
}

const CODE: &str = "not_allowed_access";
const UNSUPPORTED: &str = "unsupported_country_code";

both_engines! {
    async fn only_the_listed_sign_up(app: TestApp) {
        restrict(&app, json!({"allowlist": true})).await;
        let refused = sign_up(&app, "ada@example.com").await.refused(403, CODE);
        assert_eq!(refused["errors"][0]["meta"]["identifiers"], json!(["ada@example.com"]), "{refused}");
        list(&app, "allowlist", "ada@example.com").await;
        list(&app, "allowlist", "*@example.org").await;
        sign_up(&app, "Ada@example.com").await.ok();
        sign_up(&app, "anybody@example.org").await.ok();
        sign_up(&app, "anybody@mail.example.org").await.refused(403, CODE);
        // A number is an identifier as well.
        let form = [("email_address", "ada@example.com"), ("phone_number", "+15555550100")];
        app.browser().post("/client/sign_ups", &form).await.refused(403, CODE);
        // A name is on no list.
        let form = [("username", "lovelace"), ("password", "a long walk by the sea")];
        app.browser().post("/client/sign_ups", &form).await.refused(403, CODE);
    }

    async fn who_was_struck_off_meanwhile_does_not_come_in(app: TestApp) {
        restrict(&app, json!({"blocklist": true})).await;
        let browser = app.browser();
        let path = begin_sign_up(&browser, "ada@example.com").await;
        prepare_sign_up(&browser, &path).await.ok();
        let code = app.only_mail().await.code().to_owned();
        list(&app, "blocklist", "*@example.com").await;
        attempt_sign_up(&browser, &path, &code).await.refused(403, CODE);
        let count = app.backend().get("/v1/users/count").send().await.ok();
        assert_eq!(count["total_count"], 0);
    }

    async fn the_blocked_neither_sign_up_nor_in(app: TestApp) {
        user(&app, "ada@example.com").await;
        let browser = inside(&app, "ada@example.com").await;
        restrict(&app, json!({"blocklist": true})).await;
        list(&app, "blocklist", "@example.com").await;
        sign_up(&app, "bob@example.com").await.refused(403, CODE);
        sign_in(&app, "ada@example.com").await.refused(403, CODE);
        sign_up(&app, "bob@example.org").await.ok();
        // Sessions that there are go on, and take on nothing of the kind.
        browser.post("/me/email_addresses", &[("email_address", "b@example.com")]).await.refused(403, CODE);
        browser.post("/me/email_addresses", &[("email_address", "b@example.org")]).await.ok();
        restrict(&app, json!({"allowlist_blocklist_disabled_on_sign_in": true})).await;
        sign_in(&app, "ada@example.com").await.ok();
        sign_up(&app, "bob@example.com").await.refused(403, CODE);
    }

    async fn a_sign_in_under_way_is_stopped(app: TestApp) {
        user(&app, "ada@example.com").await;
        let browser = app.browser();
        let id = visit::begin(&browser, "ada@example.com").await;
        restrict(&app, json!({"allowlist": true})).await;
        let form = [("strategy", "password"), ("password", PASSWORD)];
        visit::attempt(&browser, &id, &form).await.refused(403, CODE);
        list(&app, "allowlist", "ada@example.com").await;
        visit::attempt(&browser, &id, &form).await.ok();
    }

    async fn invitations_and_tickets_are_the_operators_word(app: TestApp) {
        let id = user(&app, "ada@example.com").await;
        restrict(&app, json!({"allowlist": true, "block_email_subaddresses": true})).await;
        sign_in(&app, "ada@example.com").await.refused(403, CODE);
        let token = app.backend().post("/v1/sign_in_tokens").json(&json!({"user_id": id})).send().await.ok();
        let ticket = token["token"].as_str().unwrap();
        app.browser().post("/client/sign_ins", &[("strategy", "ticket"), ("ticket", ticket)]).await.ok();
        let body = json!({"email_address": "bob+x@example.com"});
        app.backend().post("/v1/invitations").json(&body).send().await.ok();
        let mail = app.only_mail().await;
        let ticket = mail.link().split_once("ticket=").unwrap().1;
        let form = [("strategy", "ticket"), ("ticket", ticket), ("password", "a long walk by the sea")];
        app.browser().post("/client/sign_ups", &form).await.ok();
        // Not past the block-list.
        app.backend().post("/v1/invitations").json(&json!({"email_address": "cy@example.com"})).send().await.ok();
        let mail = app.only_mail().await;
        restrict(&app, json!({"blocklist": true})).await;
        list(&app, "blocklist", "cy@example.com").await;
        let ticket = mail.link().split_once("ticket=").unwrap().1;
        app.browser().post("/client/sign_ups", &[("strategy", "ticket"), ("ticket", ticket)]).await.refused(403, CODE);
    }

    async fn kinds_of_addresses_that_are_not_wanted(app: TestApp) {
        user(&app, "a.da@gmail.com").await;
        let browser = inside(&app, "a.da@gmail.com").await;
        for address in ["ada+x@example.com", "ada@mailinator.com", "ad.a@gmail.com"] {
            sign_up(&app, address).await.ok();
        }
        restrict(&app, json!({
            "block_email_subaddresses": true, "block_disposable_email_domains": true, "ignore_dots_for_gmail_addresses": true,
        })).await;
        let refused = sign_up(&app, "ada+x@example.com").await.refused(403, CODE);
        assert_eq!(refused["errors"][0]["meta"]["param_name"], "email_address");
        sign_up(&app, "ada@mailinator.com").await.refused(403, CODE);
        sign_up(&app, "ad.a@gmail.com").await.refused(403, CODE);
        sign_up(&app, "adb@gmail.com").await.ok();
        browser.post("/me/email_addresses", &[("email_address", "ada@gmail.com")]).await.refused(403, CODE);
        sign_in(&app, "a.da@gmail.com").await.ok();
    }

    async fn countries_that_get_no_sms(app: TestApp) {
        let id = user(&app, "ada@example.com").await;
        let body = json!({"user_id": id, "phone_number": "+442079460958", "verified": true});
        let number = app.backend().post("/v1/phone_numbers").json(&body).send().await.ok();
        let body = json!({"blocked_country_codes": ["GB"]});
        app.backend().patch("/v1/instance/communication").json(&body).send().await.ok();
        let form = [("phone_number", "+447400123456")];
        let refused = app.browser().post("/client/sign_ups", &form).await.refused(403, UNSUPPORTED);
        assert_eq!(refused["errors"][0]["meta"], json!({"alpha2": "GB", "country_code": "44"}));
        let browser = app.browser();
        let id = visit::begin(&browser, "ada@example.com").await;
        let prepare = format!("/client/sign_ins/{id}/prepare_first_factor");
        browser.post(&prepare, &[("strategy", "phone_code")]).await.refused(403, UNSUPPORTED);
        browser.post(&prepare, &[("strategy", "email_code")]).await.ok();
        app.only_mail().await;
        let prepare = format!("/v1/phone_numbers/{}/prepare_verification", visit::text(&number["id"]));
        let prepared = app.backend().post(&prepare).json(&json!({"strategy": "phone_code"})).send().await;
        prepared.refused(403, UNSUPPORTED);
    }
}

both_providers! {
    async fn accounts_at_providers_are_no_way_round(app: TestApp, provider: Provider) {
        restrict(&app, json!({"allowlist": true})).await;
        let browser = app.browser();
        let location = travel(&provider, &browser, "sign_ups").await;
        assert!(location.contains("__clerk_error_code=not_allowed_access"), "{location}");
        let client = oauth::client(&browser).await;
        let error = &client["sign_up"]["verifications"]["external_account"]["error"];
        assert_eq!(error["code"], CODE, "{client}");
        list(&app, "allowlist", "*@example.com").await;
        let (browser, _) = oauth::member(&provider, &app).await;
        assert_eq!(oauth::client(&browser).await["sessions"].as_array().unwrap().len(), 1);
        // And at sign-in.
        restrict(&app, json!({"allowlist": false, "blocklist": true})).await;
        list(&app, "blocklist", "*@example.com").await;
        let location = travel(&provider, &app.browser(), "sign_ins").await;
        assert!(location.contains("__clerk_error_code=not_allowed_access"), "{location}");
    }
}
