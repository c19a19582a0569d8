//! The second factor of a sign-in.

use std::time::Duration;

use beadle_testkit::{TestApp, both_engines, json};

use crate::{
    factor::{first_factor, second_factor, with_app},
    visit::{ADA, CODE, attempt, begin, other_than, session, text, user},
};

/// Bans or unbans.
async fn standing(app: &TestApp, user: &str, what: &str) {
    app.backend().post(&format!("/v1/users/{user}/{what}")).send().await.ok();
}

both_engines! {
    async fn the_app_is_asked_after_the_password(app: TestApp) {
        user(&app, ADA).await;
        let (_, authenticator, _) = with_app(&app, ADA).await;
        let browser = app.browser();
        let id = begin(&browser, ADA).await;
        let code = authenticator.next(&app);
        second_factor(&browser, &id, "totp", &code).await.refused(400, "verification_missing");
        let waiting = attempt(&browser, &id, &[("strategy", "password"), ("password", crate::visit::PASSWORD)]).await.ok();
        let shown = &waiting["response"];
        assert_eq!(shown["status"], "needs_second_factor");
        assert_eq!(shown["created_session_id"], json!(null));
        assert_eq!(shown["second_factor_verification"], json!(null));
        let strategies: Vec<_> = shown["supported_second_factors"].as_array().unwrap().iter().map(|f| text(&f["strategy"])).collect();
        assert_eq!(strategies, ["totp", "backup_code"]);
        let wrong = second_factor(&browser, &id, "totp", other_than(&code)).await;
        wrong.refused_for(422, "form_code_incorrect", "code");
        let after = browser.get(&format!("/client/sign_ins/{id}")).await.ok();
        let verification = &after["response"]["second_factor_verification"];
        assert_eq!(verification["object"], "verification_totp");
        assert_eq!((verification["status"].clone(), verification["attempts"].clone()), (json!("unverified"), json!(1)));
        let done = second_factor(&browser, &id, "totp", &code).await.ok();
        assert_eq!(done["response"]["status"], "complete");
        assert_eq!(done["response"]["second_factor_verification"]["status"], "verified");
        assert_eq!(done["client"]["sign_in"], json!(null));
        assert_eq!(done["client"]["last_authentication_strategy"], "password");
        assert_eq!(done["client"]["sessions"][0]["factor_verification_age"], json!([0, 0]));
        let opened = text(&done["response"]["created_session_id"]);
        assert_eq!(session(&app, &opened).await["status"], "active");
        second_factor(&browser, &id, "totp", &code).await.refused(400, "verification_already_verified");
    }

    async fn it_is_asked_after_a_code_by_mail_too(app: TestApp) {
        user(&app, ADA).await;
        let (_, authenticator, _) = with_app(&app, ADA).await;
        let browser = app.browser();
        let begun = browser.post("/client/sign_ins", &[("identifier", ADA), ("strategy", "email_code")]).await.ok();
        let id = text(&begun["response"]["id"]);
        let proven = attempt(&browser, &id, &[("strategy", "email_code"), ("code", CODE)]).await.ok();
        assert_eq!(proven["response"]["status"], "needs_second_factor");
        attempt(&browser, &id, &[("strategy", "email_code"), ("code", CODE)]).await.refused(422, "form_param_missing");
        second_factor(&browser, &id, "totp", &authenticator.next(&app)).await.ok();
    }

    async fn a_code_is_good_for_one_sign_in(app: TestApp) {
        user(&app, ADA).await;
        let (_, authenticator, _) = with_app(&app, ADA).await;
        // The code that turned the app on counts as well.
        let browser = app.browser();
        let id = first_factor(&browser, ADA).await;
        second_factor(&browser, &id, "totp", &authenticator.shown(&app)).await.refused(422, "form_code_incorrect");
        let code = authenticator.next(&app);
        second_factor(&browser, &id, "totp", &code).await.ok();
        let other = app.browser();
        let id = first_factor(&other, ADA).await;
        second_factor(&other, &id, "totp", &code).await.refused(422, "form_code_incorrect");
        // Nor is an older one, although a clock may be that much behind.
        app.advance(Duration::from_secs(30));
        second_factor(&other, &id, "totp", &code).await.refused(422, "form_code_incorrect");
        second_factor(&other, &id, "totp", &authenticator.shown(&app)).await.ok();
    }

    async fn five_guesses_end_an_attempt_and_ten_lock_the_account(app: TestApp) {
        let ada = user(&app, ADA).await;
        let (_, authenticator, codes) = with_app(&app, ADA).await;
        let browser = app.browser();
        let id = first_factor(&browser, ADA).await;
        let code = authenticator.next(&app);
        for strategy in ["totp", "backup_code", "totp", "backup_code"] {
            second_factor(&browser, &id, strategy, other_than(&code)).await.refused(422, "form_code_incorrect");
        }
        second_factor(&browser, &id, "totp", other_than(&code)).await.refused(400, "verification_failed");
        second_factor(&browser, &id, "totp", &code).await.refused(400, "verification_failed");
        second_factor(&browser, &id, "backup_code", &codes[0]).await.refused(400, "verification_failed");
        let other = app.browser();
        let id = first_factor(&other, ADA).await;
        second_factor(&other, &id, "totp", other_than(&code)).await.refused(422, "form_code_incorrect");
        second_factor(&other, &id, "totp", other_than(&code)).await.refused(422, "form_code_incorrect");
        second_factor(&other, &id, "totp", other_than(&code)).await.refused(403, "user_locked");
        second_factor(&other, &id, "totp", &code).await.refused(403, "user_locked");
        app.backend().post(&format!("/v1/users/{ada}/unlock")).send().await.ok();
        second_factor(&other, &id, "totp", &code).await.ok();
    }

    async fn a_phone_number_can_be_the_second_factor(app: TestApp) {
        let ada = app.create_user(&json!({
            "email_address": [ADA], "phone_number": ["+12015550100", "+12015550101"],
            "password": crate::visit::PASSWORD,
        })).await;
        let numbers = reserve_numbers(&app, &ada).await;
        let browser = app.browser();
        // Nobody gets in with the second factor alone.
        browser.post("/client/sign_ins", &[("identifier", "+12015550100")]).await.refused(422, "form_identifier_not_found");
        let begun = browser.post("/client/sign_ins", &[("identifier", ADA)]).await.ok();
        let offered = begun["response"]["supported_first_factors"].as_array().unwrap();
        assert!(offered.iter().all(|factor| factor["phone_number_id"].is_null()), "{offered:?}");
        let id = text(&begun["response"]["id"]);
        for strategy in ["phone_code", "reset_password_phone_code"] {
            let form = [("strategy", strategy), ("phone_number_id", &numbers[0])];
            let refused = browser.post(&format!("/client/sign_ins/{id}/prepare_first_factor"), &form).await;
            refused.refused_for(422, "form_param_value_invalid", "phone_number_id");
        }
        let id = first_factor(&browser, ADA).await;
        let shown = browser.get(&format!("/client/sign_ins/{id}")).await.ok();
        let factors = shown["response"]["supported_second_factors"].as_array().unwrap().clone();
        assert_eq!(factors.len(), 2);
        assert_eq!((factors[1]["strategy"].clone(), factors[1]["default"].clone()), (json!("phone_code"), json!(true)));
        second_factor(&browser, &id, "phone_code", CODE).await.refused(400, "verification_not_sent");
        let path = format!("/client/sign_ins/{id}/prepare_second_factor");
        browser.post(&path, &[("strategy", "email_code")]).await.refused(400, "verification_strategy_invalid");
        let foreign = [("strategy", "phone_code"), ("phone_number_id", "idn_38HzI1ntXxeWeS4fFGnCCbxKfaZ")];
        browser.post(&path, &foreign).await.refused_for(422, "form_param_value_invalid", "phone_number_id");
        let prepared = browser.post(&path, &[("strategy", "phone_code"), ("phone_number_id", &numbers[0])]).await.ok();
        assert_eq!(prepared["response"]["second_factor_verification"]["status"], "unverified");
        second_factor(&browser, &id, "phone_code", "000000").await.refused(422, "form_code_incorrect");
        browser.post(&path, &[("strategy", "phone_code")]).await.ok();
        let done = second_factor(&browser, &id, "phone_code", CODE).await.ok();
        assert_eq!(done["response"]["status"], "complete");
        // The Backend API takes them away.
        app.backend().delete(&format!("/v1/users/{ada}/mfa")).send().await.ok();
        let done = crate::visit::sign_in(&app.browser(), ADA, crate::visit::PASSWORD).await.ok();
        assert_eq!(done["response"]["status"], "complete");
    }

    async fn a_ban_ends_what_waits_and_is_told_to_who_has_the_code(app: TestApp) {
        let ada = user(&app, ADA).await;
        let (_, authenticator, codes) = with_app(&app, ADA).await;
        let (waiting, lifted) = (app.browser(), app.browser());
        let id = first_factor(&waiting, ADA).await;
        let old = first_factor(&lifted, ADA).await;
        standing(&app, &ada, "ban").await;
        let code = authenticator.next(&app);
        second_factor(&waiting, &id, "totp", other_than(&code)).await.refused(422, "form_code_incorrect");
        second_factor(&waiting, &id, "totp", &code).await.refused(403, "user_banned");
        second_factor(&waiting, &id, "backup_code", &codes[0]).await.refused(403, "user_banned");
        // A banned user is not let as far as the second factor.
        crate::visit::sign_in(&app.browser(), ADA, crate::visit::PASSWORD).await.refused(403, "user_banned");
        standing(&app, &ada, "unban").await;
        second_factor(&waiting, &id, "totp", &authenticator.next(&app)).await.refused(401, "authentication_invalid");
        second_factor(&lifted, &old, "backup_code", &codes[1]).await.refused(401, "authentication_invalid");
        let browser = app.browser();
        let id = first_factor(&browser, ADA).await;
        second_factor(&browser, &id, "totp", &authenticator.next(&app)).await.ok();
    }
}

/// Makes both numbers second factors, the second one the default.
async fn reserve_numbers(app: &TestApp, user: &str) -> Vec<String> {
    let shown = app.backend().get(&format!("/v1/users/{user}")).send().await.ok();
    let ids: Vec<_> = shown["phone_numbers"].as_array().unwrap().iter().map(|n| text(&n["id"])).collect();
    app.app().store.write(Reserve(ids.clone())).await.unwrap();
    ids
}

struct Reserve(Vec<String>);

impl beadle_store::UnitOfWork for Reserve {
    type Output = ();
    type Error = beadle_store::Error;

    async fn run(&self, conn: &mut beadle_store::Conn) -> Result<(), Self::Error> {
        for (n, id) in self.0.iter().enumerate() {
            let id = id.parse().unwrap();
            let mut row = beadle_store::identifications::by_id(conn, &id).await?.unwrap();
            row.details.insert("reserved_for_second_factor".into(), true.into());
            row.details.insert("default_second_factor".into(), (n == 1).into());
            beadle_store::identifications::update(conn, &row).await?;
        }
        Ok(())
    }
}
