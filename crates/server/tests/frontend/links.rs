//! Links in mails.

use std::time::Duration;

use beadle_testkit::{Browser, Builder, Engine, TestApp, TestResponse, json};
use http::{Method, header};

use crate::visit::{self, text};

const EMAIL: &str = "ada@example.com";
const PAGE: &str = "http://localhost:3000/verified";

fn with_links(engine: Engine, more: &str) -> Builder {
    let instance = format!("[password]\nrequired_at_sign_up = false\n[factors]\nemail_link = true\n{more}");
    TestApp::builder(engine).instance(&instance)
}

/// Runs the test on both engines.
macro_rules! tests {
    ($($(#[$doc:meta])* $name:ident($app:ident, $more:literal) $body:block)+) => {$(
        mod $name {
            use super::*;

            async fn run($app: TestApp) $body

            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                run(with_links(Engine::Sqlite, $more).start().await).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                run(with_links(Engine::Postgres, $more).start().await).await;
            }
        }
    )+};
}

async fn token(app: &TestApp) -> String {
    let mail = app.only_mail().await;
    mail.link().split_once("/v1/verify?token=").expect("a link to follow").1.to_owned()
}

async fn follow(browser: &Browser, token: &str) -> TestResponse {
    browser.send(browser.call(Method::GET, "/verify").query(&[("token", token)])).await
}

#[track_caller]
fn location(answer: &TestResponse) -> String {
    assert_eq!(answer.status, 303, "{}", answer.shown());
    answer.headers[header::LOCATION].to_str().unwrap().to_owned()
}

async fn begin(browser: &Browser, redirect_url: &str) -> String {
    let form = [("identifier", EMAIL), ("strategy", "email_link"), ("redirect_url", redirect_url)];
    let begun = browser.post("/client/sign_ins", &form).await.ok();
    assert_eq!(begun["response"]["first_factor_verification"]["strategy"], "email_link");
    text(&begun["response"]["id"])
}

/// Signs in, adds an address, and asks for a link to it. Returns the browser and the path of the address.
async fn ask_for_proof(app: &TestApp) -> (Browser, String) {
    visit::user(app, visit::ADA).await;
    let (browser, _) = visit::signed_in(app, visit::ADA).await;
    let added = browser.post("/me/email_addresses", &[("email_address", EMAIL)]).await.ok();
    let path = format!("/me/email_addresses/{}", text(&added["response"]["id"]));
    prepare(&browser, &path).await.ok();
    (browser, path)
}

async fn prepare(browser: &Browser, path: &str) -> TestResponse {
    let form = [("strategy", "email_link"), ("redirect_url", PAGE)];
    browser.post(&format!("{path}/prepare_verification"), &form).await
}

