//! Development browsers: the client's secret travels in the address.

use beadle_testkit::{Browser, TestApp, TestResponse, Value, both_engines, json};
use http::Method;

use crate::{
    handshake::{directive, directives, location, shake},
    visit::{ADA, PASSWORD, text, user},
};

/// `pk_test_` and the base64 of `warm-fox-12.clerk.accounts.dev$`.
pub(crate) const KEY: &str = "pk_test_d2FybS1mb3gtMTIuY2xlcmsuYWNjb3VudHMuZGV2JA";
const PAGE: &str = "http://localhost:3000";

/// A page that was given a token.
pub(crate) async fn token(app: &TestApp) -> String {
    let call = app.browser().call(Method::POST, "/dev_browser").header("origin", PAGE);
    let answer = call.send().await;
    let token = text(&answer.ok()["id"]);
    assert!(token.starts_with("dvb_") && token.len() > 40, "{token}");
    assert_eq!(answer.header("clerk-db-jwt"), Some(&*token));
    assert_eq!(answer.header("set-cookie"), None);
    assert_eq!(answer.header("access-control-allow-origin"), Some(PAGE));
    assert!(answer.header("access-control-expose-headers").unwrap().contains("Clerk-Db-Jwt"));
    token
}

pub(crate) async fn send(
    browser: &Browser,
    method: Method,
    path: &str,
    token: &str,
    form: &[(&str, &str)],
) -> TestResponse {
    let call = browser.call(method, path).query(&[("__clerk_db_jwt", token)]).header("origin", PAGE);
    browser.send(call.form(form)).await
}

async fn sign_in(browser: &Browser, token: &str) -> Value {
    let form = [("identifier", ADA), ("strategy", "password"), ("password", PASSWORD)];
    let done = send(browser, Method::POST, "/client/sign_ins", token, &form).await;
    assert_eq!(done.header("set-cookie"), None, "{}", done.shown());
    assert!(!done.text().contains(token));
    done.ok()["response"]["created_session_id"].clone()
}

