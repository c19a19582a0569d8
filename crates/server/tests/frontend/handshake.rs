//! The handshake, from the redirect to the cookies that an application's server sets.

use std::time::Duration;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use beadle_testkit::{Browser, TestApp, TestResponse, Value, both_engines, json};
use http::Method;
use url::Url;

use crate::visit::{ADA, signed_in, user};

const PAGE: &str = "http://localhost:3000/reports?year=2026#may";

/// The browser comes with the redirect of an application's server.
pub(crate) async fn shake(browser: &Browser, query: &[(&str, &str)]) -> TestResponse {
    browser.send(browser.call(Method::GET, "/client/handshake").query(query)).await
}

/// Where the browser is sent.
#[track_caller]
pub(crate) fn location(answer: &TestResponse) -> Url {
    assert_eq!(answer.status, 307, "{}", answer.shown());
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    answer.header("location").expect("a redirect").parse().expect("a URL")
}

/// What a token says, its signature unchecked.
pub(crate) fn payload(jwt: &str) -> Value {
    let payload = jwt.split('.').nth(1).expect("a token has three parts");
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).expect("base64url")).expect("JSON")
}

/// The cookies in the token of a handshake.
pub(crate) fn directives(jwt: &str) -> Vec<String> {
    serde_json::from_value(payload(jwt)["handshake"].clone()).expect("a list of texts")
}

/// The value and attributes of a cookie among directives.
#[track_caller]
pub(crate) fn directive<'a>(directives: &'a [String], name: &str) -> (&'a str, &'a str) {
    let mut found = directives.iter().filter_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    let line = found.next().unwrap_or_else(|| panic!("{name} is not in {directives:#?}"));
    assert!(found.next().is_none(), "{name} is twice in {directives:#?}");
    line.split_once("; ").expect("a cookie has attributes")
}

async fn fetch(app: &TestApp, nonce: &str) -> TestResponse {
    app.backend().get("/v1/clients/handshake_payload").query(&[("nonce", nonce)]).send().await
}

fn fetched(answer: &TestResponse) -> Vec<String> {
    serde_json::from_value(answer.ok()["directives"].clone()).expect("a list of texts")
}

#[track_caller]
fn says_signed_out(app: &TestApp, directives: &[String]) {
    let suffix = &app.app().instance.cookie_suffix;
    for end in [String::new(), format!("_{suffix}")] {
        assert_eq!(directive(directives, &format!("__client_uat{end}")).0, "0");
        let (token, attributes) = directive(directives, &format!("__session{end}"));
        assert!(token.is_empty() && attributes.contains("Max-Age=0"), "{directives:#?}");
    }
    assert_eq!(directive(directives, &format!("__refresh_{suffix}")).0, "");
    assert!(!directives.iter().any(|line| line.contains("eyJ")), "{directives:#?}");
}

