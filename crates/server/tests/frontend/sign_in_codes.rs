//! Signing in by a code.

use std::time::Duration;

use beadle_testkit::{Browser, TestResponse, both_engines, json};

use crate::visit::{ADA, CODE, attempt, begin, other_than, text, user};

async fn prepare(browser: &Browser, id: &str) -> TestResponse {
    browser.post(&format!("/client/sign_ins/{id}/prepare_first_factor"), &[("strategy", "email_code")]).await
}

async fn try_code(browser: &Browser, id: &str, code: &str) -> TestResponse {
    attempt(browser, id, &[("strategy", "email_code"), ("code", code)]).await
}

both_engines! {
    async fn by_a_code_from_the_mail(app: TestApp) {
        user(&app, "ada@example.com").await;
        let browser = app.browser();
        let id = begin(&browser, "ada@example.com").await;
        let prepared = prepare(&browser, &id).await.ok();
        let verification = &prepared["response"]["first_factor_verification"];
        assert_eq!(verification["status"], "unverified");
        assert_eq!(verification["strategy"], "email_code");
        assert_eq!(verification["expire_at"], app.now().as_millis() + 600_000);
        let mail = app.only_mail().await;
        assert_eq!(mail.to, "ada@example.com");
        try_code(&browser, &id, other_than(mail.code())).await.refused_for(422, "form_code_incorrect", "code");
        let done = try_code(&browser, &id, mail.code()).await.ok();
        assert_eq!(done["response"]["status"], "complete");
        assert_eq!(done["client"]["last_authentication_strategy"], "email_code");
        // Once.
        try_code(&browser, &id, mail.code()).await.refused(400, "verification_already_verified");
        prepare(&browser, &id).await.refused(400, "verification_already_verified");
    }

    async fn in_two_requests(app: TestApp) {
        user(&app, ADA).await;
        let browser = app.browser();
        let form = [("identifier", ADA), ("strategy", "email_code")];
        let begun = browser.post("/client/sign_ins", &form).await.ok();
        assert_eq!(begun["response"]["first_factor_verification"]["status"], "unverified");
        try_code(&browser, &text(&begun["response"]["id"]), CODE).await.ok();
        assert!(app.drain_mail().await.is_empty(), "test addresses get no mail");
    }

    async fn a_code_belongs_to_its_attempt(app: TestApp) {
        user(&app, "ada@example.com").await;
        let browser = app.browser();
        let first = begin(&browser, "ada@example.com").await;
        prepare(&browser, &first).await.ok();
        let of_first = app.only_mail().await;
        let second = begin(&browser, "ada@example.com").await;
        prepare(&browser, &second).await.ok();
        let of_second = app.only_mail().await;
        try_code(&browser, &second, of_first.code()).await.refused(422, "form_code_incorrect");
        try_code(&browser, &second, of_second.code()).await.ok();
        try_code(&browser, &first, of_first.code()).await.ok();
    }

    async fn a_new_code_replaces_the_old_one(app: TestApp) {
        user(&app, "ada@example.com").await;
        let browser = app.browser();
        let id = begin(&browser, "ada@example.com").await;
        prepare(&browser, &id).await.ok();
        let old = app.only_mail().await;
        prepare(&browser, &id).await.ok();
        let new = app.only_mail().await;
        try_code(&browser, &id, old.code()).await.refused(422, "form_code_incorrect");
        try_code(&browser, &id, new.code()).await.ok();
    }

    async fn a_code_lasts_ten_minutes_and_five_guesses(app: TestApp) {
        user(&app, ADA).await;
        let browser = app.browser();
        let id = begin(&browser, ADA).await;
        prepare(&browser, &id).await.ok();
        app.advance(Duration::from_secs(600));
        try_code(&browser, &id, CODE).await.refused(400, "verification_expired");
        prepare(&browser, &id).await.ok();
        for _ in 0..4 {
            try_code(&browser, &id, "000000").await.refused(422, "form_code_incorrect");
        }
        try_code(&browser, &id, "000000").await.refused(400, "verification_failed");
        try_code(&browser, &id, CODE).await.refused(400, "verification_failed");
        prepare(&browser, &id).await.ok();
        try_code(&browser, &id, CODE).await.ok();
    }

    async fn a_code_goes_to_the_address_that_is_named(app: TestApp) {
        let body = json!({"email_address": ["ada@example.com", "ada@work.example"]});
        app.create_user(&body).await;
        let eve = app.create_user(&json!({"email_address": ["eve@example.com"]})).await;
        let foreign = app.backend().get(&format!("/v1/users/{eve}")).send().await.ok();
        let browser = app.browser();
        let begun = browser.post("/client/sign_ins", &[("identifier", "ada@work.example")]).await.ok();
        let factors = begun["response"]["supported_first_factors"].as_array().unwrap();
        assert_eq!(factors.len(), 2);
        let safe: Vec<_> = factors.iter().map(|factor| text(&factor["safe_identifier"])).collect();
        assert!(safe.contains(&"ada@work.example".to_owned()), "who typed it knows it: {safe:?}");
        assert!(!safe.contains(&"ada@example.com".to_owned()), "the other one is masked: {safe:?}");
        let path = format!("/client/sign_ins/{}/prepare_first_factor", text(&begun["response"]["id"]));
        browser.post(&path, &[("strategy", "email_code")]).await.ok();
        assert_eq!(app.only_mail().await.to, "ada@work.example");
        let masked = factors.iter().find(|factor| factor["safe_identifier"] != "ada@work.example").unwrap();
        let named = text(&masked["email_address_id"]);
        browser.post(&path, &[("strategy", "email_code"), ("email_address_id", &named)]).await.ok();
        assert_eq!(app.only_mail().await.to, "ada@example.com");
        let foreign = text(&foreign["primary_email_address_id"]);
        let refused = browser.post(&path, &[("strategy", "email_code"), ("email_address_id", &foreign)]).await;
        refused.refused_for(422, "form_param_value_invalid", "email_address_id");
    }
}

both_engines! {
    async fn a_code_for_an_address_that_is_gone_is_worth_nothing(app: TestApp) {
        let user = app.create_user(&json!({"email_address": ["ada@example.com", "old+clerk_test@example.com"]})).await;
        let (holder, thief) = (app.browser(), app.browser());
        let begun = thief.post("/client/sign_ins", &[("identifier", "old+clerk_test@example.com"), ("strategy", "email_code")]).await.ok();
        let made = app.backend().post("/v1/sign_in_tokens").json(&json!({"user_id": user})).send().await.ok();
        let signed_in = holder.post("/client/sign_ins", &[("ticket", made["token"].as_str().unwrap())]).await.ok();
        let addresses = signed_in["client"]["sessions"][0]["user"]["email_addresses"].as_array().unwrap().clone();
        let old = addresses.iter().find(|one| one["email_address"] != "ada@example.com").unwrap();
        holder.delete(&format!("/me/email_addresses/{}", old["id"].as_str().unwrap())).await.ok();
        let attempt = format!("/client/sign_ins/{}/attempt_first_factor", begun["response"]["id"].as_str().unwrap());
        thief.post(&attempt, &[("strategy", "email_code"), ("code", "424242")]).await.refused(400, "verification_expired");
    }
}
