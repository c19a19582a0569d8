//! Development browsers on the pages: with keys of development hosts, the browser library knows its visitor by a token
//! in addresses alone.

use beadle_testkit::{TestApp, Value, both_engines, json};
use http::Method;

use crate::visitor::{ADA, CODE, PASSWORD, Visitor, user};

/// `pk_test_` and the base64 of `warm-fox-12.clerk.accounts.dev$`.
const KEY: &str = "pk_test_d2FybS1mb3gtMTIuY2xlcmsuYWNjb3VudHMuZGV2JA";
const APP: &str = "http://localhost:3000";
const TO_APP: &str = "?redirect_url=http%3A%2F%2Flocalhost%3A3000%2Fhome%3Fa%3Db%2520c";

/// What the browser library on a page of the application sees with this token.
async fn client(app: &TestApp, token: &str) -> Value {
    let call = app.browser().call(Method::GET, "/client").query(&[("__clerk_db_jwt", token)]);
    call.header("origin", APP).send().await.ok()["response"].clone()
}

/// The token that the visitor took along to the application.
#[track_caller]
fn taken_along(away: Option<&str>) -> String {
    let away = away.expect("away from the pages");
    let token = away.strip_prefix("http://localhost:3000/home?a=b%20c&__clerk_db_jwt=");
    token.unwrap_or_else(|| panic!("{away}")).to_owned()
}

/// A token, as the library gets it.
async fn token(app: &TestApp) -> String {
    let made = app.browser().call(Method::POST, "/dev_browser").header("origin", APP).send().await.ok();
    made["id"].as_str().unwrap().to_owned()
}

