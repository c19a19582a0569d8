//! Setting an authenticator app up and removing it.

use beadle_testkit::{both_engines, json};

use crate::{
    factor::{Authenticator, first_factor, second_factor, with_app},
    visit::{ADA, PASSWORD, other_than, shown, sign_in, signed_in, text, user},
};

both_engines! {
    async fn an_app_is_on_once_it_has_shown_a_code(app: TestApp) {
        let id = user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        let made = browser.post("/me/totp", &[]).await.ok();
        let totp = &made["response"];
        assert_eq!((totp["object"].clone(), totp["verified"].clone()), (json!("totp"), json!(false)));
        assert_eq!(totp["backup_codes"], json!(null));
        let secret = text(&totp["secret"]);
        assert_eq!(secret.len(), 32);
        let uri = text(&totp["uri"]);
        assert!(uri.starts_with("otpauth://totp/Beadle:ada%2Bclerk_test%40example.com?"), "{uri}");
        assert!(uri.ends_with(&format!("&secret={secret}")), "{uri}");
        // Nothing has changed yet.
        let before = shown(&app, &id).await;
        assert_eq!((before["totp_enabled"].clone(), before["two_factor_enabled"].clone()), (json!(false), json!(false)));
        sign_in(&app.browser(), ADA, PASSWORD).await.ok();
        let authenticator = Authenticator::typed(&totp["secret"]);
        let code = authenticator.next(&app);
        let attempt = async |code: &str| browser.post("/me/totp/attempt_verification", &[("code", code)]).await;
        attempt(other_than(&code)).await.refused_for(422, "form_code_incorrect", "code");
        browser.post("/me/totp/attempt_verification", &[]).await.refused_for(422, "form_param_missing", "code");
        let verified = attempt(&code).await.ok();
        assert_eq!(verified["response"]["verified"], true);
        assert_eq!(verified["response"]["id"], totp["id"]);
        assert_eq!(verified["response"]["secret"], json!(null));
        assert_eq!(verified["response"]["backup_codes"].as_array().unwrap().len(), 10);
        let own = &verified["client"]["sessions"][0]["user"];
        for field in ["totp_enabled", "two_factor_enabled", "backup_code_enabled"] {
            assert_eq!(own[field], true, "{field}");
        }
        assert_eq!(own["mfa_enabled_at"], app.now().as_millis());
        assert_eq!(app.event_kinds(&id).await.last().unwrap(), "user.updated");
        attempt(&code).await.refused(400, "totp_already_enabled");
        browser.post("/me/totp", &[]).await.refused(400, "totp_already_enabled");
    }

    async fn a_new_secret_replaces_one_that_waits(app: TestApp) {
        user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        browser.post("/me/totp/attempt_verification", &[("code", "123456")]).await.refused(404, "resource_not_found");
        let first = browser.post("/me/totp", &[]).await.ok();
        let second = browser.post("/me/totp", &[]).await.ok();
        assert_ne!(first["response"]["secret"], second["response"]["secret"]);
        for (made, status) in [(first, 422), (second, 200)] {
            let code = Authenticator::typed(&made["response"]["secret"]).shown(&app);
            let answer = browser.post("/me/totp/attempt_verification", &[("code", &code)]).await;
            assert_eq!(answer.status, status, "{}", answer.shown());
        }
    }

    async fn without_the_app_nothing_more_is_asked(app: TestApp) {
        let id = user(&app, ADA).await;
        let (browser, authenticator, codes) = with_app(&app, ADA).await;
        let waiting = app.browser();
        let sign_in_id = first_factor(&waiting, ADA).await;
        let deleted = browser.delete("/me/totp").await.ok();
        assert_eq!((deleted["response"]["object"].clone(), deleted["response"]["deleted"].clone()), (json!("totp"), json!(true)));
        let after = shown(&app, &id).await;
        for field in ["totp_enabled", "two_factor_enabled", "backup_code_enabled"] {
            assert_eq!(after[field], false, "{field}");
        }
        assert_eq!(after["mfa_disabled_at"], app.now().as_millis());
        browser.delete("/me/totp").await.refused(404, "resource_not_found");
        // What waited for a second factor cannot be finished with one that is gone.
        let code = authenticator.next(&app);
        second_factor(&waiting, &sign_in_id, "totp", &code).await.refused(400, "strategy_for_user_invalid");
        second_factor(&waiting, &sign_in_id, "backup_code", &codes[0]).await.refused(400, "strategy_for_user_invalid");
        sign_in(&app.browser(), ADA, PASSWORD).await.ok();
        // And another can come.
        with_app(&app, ADA).await;
    }

    async fn the_secret_and_the_codes_are_stored_as_nobody_can_read_them(app: TestApp) {
        let id = user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        let made = browser.post("/me/totp", &[]).await.ok();
        let secret = text(&made["response"]["secret"]);
        let code = Authenticator::typed(&made["response"]["secret"]).shown(&app);
        let verified = browser.post("/me/totp/attempt_verification", &[("code", &code)]).await.ok();
        let backup = text(&verified["response"]["backup_codes"][0]);
        let id = id.parse().unwrap();
        let row = beadle_store::users::find(&mut app.app().store.reader().await.unwrap(), &id).await.unwrap();
        let row = row.unwrap();
        let sealed = row.totp_secret.unwrap();
        assert!(sealed.starts_with("v1:") && !sealed.contains(&secret), "{sealed}");
        assert!(row.backup_codes.unwrap().iter().all(|digest| digest.len() == 64 && !digest.contains(&backup)));
        let told = format!("{:?}", app.events().await);
        assert!(!told.contains(&secret) && !told.contains(&backup) && !told.contains(&sealed));
    }
}
