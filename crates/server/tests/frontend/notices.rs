//! What users are told about their account.

use beadle_testkit::{Browser, TestApp, Value, both_engines, json};

use crate::visit::{PASSWORD, sign_in, text, user};

/// Test addresses would be told nothing.
const ADA: &str = "ada@example.com";

/// The kinds of all messages since the last look, with whom they went to.
async fn told(app: &TestApp) -> Vec<(String, String)> {
    app.drain_mail().await.into_iter().map(|mail| (mail.kind, mail.to)).collect()
}

fn to_ada(kind: &str) -> Vec<(String, String)> {
    vec![(kind.to_owned(), ADA.to_owned())]
}

async fn with_agent(browser: &Browser, agent: &str) -> Value {
    let form = [("identifier", ADA), ("strategy", "password"), ("password", PASSWORD)];
    let call = browser.call(http::Method::POST, "/client/sign_ins").header("user-agent", agent);
    browser.send(call.form(&form)).await.ok()
}

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const SAFARI: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                      Version/17.0 Safari/605.1.15";

both_engines! {
    async fn a_device_that_is_new_is_told_of(app: TestApp) {
        user(&app, ADA).await;
        let known = app.browser();
        with_agent(&known, FIREFOX).await;
        assert!(told(&app).await.is_empty(), "the first sign-in ever is no news");
        with_agent(&app.browser(), SAFARI).await;
        let mails = app.drain_mail().await;
        assert_eq!((mails[0].kind.as_str(), mails.len()), ("new_device_sign_in", 1));
        assert!(mails[0].body.contains("Safari"), "{}", mails[0].body);
        // The same browser, as it is known by its client; and after signing out, by what it is.
        with_agent(&known, SAFARI).await;
        with_agent(&app.browser(), FIREFOX).await;
        assert!(told(&app).await.is_empty());
    }

    #[instance = "notifications = { new_device_sign_in = false }"]
    async fn unless_the_operator_does_not_want_it(app: TestApp) {
        user(&app, ADA).await;
        with_agent(&app.browser(), FIREFOX).await;
        with_agent(&app.browser(), SAFARI).await;
        assert!(told(&app).await.is_empty());
    }

    #[instance = "[lockout]\nmax_attempts = 5"]
    async fn a_lock_is_told_of_once(app: TestApp) {
        user(&app, ADA).await;
        for _ in 0..7 {
            sign_in(&app.browser(), ADA, "wrong").await;
        }
        assert_eq!(told(&app).await, to_ada("account_locked"));
    }

    async fn a_password_that_was_changed_or_reset_is_told_of(app: TestApp) {
        user(&app, ADA).await;
        let browser = app.browser();
        sign_in(&browser, ADA, PASSWORD).await.ok();
        let form = [("current_password", PASSWORD), ("new_password", "a quite different one")];
        browser.post("/me/change_password", &form).await.ok();
        assert_eq!(told(&app).await, to_ada("password_changed"));
        let browser = app.browser();
        let form = [("identifier", ADA), ("strategy", "reset_password_email_code")];
        let begun = browser.post("/client/sign_ins", &form).await.ok();
        let path = format!("/client/sign_ins/{}", text(&begun["response"]["id"]));
        let code = app.only_mail().await.code().to_owned();
        let form = [("strategy", "reset_password_email_code"), ("code", &*code)];
        browser.post(&format!("{path}/attempt_first_factor"), &form).await.ok();
        let form = [("password", "another one, again different")];
        browser.post(&format!("{path}/reset_password"), &form).await.ok();
        assert!(told(&app).await.contains(&to_ada("password_changed")[0]));
    }

    async fn the_old_primary_address_is_told_of_the_new_one(app: TestApp) {
        let ada = app.create_user(&json!({
            "email_address": [ADA, "countess@example.com", "third@example.com"], "password": PASSWORD,
        })).await;
        let browser = app.browser();
        sign_in(&browser, ADA, PASSWORD).await.ok();
        let shown = browser.get("/me").await.ok();
        let addresses = shown["response"]["email_addresses"].as_array().unwrap();
        let id = |n: usize| text(&addresses[n]["id"]);
        browser.patch("/me", &[("primary_email_address_id", &id(1))]).await.ok();
        let mail = app.only_mail().await;
        assert_eq!((mail.kind.as_str(), mail.to.as_str()), ("primary_email_address_changed", ADA));
        assert!(mail.body.contains("countess@example.com"), "{}", mail.body);
        // Also where the primary one goes away.
        browser.delete(&format!("/me/email_addresses/{}", id(1))).await.ok();
        let mail = app.only_mail().await;
        assert_eq!((mail.kind.as_str(), mail.to.as_str()), ("primary_email_address_changed", "countess@example.com"));
        // What the operator does is theirs to tell.
        let body = json!({"primary_email_address_id": id(2)});
        app.backend().patch(&format!("/v1/users/{ada}")).json(&body).send().await.ok();
        assert!(told(&app).await.is_empty());
    }
}
