//! Social sign-in where the browser that comes back cannot show which client it is: in development, and for apps.

use beadle_testkit::{TestApp, Value, both_providers, json};
use http::Method;
use url::Url;

use crate::{
    dev_browser, native,
    oauth::{BACK, DONE, STRATEGY, address, come_back, location, member},
    visit::text,
};

const FORM: [(&str, &str); 3] =
    [("strategy", STRATEGY), ("redirect_url", BACK), ("action_complete_redirect_url", DONE)];

fn param(location: &str, name: &str) -> Option<String> {
    let url = Url::parse(location).unwrap();
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// The sessions that a development browser's token stands for; `None` for a token that stands for nothing.
async fn sessions(app: &TestApp, token: &str) -> Option<usize> {
    let answer = dev_browser::send(&app.browser(), Method::GET, "/client", token, &[]).await;
    if answer.status == 401 {
        answer.refused(401, "dev_browser_unauthenticated");
        return None;
    }
    Some(answer.ok()["response"]["sessions"].as_array().unwrap().len())
}

both_providers! {
    async fn a_development_browser_gets_a_new_token_with_its_session(app: TestApp, provider: Provider) {
        member(&provider, &app).await;
        let app = app.reopen_with_key(dev_browser::KEY, 2).await;
        let (page, token) = (app.browser(), dev_browser::token(&app).await);
        let begun = dev_browser::send(&page, Method::POST, "/client/sign_ins", &token, &FORM).await.ok();
        // The browser brings no token along.
        let arrived = come_back(&app.browser(), &provider.agree(&address(&begun))).await;
        assert_eq!(arrived.header("set-cookie"), None);
        let location = location(&arrived);
        assert!(location.starts_with(DONE), "{location}");
        let fresh = param(&location, "__clerk_db_jwt").expect("a token");
        assert!(fresh.starts_with("dvb_") && fresh != token);
        assert_eq!(sessions(&app, &fresh).await, Some(1));
        // Whoever made the address has no part in what somebody else proved.
        assert_eq!(sessions(&app, &token).await, None);
    }

    async fn an_account_that_is_to_be_signed_up_is_not_the_senders_either(app: TestApp, provider: Provider) {
        let app = app.reopen_with_key(dev_browser::KEY, 2).await;
        let (page, token) = (app.browser(), dev_browser::token(&app).await);
        let begun = dev_browser::send(&page, Method::POST, "/client/sign_ins", &token, &FORM).await.ok();
        let back = provider.agree(&address(&begun));
        let location = location(&come_back(&app.browser(), &back).await);
        assert!(location.starts_with(BACK), "{location}");
        let form = [("transfer", "true")];
        let moved = dev_browser::send(&page, Method::POST, "/client/sign_ups", &token, &form).await;
        moved.refused(401, "dev_browser_unauthenticated");
        let fresh = param(&location, "__clerk_db_jwt").expect("a token");
        let moved = dev_browser::send(&page, Method::POST, "/client/sign_ups", &fresh, &form).await.ok();
        assert_eq!(moved["response"]["status"], "complete");
        // Once.
        come_back(&app.browser(), &back).await.refused(400, "oauth_callback_invalid");
    }

    async fn an_app_claims_its_session_with_the_nonce(app: TestApp, provider: Provider) {
        member(&provider, &app).await;
        let phone = app.browser();
        let begun = native::send(&phone, Method::POST, "/client/sign_ins", "", &FORM).await;
        let secret = begun.header("authorization").expect("a new client").to_owned();
        let begun = begun.ok();
        // Any browser of the phone, even one that is somebody's.
        let (browser, _) = member_elsewhere(&app).await;
        let before = browser.cookie("__client");
        let arrived = come_back(&browser, &provider.agree(&address(&begun))).await;
        assert_eq!((arrived.header("set-cookie"), browser.cookie("__client")), (None, before));
        let location = location(&arrived);
        let nonce = param(&location, "rotating_token_nonce").expect("a nonce");
        let session = param(&location, "created_session_id").expect("a session");
        let path = format!("/client/sign_ins/{}", text(&begun["response"]["id"]));
        // Neither alone, nor with another nonce.
        for given in [None, Some("another")] {
            let call = phone.call(Method::GET, "/client").header("authorization", &secret);
            let query = [("_is_native", "1"), ("rotating_token_nonce", given.unwrap_or_default())];
            assert_eq!(call.query(&query).send().await.ok()["response"], Value::Null);
        }
        let query = [("_is_native", "1"), ("rotating_token_nonce", &*nonce)];
        let claim = phone.call(Method::GET, &path).header("authorization", &secret).query(&query);
        let claimed = claim.send().await;
        let fresh = claimed.header("authorization").expect("a new secret").to_owned();
        assert_eq!(claimed.ok()["response"]["created_session_id"], session);
        let client = native::send(&phone, Method::GET, "/client", &fresh, &[]).await.ok();
        assert_eq!(client["response"]["sessions"][0]["id"], session);
        // The nonce works once.
        let again = phone.call(Method::GET, "/client").header("authorization", &secret).query(&query);
        assert_eq!(again.send().await.ok()["response"], Value::Null);
    }

    async fn a_ban_on_the_way_leaves_an_app_with_nothing(app: TestApp, provider: Provider) {
        let (_, grace) = member(&provider, &app).await;
        let phone = app.browser();
        let begun = native::send(&phone, Method::POST, "/client/sign_ins", "", &FORM).await;
        let secret = begun.header("authorization").expect("a new client").to_owned();
        let back = provider.agree(&address(&begun.ok()));
        app.backend().post(&format!("/v1/users/{grace}/ban")).json(&json!({})).send().await.ok();
        let location = location(&come_back(&app.browser(), &back).await);
        assert_eq!(param(&location, "__clerk_error_code").as_deref(), Some("user_banned"));
        assert_eq!(param(&location, "created_session_id"), None);
        let nonce = param(&location, "rotating_token_nonce").expect("a nonce");
        let query = [("_is_native", "1"), ("rotating_token_nonce", &*nonce)];
        let call = phone.call(Method::GET, "/client").header("authorization", &secret).query(&query);
        assert_eq!(call.send().await.ok()["response"]["sessions"], json!([]));
    }
}

async fn member_elsewhere(app: &TestApp) -> (beadle_testkit::Browser, String) {
    crate::visit::user(app, crate::visit::ADA).await;
    crate::visit::signed_in(app, crate::visit::ADA).await
}
