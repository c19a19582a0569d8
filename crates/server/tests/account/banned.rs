//! The notice that an account is banned: for those who have proven that it is theirs, and for nobody else.

use beadle_testkit::{Engine, TestApp, both_engines, json};

use crate::visitor::{ADA, CODE, PASSWORD, Shown, Visitor, user};

const HEADING: &str = "This account is banned";

async fn ban(app: &TestApp, user: &str) {
    app.backend().post(&format!("/v1/users/{user}/ban")).send().await.ok();
}

async fn is_refused(visitor: &Visitor, shown: Shown) {
    for cookie in shown.answer.headers.get_all(http::header::SET_COOKIE) {
        let cookie = cookie.to_str().unwrap();
        let ends = cookie.contains("Max-Age=0;") || cookie.starts_with("__client_uat");
        assert!(ends && !cookie.contains("eyJ"), "{cookie}");
    }
    let shown = shown.is(403, HEADING);
    assert!(shown.html().contains("contact support"), "{}", shown.html());
    assert_eq!(visitor.sessions().await, 0);
    assert_eq!(visitor.0.cookie("__session"), None);
    visitor.open("/account").await.is(200, "Sign in");
}

both_engines! {
    async fn after_the_password(app: TestApp) {
        let user = user(&app, ADA).await;
        ban(&app, &user).await;
        let visitor = Visitor::new(&app);
        // Without the proof nothing is told.
        let page = visitor.open("/account/sign-in").await;
        let page = visitor.submit(&page, "Continue", &[("identifier", ADA)]).await.is(200, "Enter your password");
        assert!(!page.html().contains("banned"));
        let page = visitor.submit(&page, "Sign in", &[("password", "wrong horse")]).await;
        let page = page.is(422, "Enter your password");
        assert!(!page.html().contains("banned"));
        let refused = visitor.submit(&page, "Sign in", &[("password", PASSWORD)]).await;
        is_refused(&visitor, refused).await;
        // The notice has no address: who comes back to the page is asked for the password.
        visitor.open(&page.url).await.is(200, "Enter your password");
    }

    async fn after_a_code(app: TestApp) {
        let user = user(&app, ADA).await;
        let visitor = Visitor::new(&app);
        let page = visitor.open("/account/sign-in").await;
        let page = visitor.submit(&page, "Continue", &[("identifier", ADA)]).await;
        let page = visitor.open(&page.link("Forgot your password? Use another way")).await;
        let page = visitor.submit(&page, &format!("Email a code to {ADA}"), &[]).await;
        ban(&app, &user).await;
        let page = visitor.submit(&page, "Continue", &[("code", "135790")]).await.is(422, "Check your email");
        let refused = visitor.submit(&page, "Continue", &[("code", CODE)]).await;
        is_refused(&visitor, refused).await;
    }

    async fn after_a_reset_code(app: TestApp) {
        let user = user(&app, ADA).await;
        let visitor = Visitor::new(&app);
        let page = visitor.open("/account/sign-in").await;
        let page = visitor.submit(&page, "Continue", &[("identifier", ADA)]).await;
        let page = visitor.open(&page.link("Forgot your password? Use another way")).await;
        let page = visitor.submit(&page, &format!("Send a reset code to {ADA}"), &[]).await;
        let accepted = visitor.submit(&page, "Continue", &[("code", CODE)]).await.is(200, "Set a new password");
        ban(&app, &user).await;
        let typed = [("password", "a new horse battery")];
        let refused = visitor.submit(&accepted, "Set password and sign in", &typed).await;
        is_refused(&visitor, refused).await;
        let begun = visitor.open("/account/sign-in").await;
        let page = visitor.submit(&begun, "Continue", &[("identifier", ADA)]).await;
        let page = visitor.open(&page.link("Forgot your password? Use another way")).await;
        let page = visitor.submit(&page, &format!("Send a reset code to {ADA}"), &[]).await;
        let refused = visitor.submit(&page, "Continue", &[("code", CODE)]).await;
        is_refused(&visitor, refused).await;
    }

    async fn with_a_ticket(app: TestApp) {
        let user = user(&app, ADA).await;
        let body = json!({"user_id": user});
        let ticket = app.backend().post("/v1/sign_in_tokens").json(&body).send().await.ok();
        ban(&app, &user).await;
        let visitor = Visitor::new(&app);
        let url = format!("/account/sign-in?__clerk_ticket={}", ticket["token"].as_str().unwrap());
        let page = visitor.open(&url).await.is(200, "Sign in to Beadle");
        assert!(!page.html().contains("banned"));
        let refused = visitor.submit(&page, "Sign in", &[]).await;
        is_refused(&visitor, refused).await;
    }

    async fn while_signed_in(app: TestApp) {
        let user = user(&app, ADA).await;
        let visitor = Visitor::new(&app);
        visitor.sign_in(ADA, PASSWORD, "").await.is(200, "Your account");
        let page = visitor.open("/account/sign-in").await.is(200, "Choose an account");
        ban(&app, &user).await;
        let refused = visitor.submit(&page, &format!("A {ADA}"), &[]).await;
        is_refused(&visitor, refused).await;
    }
}

const SUPPORT: &str = "display.support_email = \"help@example.com\"";

async fn with_support(app: TestApp) {
    let user = user(&app, ADA).await;
    ban(&app, &user).await;
    let shown = Visitor::new(&app).sign_in(ADA, PASSWORD, "").await.is(403, HEADING);
    assert_eq!(shown.link("help@example.com"), "mailto:help@example.com");
}

#[test]
fn the_notice_names_the_support() {
    beadle_testkit::run(Engine::Sqlite, SUPPORT, with_support);
    beadle_testkit::run(Engine::Postgres, SUPPORT, with_support);
}
