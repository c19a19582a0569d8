//! The code of a sign-up, and whose sign-up it is.

use std::time::Duration;

use beadle_testkit::both_engines;

use crate::visit::{
    ADA, CODE, attempt_sign_up, begin_sign_up, other_than, prepare_sign_up, text, update_sign_up, user,
};

both_engines! {
    async fn the_mailed_code_opens_the_account(app: TestApp) {
        let browser = app.browser();
        let path = begin_sign_up(&browser, "Ada@Example.com").await;
        assert!(app.drain_mail().await.is_empty(), "no code before it is asked for");
        prepare_sign_up(&browser, &path).await.ok();
        let mail = app.only_mail().await;
        assert_eq!(mail.to, "ada@example.com");
        let wrong = other_than(mail.code());
        attempt_sign_up(&browser, &path, wrong).await.refused_for(422, "form_code_incorrect", "code");
        attempt_sign_up(&browser, &path, CODE).await.refused_for(422, "form_code_incorrect", "code");
        let typed = format!(" {} ", mail.code());
        let done = attempt_sign_up(&browser, &path, &typed).await.ok();
        assert_eq!(done["response"]["status"], "complete");
        // Once.
        attempt_sign_up(&browser, &path, mail.code()).await.refused(400, "verification_already_verified");
        prepare_sign_up(&browser, &path).await.refused(400, "verification_already_verified");
    }

    async fn a_code_can_be_asked_for_with_the_first_request(app: TestApp) {
        let form = [("email_address", "ada@example.com"), ("strategy", "email_code"), ("password", "a fine password")];
        let begun = app.browser().post("/client/sign_ups", &form).await.ok();
        assert_eq!(begun["response"]["verifications"]["email_address"]["next_action"], "needs_attempt");
        app.only_mail().await.code();
    }

    #[instance = "test_mode = false"]
    async fn test_addresses_are_ordinary_outside_test_mode(app: TestApp) {
        let browser = app.browser();
        let path = begin_sign_up(&browser, ADA).await;
        prepare_sign_up(&browser, &path).await.ok();
        let mail = app.only_mail().await;
        assert_ne!(mail.code(), CODE);
        attempt_sign_up(&browser, &path, CODE).await.refused(422, "form_code_incorrect");
        attempt_sign_up(&browser, &path, mail.code()).await.ok();
    }

    async fn a_code_withstands_five_guesses(app: TestApp) {
        let browser = app.browser();
        let path = begin_sign_up(&browser, "ada@example.com").await;
        prepare_sign_up(&browser, &path).await.ok();
        let first = app.only_mail().await;
        for _ in 0..4 {
            let guess = attempt_sign_up(&browser, &path, other_than(first.code())).await;
            guess.refused(422, "form_code_incorrect");
        }
        attempt_sign_up(&browser, &path, other_than(first.code())).await.refused(400, "verification_failed");
        attempt_sign_up(&browser, &path, first.code()).await.refused(400, "verification_failed");
        let failed = browser.get(&path).await.ok();
        assert_eq!(failed["response"]["verifications"]["email_address"]["next_action"], "needs_prepare");
        prepare_sign_up(&browser, &path).await.ok();
        let second = app.only_mail().await;
        assert_ne!(first.code(), second.code());
        attempt_sign_up(&browser, &path, first.code()).await.refused(422, "form_code_incorrect");
        attempt_sign_up(&browser, &path, second.code()).await.ok();
    }

    async fn a_code_lasts_ten_minutes(app: TestApp) {
        let browser = app.browser();
        let path = begin_sign_up(&browser, ADA).await;
        prepare_sign_up(&browser, &path).await.ok();
        app.advance(Duration::from_secs(600));
        attempt_sign_up(&browser, &path, CODE).await.refused(400, "verification_expired");
        prepare_sign_up(&browser, &path).await.ok();
        app.advance(Duration::from_secs(599));
        attempt_sign_up(&browser, &path, CODE).await.ok();
    }

    async fn an_attempt_lasts_a_day(app: TestApp) {
        let browser = app.browser();
        let path = begin_sign_up(&browser, ADA).await;
        app.advance(Duration::from_secs(24 * 60 * 60));
        browser.get(&path).await.refused(404, "resource_not_found");
        prepare_sign_up(&browser, &path).await.refused(404, "resource_not_found");
        update_sign_up(&browser, &path, &[("first_name", "Ada")]).await.refused(404, "resource_not_found");
        assert!(browser.get("/client").await.ok()["response"]["sign_up"].is_null());
    }

    async fn steps_out_of_order_are_refused(app: TestApp) {
        let browser = app.browser();
        let path = begin_sign_up(&browser, ADA).await;
        attempt_sign_up(&browser, &path, CODE).await.refused(400, "verification_not_sent");
        let attempt = format!("{path}/attempt_verification");
        browser.post(&attempt, &[("code", CODE)]).await.refused_for(422, "form_param_missing", "strategy");
        let only_strategy = [("strategy", "email_code")];
        browser.post(&attempt, &only_strategy).await.refused_for(422, "form_param_missing", "code");
        let prepare = format!("{path}/prepare_verification");
        let unknown = [("strategy", "carrier_pigeon")];
        browser.post(&prepare, &unknown).await.refused_for(422, "form_param_value_invalid", "strategy");
        let begun = browser.post("/client/sign_ups", &[("first_name", "Ada")]).await.ok();
        let nameless = format!("/client/sign_ups/{}", text(&begun["response"]["id"]));
        prepare_sign_up(&browser, &nameless).await.refused_for(422, "form_param_missing", "email_address");
    }

    async fn a_sign_up_is_its_clients_own(app: TestApp) {
        let owner = app.browser();
        let path = begin_sign_up(&owner, ADA).await;
        prepare_sign_up(&owner, &path).await.ok();
        let stranger = app.browser();
        stranger.get(&path).await.refused(401, "signed_out");
        attempt_sign_up(&stranger, &path, CODE).await.refused(401, "signed_out");
        let other = app.browser();
        begin_sign_up(&other, "eve+clerk_test@example.com").await;
        other.get(&path).await.refused(404, "resource_not_found");
        prepare_sign_up(&other, &path).await.refused(404, "resource_not_found");
        attempt_sign_up(&other, &path, CODE).await.refused(404, "resource_not_found");
        update_sign_up(&other, &path, &[("first_name", "Eve")]).await.refused(404, "resource_not_found");
        attempt_sign_up(&owner, &path, CODE).await.ok();
    }

    async fn an_address_taken_meanwhile_opens_no_account(app: TestApp) {
        let browser = app.browser();
        let path = begin_sign_up(&browser, ADA).await;
        prepare_sign_up(&browser, &path).await.ok();
        let owner = user(&app, ADA).await;
        let refused = attempt_sign_up(&browser, &path, CODE).await;
        refused.refused_for(422, "form_identifier_exists", "email_address");
        assert!(browser.get("/client").await.ok()["response"]["sessions"].as_array().unwrap().is_empty());
        assert_eq!(app.event_kinds(&owner).await, ["user.created"]);
    }

    async fn two_sign_ups_with_one_address_make_one_user(app: TestApp) {
        let browsers = [app.browser(), app.browser()];
        let mut paths = Vec::new();
        for browser in &browsers {
            let path = begin_sign_up(browser, ADA).await;
            prepare_sign_up(browser, &path).await.ok();
            paths.push(path);
        }
        attempt_sign_up(&browsers[0], &paths[0], CODE).await.ok();
        attempt_sign_up(&browsers[1], &paths[1], CODE).await.refused(422, "form_identifier_exists");
        assert_eq!(app.backend().get("/v1/users/count").send().await.ok()["total_count"], 1);
    }
}
