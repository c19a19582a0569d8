//! Backup codes.

use std::collections::BTreeSet;

use beadle_testkit::{Browser, both_engines, json};

use crate::{
    factor::{first_factor, second_factor, with_app},
    visit::{ADA, shown, signed_in, text, user},
};

const BOB: &str = "bob+clerk_test@example.com";

async fn fresh(browser: &Browser) -> Vec<String> {
    let made = browser.post("/me/backup_codes", &[]).await.ok();
    assert_eq!(made["response"]["object"], "backup_code");
    made["response"]["codes"].as_array().unwrap().iter().map(text).collect()
}

both_engines! {
    async fn each_code_works_once(app: TestApp) {
        let id = user(&app, ADA).await;
        let (_, _, codes) = with_app(&app, ADA).await;
        assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), 10);
        for code in &codes[..3] {
            let browser = app.browser();
            let sign_in = first_factor(&browser, ADA).await;
            let typed = code.to_uppercase().replace('-', " ");
            let done = second_factor(&browser, &sign_in, "backup_code", &typed).await.ok();
            assert_eq!(done["response"]["status"], "complete");
            let again = app.browser();
            let sign_in = first_factor(&again, ADA).await;
            second_factor(&again, &sign_in, "backup_code", code).await.refused_for(422, "form_code_incorrect", "code");
        }
        assert_eq!(shown(&app, &id).await["backup_code_enabled"], true);
    }

    async fn a_used_code_does_not_come_back_with_a_profile(app: TestApp) {
        let id = user(&app, ADA).await;
        let (_, _, codes) = with_app(&app, ADA).await;
        let browser = app.browser();
        let sign_in = first_factor(&browser, ADA).await;
        second_factor(&browser, &sign_in, "backup_code", &codes[0]).await.ok();
        app.backend().patch(&format!("/v1/users/{id}")).json(&json!({"first_name": "Ada"})).send().await.ok();
        let sign_in = first_factor(&app.browser(), ADA).await;
        second_factor(&browser, &sign_in, "backup_code", &codes[0]).await.refused(404, "resource_not_found");
        let browser = app.browser();
        let sign_in = first_factor(&browser, ADA).await;
        second_factor(&browser, &sign_in, "backup_code", &codes[0]).await.refused(422, "form_code_incorrect");
        second_factor(&browser, &sign_in, "backup_code", &codes[1]).await.ok();
    }

    async fn a_fresh_set_replaces_the_old_one(app: TestApp) {
        user(&app, ADA).await;
        let (holder, _, old) = with_app(&app, ADA).await;
        let new = fresh(&holder).await;
        assert!(old.iter().all(|code| !new.contains(code)));
        let browser = app.browser();
        let sign_in = first_factor(&browser, ADA).await;
        second_factor(&browser, &sign_in, "backup_code", &old[0]).await.refused(422, "form_code_incorrect");
        second_factor(&browser, &sign_in, "backup_code", &new[0]).await.ok();
    }

    async fn codes_alone_ask_for_nothing_and_are_their_users(app: TestApp) {
        let id = user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        let codes = fresh(&browser).await;
        let ada = shown(&app, &id).await;
        assert_eq!((ada["backup_code_enabled"].clone(), ada["two_factor_enabled"].clone()), (json!(true), json!(false)));
        let done = crate::visit::sign_in(&app.browser(), ADA, crate::visit::PASSWORD).await.ok();
        assert_eq!(done["response"]["status"], "complete");
        user(&app, BOB).await;
        with_app(&app, BOB).await;
        let bob = app.browser();
        let sign_in = first_factor(&bob, BOB).await;
        second_factor(&bob, &sign_in, "backup_code", &codes[0]).await.refused(422, "form_code_incorrect");
    }
}