both_engines! {
    async fn signing_up_and_leaving(app: TestApp) {
        let app = app.reopen_with_key(KEY, 2).await;
        let visitor = Visitor::new(&app);
        let page = visitor.open(&format!("/account/sign-up{TO_APP}")).await.is(200, "Create your account");
        assert_eq!(visitor.0.cookie("__clerk_db_jwt"), None, "nothing is needed yet");
        let typed = [("email_address", ADA), ("password", PASSWORD)];
        let page = visitor.submit(&page, "Continue", &typed).await.is(200, "Verify your email address");
        assert!(!page.url.contains("dvb_") && !page.html().contains("dvb_"));
        let token = visitor.0.cookie("__clerk_db_jwt").expect("a client was needed");
        let suffixed = format!("__clerk_db_jwt_{}", app.app().instance.cookie_suffix);
        assert_eq!(visitor.0.cookie(&suffixed), Some(token.clone()));
        let done = visitor.submit(&page, "Create account", &[("code", CODE)]).await;
        assert_eq!(done.answer.header("clerk-db-jwt"), None);
        assert_eq!(taken_along(done.away.as_deref()), token);
        let client = client(&app, &token).await;
        assert_eq!(client["sessions"][0]["user"]["email_addresses"][0]["email_address"], ADA);
        assert!(visitor.0.cookie("__session").is_some_and(|token| token.starts_with("ey")));
        assert!(visitor.0.cookie("__client_uat").is_some_and(|since| since != "0"));
        assert_eq!((visitor.0.cookie("__client"), visitor.0.cookie("__refresh")), (None, None));
    }

    async fn signing_in_the_account_and_signing_out(app: TestApp) {
        let app = app.reopen_with_key(KEY, 2).await;
        user(&app, ADA).await;
        let visitor = Visitor::new(&app);
        visitor.open("/account").await.is(200, "Sign in");
        let page = visitor.sign_in(ADA, PASSWORD, "").await;
        assert_eq!(page.url, "/account", "to pages of ours nothing is taken along");
        let page = visitor.submit(&page.is(200, "Your account"), "Save", &[("first_name", "Ada")]).await;
        let page = page.is(200, "Your account");
        assert!(page.html().contains("Your profile was saved.") && page.html().contains("Ada"));
        let token = visitor.0.cookie("__clerk_db_jwt").unwrap();
        assert_eq!(client(&app, &token).await["sessions"][0]["user"]["first_name"], "Ada");
        // Who is signed in already takes it along as well.
        let chooser = visitor.open(&format!("/account/sign-in{TO_APP}")).await.is(200, "Choose an account");
        let done = visitor.submit(&chooser, &format!("A Ada {ADA}"), &[]).await;
        assert_eq!(taken_along(done.away.as_deref()), token);
        visitor.submit(&page, "Sign out", &[]).await.is(200, "Sign in");
        assert_eq!(client(&app, &token).await["sessions"], json!([]));
        assert_eq!((visitor.0.cookie("__session"), visitor.0.cookie("__client_uat").as_deref()), (None, Some("0")));
        visitor.open("/account").await.is(200, "Sign in");
    }

    async fn with_a_ticket(app: TestApp) {
        let app = app.reopen_with_key(KEY, 2).await;
        let user = user(&app, ADA).await;
        let ticket = app.backend().post("/v1/sign_in_tokens").json(&json!({"user_id": user})).send().await.ok();
        let visitor = Visitor::new(&app);
        let url = format!("/account/sign-in{TO_APP}&__clerk_ticket={}", ticket["token"].as_str().unwrap());
        let page = visitor.open(&url).await.is(200, "Sign in to Beadle");
        let done = visitor.submit(&page, "Sign in", &[]).await;
        let token = taken_along(done.away.as_deref());
        assert_eq!(client(&app, &token).await["sessions"][0]["user"]["id"], *user);
        assert_eq!(visitor.0.cookie("__clerk_db_jwt"), Some(token));
    }

    async fn a_token_in_the_address_moves_into_the_cookie(app: TestApp) {
        let app = app.reopen_with_key(KEY, 2).await;
        user(&app, ADA).await;
        let token = token(&app).await;
        for name in ["__clerk_db_jwt", "__dev_session"] {
            let visitor = Visitor::new(&app);
            let page = visitor.open(&format!("/account/sign-in{TO_APP}&{name}={token}")).await;
            assert_eq!(page.url, format!("/account/sign-in{TO_APP}"));
            assert_eq!(visitor.0.cookie("__clerk_db_jwt").as_deref(), Some(&*token));
        }
        let visitor = Visitor::new(&app);
        visitor.open(&format!("/account?__clerk_db_jwt={token}")).await.is(200, "Sign in");
        let done = visitor.sign_in(ADA, PASSWORD, TO_APP).await;
        assert_eq!(taken_along(done.away.as_deref()), token);
        // Signed in on the page of the application, signed in here.
        let other = Visitor::new(&app);
        other.open(&format!("/account?__clerk_db_jwt={token}")).await.is(200, "Your account");
        // A token that nobody has changes nothing.
        let page = other.open("/account?__clerk_db_jwt=dvb_38HzI1ntXxeWeS4fFGnCCbxKfaZ").await;
        assert_eq!(page.url, "/account");
        page.is(200, "Your account");
        assert_eq!(other.0.cookie("__clerk_db_jwt"), Some(token));
    }

    #[instance = "allowed_origins = [\"https://app.example.com\"]\nurls.home = \"https://elsewhere.example/home\""]
    async fn it_goes_to_the_application_alone(app: TestApp) {
        let app = app.reopen_with_key(KEY, 2).await;
        user(&app, ADA).await;
        let ours = "http://127.0.0.1:3900/home";
        for (given, followed) in [
            ("https://app.example.com/x", Some("https://app.example.com/x?__clerk_db_jwt=")),
            // The operator sends visitors there, but it is no page of the application.
            ("http://localhost:3000/x", None),
            ("https://app.example.com.evil.example/", None),
            (ours, Some(ours)),
            ("/home", Some("/home")),
        ] {
            let visitor = Visitor::new(&app);
            let query = form_urlencoded::Serializer::new(String::new()).append_pair("redirect_url", given).finish();
            let away = visitor.sign_in(ADA, PASSWORD, &format!("?{query}")).await.away.unwrap();
            match followed {
                Some(followed) if followed.ends_with('=') => assert!(away.starts_with(followed), "{away}"),
                followed => assert_eq!(away, followed.unwrap_or("https://elsewhere.example/home")),
            }
        }
    }

    async fn browsers_with_cookies_take_nothing_along(app: TestApp) {
        user(&app, ADA).await;
        let visitor = Visitor::new(&app);
        let page = visitor.open("/account/sign-in?__clerk_db_jwt=dvb_x").await;
        assert_eq!(page.url, "/account/sign-in?__clerk_db_jwt=dvb_x");
        let done = visitor.sign_in(ADA, PASSWORD, TO_APP).await;
        assert_eq!(done.away.as_deref(), Some("http://localhost:3000/home?a=b%20c"));
        assert_eq!(visitor.0.cookie("__clerk_db_jwt"), None);
    }
}