tests! {
    a_link_to_an_address_leads_to_the_same_page_twice(app, "") {
        let (browser, path) = ask_for_proof(&app).await;
        let token = token(&app).await;
        let reading = app.browser();
        for _ in 0..2 {
            assert_eq!(location(&follow(&reading, &token).await), format!("{PAGE}?__clerk_status=verified"));
        }
        assert_eq!(reading.get("/client").await.ok()["response"], json!(null));
        prepare(&browser, &path).await.refused(400, "verification_already_verified");
    }

    a_link_to_an_address_ends(app, "") {
        let (browser, path) = ask_for_proof(&app).await;
        let old = token(&app).await;
        prepare(&browser, &path).await.ok();
        let token = token(&app).await;
        follow(&browser, &old).await.refused(400, "verification_link_token_invalid");
        app.advance(Duration::from_secs(600));
        assert_eq!(location(&follow(&browser, &token).await), format!("{PAGE}?__clerk_status=expired"));
        assert_eq!(browser.get(&path).await.ok()["response"]["verification"]["status"], "unverified");
        browser.delete(&path).await.ok();
        follow(&browser, &token).await.refused(400, "verification_link_token_invalid");
    }

    an_address_that_another_has_proven_meanwhile_stays_theirs(app, "") {
        let (browser, path) = ask_for_proof(&app).await;
        let token = token(&app).await;
        app.user(EMAIL).await;
        assert_eq!(location(&follow(&browser, &token).await), format!("{PAGE}?__clerk_status=failed"));
        let kept = &browser.get(&path).await.ok()["response"]["verification"];
        assert_eq!((&kept["status"], &kept["error"]["code"]), (&json!("failed"), &json!("form_identifier_exists")));
    }

    a_link_signs_in_the_browser_that_asked(app, "") {
        let user = app.user(EMAIL).await;
        let (asking, reading) = (app.browser(), app.browser());
        let id = begin(&asking, PAGE).await;
        let token = token(&app).await;
        let there = location(&follow(&reading, &token).await);
        assert!(there.starts_with(&format!("{PAGE}?__clerk_status=verified&__clerk_created_session=sess_")), "{there}");
        let polled = asking.get(&format!("/client/sign_ins/{id}")).await.ok();
        assert_eq!((&polled["response"]["status"], &polled["client"]["sign_in"]), (&json!("complete"), &polled["response"]));
        let client = asking.get("/client").await.ok();
        assert_eq!(client["response"]["sessions"][0]["user"]["id"], *user);
        assert_eq!(reading.get("/client").await.ok()["response"], json!(null));
        // Once more leads to the same page and to nothing new.
        assert_eq!(location(&follow(&reading, &token).await), there);
        assert_eq!(app.event_kinds(&user).await, ["user.created", "session.created"]);
    }

    a_link_ends_and_others_are_none(app, "") {
        app.user(EMAIL).await;
        let browser = app.browser();
        begin(&browser, PAGE).await;
        let token = token(&app).await;
        for wrong in ["nonsense", "sia_none.x", &format!("{token}x"), &token[..token.len() - 1]] {
            follow(&browser, wrong).await.refused(400, "verification_link_token_invalid");
        }
        app.advance(Duration::from_secs(600));
        assert_eq!(location(&follow(&browser, &token).await), format!("{PAGE}?__clerk_status=expired"));
        assert_eq!(browser.get("/client").await.ok()["response"]["sessions"], json!([]));
    }

    a_link_leads_to_no_foreign_page(app, "") {
        app.user(EMAIL).await;
        let browser = app.browser();
        begin(&browser, "https://evil.example/phish").await;
        let there = location(&follow(&browser, &token(&app).await).await);
        assert!(there.starts_with("http://localhost:3900/account/"), "{there}");
    }

    a_link_opens_no_locked_account(app, "") {
        let user = app.user(EMAIL).await;
        let browser = app.browser();
        let id = begin(&browser, PAGE).await;
        app.backend().post(&format!("/v1/users/{user}/lock")).send().await.ok();
        assert_eq!(location(&follow(&browser, &token(&app).await).await), format!("{PAGE}?__clerk_status=failed"));
        let attempt = browser.get(&format!("/client/sign_ins/{id}")).await.ok();
        assert_eq!(attempt["response"]["first_factor_verification"]["error"]["code"], "user_locked");
        assert_eq!(browser.get("/client").await.ok()["response"]["sessions"], json!([]));
    }

    another_browser_may_be_refused(app, "email_link_same_browser = true") {
        app.user(EMAIL).await;
        let (asking, reading) = (app.browser(), app.browser());
        begin(&asking, PAGE).await;
        let token = token(&app).await;
        assert_eq!(location(&follow(&reading, &token).await), format!("{PAGE}?__clerk_status=client_mismatch"));
        assert!(location(&follow(&asking, &token).await).contains("__clerk_status=verified"));
    }

    a_link_completes_a_sign_up(app, "") {
        let browser = app.browser();
        let form = [("email_address", EMAIL), ("strategy", "email_link"), ("redirect_url", PAGE)];
        let begun = browser.post("/client/sign_ups", &form).await.ok();
        let shown = &begun["response"]["verifications"]["email_address"];
        assert_eq!(shown["supported_strategies"], json!(["email_code", "email_link"]));
        assert_eq!((&shown["strategy"], &shown["next_action"]), (&json!("email_link"), &json!("needs_attempt")));
        let there = location(&follow(&app.browser(), &token(&app).await).await);
        assert!(there.contains("__clerk_status=verified&__clerk_created_session="), "{there}");
        let polled = browser.get(&format!("/client/sign_ups/{}", text(&begun["response"]["id"]))).await.ok();
        assert_eq!((&polled["response"]["status"], &polled["client"]["sign_up"]), (&json!("complete"), &polled["response"]));
        let client = browser.get("/client").await.ok();
        assert_eq!(client["response"]["sign_up"], json!(null));
        let address = &client["response"]["sessions"][0]["user"]["email_addresses"][0];
        assert_eq!((&address["email_address"], &address["verification"]["strategy"]), (&json!(EMAIL), &json!("email_link")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn links_are_off_unless_wanted() {
    let app = TestApp::builder(Engine::Sqlite).start().await;
    app.user(EMAIL).await;
    let form = [("identifier", EMAIL), ("strategy", "email_link")];
    app.browser().post("/client/sign_ins", &form).await.refused(422, "form_param_value_invalid");
}