both_engines! {
    async fn a_token_in_the_address_stands_for_the_cookie(app: TestApp) {
        let app = app.reopen_with_key(KEY, 2).await;
        user(&app, ADA).await;
        let (browser, one, other) = (app.browser(), token(&app).await, token(&app).await);
        let session = sign_in(&browser, &one).await;
        let client = send(&browser, Method::GET, "/client", &one, &[]).await.ok();
        assert_eq!(client["response"]["sessions"][0]["id"], session);
        let path = format!("/client/sessions/{}/tokens", text(&session));
        send(&browser, Method::POST, &path, &one, &[]).await.ok();
        // Nothing was kept by the browser itself.
        let client = send(&browser, Method::GET, "/client", &other, &[]).await.ok();
        assert_eq!(client["response"]["sessions"], json!([]));
        let out = browser.call(Method::POST, "/client").query(&[("_method", "DELETE"), ("__clerk_db_jwt", &one)]);
        assert_eq!(out.send().await.ok(), json!({"response": null, "client": null}));
        // The page goes on with the same token.
        let client = send(&browser, Method::GET, "/client", &one, &[]).await.ok();
        assert_eq!(client["response"]["sessions"], json!([]));
    }

    async fn without_a_token_the_library_is_told_to_get_one(app: TestApp) {
        let app = app.reopen_with_key(KEY, 2).await;
        let browser = app.browser();
        browser.get("/client").await.refused(401, "dev_browser_unauthenticated");
        browser.post("/client/sign_ins", &[("identifier", ADA)]).await.refused(401, "dev_browser_unauthenticated");
        for unknown in ["dvb_38HzI1ntXxeWeS4fFGnCCbxKfaZ", "x"] {
            let answer = send(&browser, Method::GET, "/client", unknown, &[]).await;
            answer.refused(401, "dev_browser_unauthenticated");
        }
        browser.get("/environment").await.ok();
        let environment = browser.get("/environment").await.ok();
        assert_eq!(environment["auth_config"]["url_based_session_syncing"], true);
        assert_eq!(environment["display_config"]["instance_environment_type"], "development");
        let evil = browser.call(Method::POST, "/dev_browser").header("origin", "https://evil.example");
        evil.send().await.refused(400, "origin_invalid");
    }

    async fn the_handshake_carries_the_token_over(app: TestApp) {
        let app = app.reopen_with_key(KEY, 2).await;
        user(&app, ADA).await;
        let (browser, known) = (app.browser(), token(&app).await);
        sign_in(&browser, &known).await;
        let carried = async |query: &[(&str, &str)]| {
            let answer = shake(&app.browser(), query).await;
            assert_eq!(answer.header("set-cookie"), None);
            let location = location(&answer);
            let token = location.query_pairs().find(|(name, _)| name == "__clerk_handshake").expect("the answer").1;
            directives(&token)
        };
        let same = carried(&[("redirect_url", PAGE), ("__clerk_db_jwt", &known)]).await;
        assert_eq!(directive(&same, "__clerk_db_jwt").0, known);
        assert!(directive(&same, "__session").0.starts_with("eyJ"));
        for query in [&[("redirect_url", PAGE)][..], &[("redirect_url", PAGE), ("__clerk_db_jwt", "dvb_unknown")]] {
            let new = carried(query).await;
            let token = directive(&new, "__clerk_db_jwt").0;
            assert!(token != known && token != "dvb_unknown");
            assert_eq!((directive(&new, "__session").0, directive(&new, "__client_uat").0), ("", "0"));
            let client = send(&browser, Method::GET, "/client", token, &[]).await.ok();
            assert_eq!(client["response"]["sessions"], json!([]));
        }
    }

    #[instance = "factors = { email_link = true }"]
    async fn a_link_in_a_mail_needs_no_token(app: TestApp) {
        let app = app.reopen_with_key(KEY, 2).await;
        let answer = app.browser().get("/verify?token=sia_1.x").await;
        answer.refused(400, "verification_link_token_invalid");
    }

    async fn older_libraries_keep_it_in_a_cookie(app: TestApp) {
        let app = app.reopen_with_key(KEY, 2).await;
        let browser = app.browser();
        let made = browser.get("/dev_browser/init?origin=http://localhost:3000").await;
        let token = text(&made.ok()["token"]);
        assert_eq!(browser.cookie("__clerk_db_jwt"), Some(token.clone()));
        assert_eq!(text(&browser.get("/dev_browser/init").await.ok()["token"]), token);
        assert_eq!(browser.get("/client").await.ok()["response"]["sessions"], json!([]));
        let other = app.browser();
        let path = format!("/dev_browser/set_first_party_cookie?__clerk_db_jwt={token}");
        other.post(&path, &[]).await.ok();
        assert_eq!(other.cookie("__clerk_db_jwt"), Some(token));
        let stranger = app.browser().post("/dev_browser/set_first_party_cookie", &[]).await;
        stranger.refused(401, "dev_browser_unauthenticated");
        let foreign = browser.get("/dev_browser/init?origin=https://evil.example").await;
        foreign.refused_for(422, "redirect_url_not_associated_with_instance", "origin");
    }

    async fn cookies_and_tokens_in_addresses_do_not_mix(app: TestApp) {
        user(&app, ADA).await;
        app.browser().post("/dev_browser", &[]).await.refused(400, "url_based_session_syncing_disabled");
        app.browser().get("/dev_browser/init").await.refused(400, "url_based_session_syncing_disabled");
        let path = "/dev_browser/set_first_party_cookie";
        app.browser().post(path, &[]).await.refused(400, "url_based_session_syncing_disabled");
        let (holder, _) = crate::visit::signed_in(&app, ADA).await;
        let cookie = holder.cookie("__client").expect("a client");
        let in_address = app.browser().get(&format!("/client?__clerk_db_jwt={cookie}")).await;
        assert_eq!(in_address.ok()["response"], Value::Null);

        let app = app.reopen_with_key(KEY, 2).await;
        let with_cookie = app.browser();
        with_cookie.set_cookie("__client", &cookie);
        with_cookie.get("/client").await.refused(401, "dev_browser_unauthenticated");
        let in_address = send(&app.browser(), Method::GET, "/client", &cookie, &[]).await;
        in_address.refused(401, "dev_browser_unauthenticated");
        let token = token(&app).await;
        sign_in(&app.browser(), &token).await;

        // What once stood in addresses opens nothing where secrets are cookies.
        let app = app.reopen_with_key("pk_live_Y2xlcmsuYWNtZS5leGFtcGxlJA", 3).await;
        let browser = app.browser();
        browser.set_cookie("__client", &token);
        assert_eq!(browser.get("/client").await.ok()["response"], Value::Null);
    }
}
