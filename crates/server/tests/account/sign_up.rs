//! Signing up with forms alone.

use beadle_testkit::{Engine, TestApp, both_engines};

use crate::visitor::{ADA, CODE, PASSWORD, Visitor, user};

both_engines! {
    async fn with_an_address_and_a_password(app: TestApp) {
        let visitor = Visitor::new(&app);
        let page = visitor.open("/account/sign-up?redirect_url=%2Fwelcome").await.is(200, "Create your account");
        let typed = [("email_address", "ada@example.com"), ("password", PASSWORD), ("first_name", "Ada")];
        let page = visitor.submit(&page, "Continue", &typed).await.is(200, "Verify your email address");
        assert!(page.html().contains("<strong>ada@example.com</strong>"));
        let mail = app.only_mail().await;
        assert_eq!(mail.to, "ada@example.com");
        let wrong = if mail.code() == "135790" { "246801" } else { "135790" };
        let page = visitor.submit(&page, "Create account", &[("code", wrong)]).await;
        let page = page.is(422, "Verify your email address");
        page.wrong("code");
        let done = visitor.submit(&page, "Create account", &[("code", mail.code())]).await;
        assert_eq!(done.away.as_deref(), Some("/welcome"));
        assert!(visitor.0.cookie("__session").is_some());
        visitor.open("/account").await.is(200, "Your account");
    }

    async fn every_mistake_is_at_its_field(app: TestApp) {
        user(&app, ADA).await;
        let visitor = Visitor::new(&app);
        let page = visitor.open("/account/sign-up").await;
        let typed = [("email_address", "nonsense"), ("password", PASSWORD)];
        let page = visitor.submit(&page, "Continue", &typed).await.is(422, "Create your account");
        page.wrong("email_address");
        assert!(page.html().contains("value=\"nonsense\"") && !page.html().contains(PASSWORD));
        let typed = [("email_address", ADA), ("password", PASSWORD)];
        let page = visitor.submit(&page, "Continue", &typed).await.is(422, "Create your account");
        page.wrong("email_address");
        let typed = [("email_address", "new+clerk_test@example.com"), ("password", "short")];
        let page = visitor.submit(&page, "Continue", &typed).await.is(422, "Create your account");
        page.wrong("password");
    }

    async fn what_is_missing_is_asked_for(app: TestApp) {
        let visitor = Visitor::new(&app);
        // A browser that does not insist on required fields.
        let page = visitor.post("/account/sign-up", &[("email_address", ADA)]).await;
        let page = page.is(200, "Create your account");
        assert!(!page.html().contains("name=\"email_address\""), "{}", page.html());
        let page = visitor.submit(&page, "Continue", &[("password", PASSWORD)]).await;
        let page = page.is(200, "Verify your email address");
        visitor.submit(&page, "Create account", &[("code", CODE)]).await.is(200, "Your account");
    }

    async fn the_address_can_be_corrected(app: TestApp) {
        let visitor = Visitor::new(&app);
        let page = visitor.open("/account/sign-up").await;
        let typed = [("email_address", "oops@example.com"), ("password", PASSWORD)];
        let page = visitor.submit(&page, "Continue", &typed).await;
        app.only_mail().await;
        let page = visitor.open(&page.link("Use another address")).await.is(200, "Create your account");
        let page = visitor.submit(&page, "Continue", &[("email_address", "right@example.com")]).await;
        let page = page.is(200, "Verify your email address");
        let mail = app.only_mail().await;
        assert_eq!(mail.to, "right@example.com");
        visitor.submit(&page, "Create account", &[("code", mail.code())]).await.is(200, "Your account");
    }

    async fn a_new_code(app: TestApp) {
        let visitor = Visitor::new(&app);
        let page = visitor.open("/account/sign-up").await;
        let typed = [("email_address", "ada@example.com"), ("password", PASSWORD)];
        let page = visitor.submit(&page, "Continue", &typed).await;
        app.only_mail().await;
        let page = visitor.submit(&page, "Send a new code", &[]).await.is(200, "Verify your email address");
        let mail = app.only_mail().await;
        visitor.submit(&page, "Create account", &[("code", mail.code())]).await.is(200, "Your account");
    }

    async fn who_is_signed_in_is_told(app: TestApp) {
        user(&app, ADA).await;
        let visitor = Visitor::new(&app);
        visitor.sign_in(ADA, PASSWORD, "").await.is(200, "Your account");
        visitor.open("/account/sign-up").await.is(200, "Choose an account");
    }
}

const RESTRICTED: &str = "sign_up_mode = \"restricted\"";

async fn restricted(app: TestApp) {
    let visitor = Visitor::new(&app);
    visitor.open("/account/sign-up").await.is(403, "Sign-up is closed");
    let typed = [("email_address", ADA), ("password", PASSWORD)];
    visitor.post("/account/sign-up", &typed).await.is(403, "Sign-up is closed");
    assert!(!visitor.open("/account/sign-in").await.html().contains("No account yet"));
    visitor.open("/account/waitlist").await.is(403, "Sign-up is closed");
}

#[test]
fn restricted_sign_up_says_so() {
    beadle_testkit::run(Engine::Sqlite, RESTRICTED, restricted);
    beadle_testkit::run(Engine::Postgres, RESTRICTED, restricted);
}

const OTHER_FIELDS: &str = r#"
names_enabled = false
legal_consent_required = true
identifiers.email_address.enabled = false
identifiers.username.required = true
urls.terms = "https://example.com/terms"
"#;

async fn other_fields(app: TestApp) {
    let visitor = Visitor::new(&app);
    let page = visitor.open("/account/sign-up").await.is(200, "Create your account");
    assert!(!page.html().contains("first_name") && !page.html().contains("email_address"));
    assert_eq!(page.link("terms of service"), "https://example.com/terms");
    let typed = [("username", "ada_lovelace"), ("password", PASSWORD), ("legal_accepted", "true")];
    visitor.submit(&page, "Continue", &typed).await.is(200, "Your account");
}

#[test]
fn the_settings_decide_what_is_asked_for() {
    beadle_testkit::run(Engine::Sqlite, OTHER_FIELDS, other_fields);
    beadle_testkit::run(Engine::Postgres, OTHER_FIELDS, other_fields);
}

const WAITLIST: &str = "sign_up_mode = \"waitlist\"";

async fn waitlist(app: TestApp) {
    let visitor = Visitor::new(&app);
    let page = visitor.open("/account/sign-in").await;
    let page = visitor.open(&page.link("Join the waitlist")).await.is(200, "Join the waitlist");
    let page = visitor.submit(&page, "Join the waitlist", &[("email_address", "nonsense")]).await;
    let page = page.is(422, "Join the waitlist");
    page.wrong("email_address");
    let joined = visitor.submit(&page, "Join the waitlist", &[("email_address", ADA)]).await;
    joined.is(200, "You are on the waitlist");
    let typed = [("email_address", ADA), ("password", PASSWORD)];
    visitor.post("/account/sign-up", &typed).await.is(200, "Join the waitlist");
    visitor.open("/account/sign-up").await.is(200, "Join the waitlist");
    assert_eq!(visitor.sessions().await, 0);
}

#[test]
fn a_waitlist_takes_addresses() {
    beadle_testkit::run(Engine::Sqlite, WAITLIST, waitlist);
    beadle_testkit::run(Engine::Postgres, WAITLIST, waitlist);
}