both_engines! {
    async fn a_signed_in_browser_brings_the_cookies(app: TestApp) {
        user(&app, ADA).await;
        let (browser, session) = signed_in(&app, ADA).await;
        let since = app.now().as_secs();
        app.advance(Duration::from_secs(100));
        browser.post(&format!("/client/sessions/{session}/touch"), &[]).await.ok();
        app.advance(Duration::from_secs(100));
        let answer = shake(&browser, &[("redirect_url", PAGE), ("suffixed_cookies", "true")]).await;
        assert_eq!(location(&answer).as_str(), PAGE);
        let token = browser.cookie("__clerk_handshake").expect("the answer");
        let set = answer.headers.get_all("set-cookie").iter().next().unwrap().to_str().unwrap().to_owned();
        assert!(set.ends_with("; Path=/; Max-Age=60; SameSite=Lax; HttpOnly"), "{set}");
        let directives = directives(&token);
        let suffix = app.app().instance.cookie_suffix.clone();
        for end in [String::new(), format!("_{suffix}")] {
            let (uat, attributes) = directive(&directives, &format!("__client_uat{end}"));
            assert_eq!((uat, attributes), (&*since.to_string(), "Path=/; Max-Age=34560000; SameSite=Lax"));
            let (token, attributes) = directive(&directives, &format!("__session{end}"));
            assert_eq!(attributes, "Path=/; Max-Age=34560000; SameSite=Lax");
            let claims = payload(token);
            assert_eq!((&claims["sid"], &claims["azp"]), (&json!(session), &json!("http://localhost:3000")));
            // A server takes a token that is older than the last change for outdated.
            assert!(claims["iat"].as_i64().unwrap() >= since && claims["iat"] == app.now().as_secs());
        }
        let (refresh_token, attributes) = directive(&directives, &format!("__refresh_{suffix}"));
        assert_eq!(attributes, "Path=/; Max-Age=604600; SameSite=Lax; HttpOnly");
        let renewal = json!({
            "expired_token": directive(&directives, "__session").0, "refresh_token": refresh_token,
            "request_origin": "http://localhost:3000",
        });
        app.advance(Duration::from_secs(100));
        let path = format!("/v1/sessions/{session}/refresh");
        assert_eq!(app.backend().post(&path).json(&renewal).send().await.ok()["object"], "token");
        // Otherwise the server would read it again with every request.
        for name in ["__clerk_handshake", "__clerk_handshake_nonce"] {
            assert!(directive(&directives, name).1.contains("Max-Age=0"));
        }
    }

    async fn a_stranger_is_said_to_be_signed_out(app: TestApp) {
        for format in ["token", "nonce"] {
            let browser = app.browser();
            let answer = shake(&browser, &[("redirect_url", PAGE), ("format", format)]).await;
            assert_eq!(location(&answer).as_str(), PAGE);
            says_signed_out(&app, &directives(&browser.cookie("__clerk_handshake").expect("the answer")));
            assert_eq!(browser.cookie("__client"), None);
        }
    }

    async fn a_nonce_is_fetched_once(app: TestApp) {
        user(&app, ADA).await;
        let (browser, session) = signed_in(&app, ADA).await;
        let answer = shake(&browser, &[("redirect_url", PAGE), ("format", "nonce")]).await;
        assert_eq!((location(&answer).as_str(), browser.cookie("__clerk_handshake")), (PAGE, None));
        let nonce = browser.cookie("__clerk_handshake_nonce").expect("the nonce");
        let path = "/v1/clients/handshake_payload";
        let stranger = app.backend().get(path).query(&[("nonce", &nonce)]).without_header("authorization");
        stranger.send().await.refused(401, "authorization_header_format_invalid");
        app.advance(Duration::from_secs(30));
        let directives = fetched(&fetch(&app, &nonce).await);
        let claims = payload(directive(&directives, "__session").0);
        assert_eq!((&claims["sid"], &claims["azp"]), (&json!(session), &json!("http://localhost:3000")));
        assert_eq!(claims["iat"], app.now().as_secs());
        fetch(&app, &nonce).await.refused(404, "resource_not_found");
        fetch(&app, "").await.refused_for(422, "form_param_missing", "nonce");
    }

    async fn a_nonce_that_is_not_fetched_expires(app: TestApp) {
        user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        shake(&browser, &[("redirect_url", PAGE), ("format", "nonce")]).await;
        app.advance(Duration::from_secs(60));
        let nonce = browser.cookie("__clerk_handshake_nonce").expect("the nonce");
        fetch(&app, &nonce).await.refused(404, "resource_not_found");
    }

    async fn a_nonce_dies_with_its_session(app: TestApp) {
        let id = user(&app, ADA).await;
        let nonce = async || {
            let (browser, session) = signed_in(&app, ADA).await;
            shake(&browser, &[("redirect_url", PAGE), ("format", "nonce")]).await;
            (browser.cookie("__clerk_handshake_nonce").expect("the nonce"), session)
        };
        let (ended, session) = nonce().await;
        app.backend().post(&format!("/v1/sessions/{session}/revoke")).send().await.ok();
        says_signed_out(&app, &fetched(&fetch(&app, &ended).await));
        let (banned, _) = nonce().await;
        let (unbanned, _) = nonce().await;
        app.backend().post(&format!("/v1/users/{id}/ban")).send().await.ok();
        says_signed_out(&app, &fetched(&fetch(&app, &banned).await));
        app.backend().post(&format!("/v1/users/{id}/unban")).send().await.ok();
        says_signed_out(&app, &fetched(&fetch(&app, &unbanned).await));
    }

    async fn nobody_is_sent_to_a_foreign_page(app: TestApp) {
        user(&app, ADA).await;
        let (browser, _) = signed_in(&app, ADA).await;
        for foreign in [
            "https://evil.example/", "http://localhost.evil.example/", "//evil.example",
            "http://localhost:3000@evil.example/", "https://evil.example/?x=http://localhost:3000/",
            "http://evil.example\\@localhost/",
        ] {
            let answer = shake(&browser, &[("redirect_url", foreign)]).await;
            assert_eq!(answer.status, 422, "{foreign}: {}", answer.shown());
            assert_eq!((answer.header("location"), answer.header("set-cookie")), (None, None), "{foreign}");
        }
        for odd in ["/reports", "javascript:alert(1)", "http://user@localhost/", "data:text/html,x", "mailto:a@localhost"] {
            let answer = shake(&browser, &[("redirect_url", odd)]).await;
            answer.refused_for(422, "invalid_redirect_url", "redirect_url");
        }
        let script = shake(&browser, &[("redirect_url", "javascript://localhost/%0aalert(1)")]).await;
        script.refused_for(422, "redirect_url_not_associated_with_instance", "redirect_url");
        shake(&browser, &[]).await.refused_for(422, "form_param_missing", "redirect_url");
    }

    #[instance = "
        publishable_host = 'clerk.acme.example'
        allowed_origins = ['https://app.acme.example', 'acme://open']
    "]
    async fn cookies_for_the_domain_of_the_application(app: TestApp) {
        user(&app, ADA).await;
        let browser = app.browser();
        let call = browser.call(Method::POST, "/client/sign_ins").header("host", "clerk.acme.example");
        let call = call.header("origin", "https://app.acme.example");
        let form = [("identifier", ADA), ("strategy", "password"), ("password", crate::visit::PASSWORD)];
        let done = browser.send(call.form(&form)).await;
        done.ok();
        let cookies: Vec<_> = done.headers.get_all("set-cookie").iter().map(|one| one.to_str().unwrap()).collect();
        for cookie in cookies {
            let is_wide = cookie.starts_with("__client_uat");
            assert_eq!(cookie.contains("; Domain=acme.example;"), is_wide, "{cookie}");
            assert!(cookie.ends_with("; Secure"), "{cookie}");
        }
        let page = "https://app.acme.example/reports";
        let call = browser.call(Method::GET, "/client/handshake").query(&[("redirect_url", page)]);
        let answer = browser.send(call.header("host", "clerk.acme.example:443")).await;
        assert_eq!(location(&answer).as_str(), page);
        let set = answer.header("set-cookie").expect("the answer");
        assert!(set.ends_with("; Path=/; Domain=acme.example; Max-Age=60; SameSite=Lax; HttpOnly; Secure"), "{set}");
        let directives = directives(&browser.cookie("__clerk_handshake").unwrap());
        assert!(directive(&directives, "__client_uat").1.contains("; Domain=acme.example;"));
        assert!(directive(&directives, "__clerk_handshake").1.contains("; Domain=acme.example;"));
        assert!(!directive(&directives, "__session").1.contains("Domain"));
        // An app of its own that is listed, and nothing else of its kind.
        let answer = shake(&browser, &[("redirect_url", "acme://open/x")]).await;
        assert_eq!(location(&answer).as_str(), "acme://open/x");
        shake(&browser, &[("redirect_url", "acme://other/x")]).await.refused(422, "redirect_url_not_associated_with_instance");
    }

    async fn with_test_keys_the_answer_comes_in_the_address(app: TestApp) {
        // pk_test_ and the base64 of clerk.acme.example$
        let app = app.reopen_with_key("pk_test_Y2xlcmsuYWNtZS5leGFtcGxlJA", 2).await;
        user(&app, ADA).await;
        let (browser, session) = signed_in(&app, ADA).await;
        let answer = shake(&browser, &[("redirect_url", PAGE), ("format", "nonce")]).await;
        assert_eq!(answer.header("set-cookie"), None);
        let location = location(&answer);
        let token = location.query_pairs().find(|(name, _)| name == "__clerk_handshake").expect("the answer").1;
        assert!(location.as_str().starts_with("http://localhost:3000/reports?year=2026&__clerk_handshake="));
        assert_eq!(location.fragment(), Some("may"));
        let directives = directives(&token);
        assert_eq!(directive(&directives, "__client_uat").0, app.now().as_secs().to_string());
        assert_eq!(payload(directive(&directives, "__session").0)["sid"], session);
        // The server insists on this cookie; here it opens nothing.
        let suffix = &app.app().instance.cookie_suffix;
        let (browser_token, attributes) = directive(&directives, "__clerk_db_jwt");
        assert_eq!((browser_token, attributes), directive(&directives, &format!("__clerk_db_jwt_{suffix}")));
        assert!(browser_token.starts_with("dvb_") && !attributes.contains("HttpOnly"));
        let thief = app.browser();
        thief.set_cookie("__client", browser_token);
        assert_eq!(thief.get("/client").await.ok()["response"], Value::Null);
        assert_eq!(thief.get(&format!("/client?__clerk_db_jwt={browser_token}")).await.ok()["response"], Value::Null);
    }
}
