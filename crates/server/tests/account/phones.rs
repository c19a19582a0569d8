//! Phone numbers, with forms alone.

use beadle_testkit::{TestApp, both_engines, json};

use crate::visitor::{CODE, PASSWORD, Visitor};

const TEST_NUMBER: &str = "+15555550100";
const NUMBER: &str = "+14158675309";
/// The bcrypt digest of [`PASSWORD`], of the lowest cost.
const DIGEST: &str = "$2b$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS";

async fn ban(app: &TestApp, user: &str) {
    app.backend().post(&format!("/v1/users/{user}/ban")).send().await.ok();
}

both_engines! {
    #[instance = "identifiers.email_address.enabled = false\nidentifiers.phone_number = { enabled = true, required = true }"]
    async fn signing_up(app: TestApp) {
        let visitor = Visitor::new(&app);
        let page = visitor.open("/account/sign-up").await.is(200, "Create your account");
        let page = visitor.submit(&page, "Continue", &[("phone_number", "12"), ("password", PASSWORD)]).await;
        let page = page.is(422, "Create your account");
        page.wrong("phone_number");
        let typed = [("phone_number", "+1 415 867 5309"), ("password", PASSWORD)];
        let page = visitor.submit(&page, "Continue", &typed).await.is(200, "Verify your phone number");
        assert!(page.html().contains(&format!("<strong>{NUMBER}</strong>")), "{}", page.html());
        let first = app.only_mail().await;
        assert_eq!(first.to, NUMBER);
        let wrong = if first.code() == "135790" { "246801" } else { "135790" };
        let page = visitor.submit(&page, "Create account", &[("code", wrong)]).await;
        let page = page.is(422, "Verify your phone number");
        page.wrong("code");
        let page = visitor.submit(&page, "Send a new code", &[]).await.is(200, "Verify your phone number");
        let page = visitor.open(&page.link("Use another number")).await.is(200, "Create your account");
        app.only_mail().await;
        let page = visitor.submit(&page, "Continue", &[("phone_number", TEST_NUMBER)]).await;
        let page = page.is(200, "Verify your phone number");
        visitor.submit(&page, "Create account", &[("code", CODE)]).await.is(200, "Your account");
        let client = visitor.0.get("/client").await.ok();
        let number = &client["response"]["sessions"][0]["user"]["phone_numbers"][0];
        assert_eq!((&number["phone_number"], &number["verification"]["status"]), (&json!(TEST_NUMBER), &json!("verified")));
    }

    #[instance = "identifiers.phone_number.offered = true"]
    async fn an_address_and_a_number(app: TestApp) {
        let visitor = Visitor::new(&app);
        let page = visitor.open("/account/sign-up").await;
        let typed = [
            ("email_address", "ada+clerk_test@example.com"), ("phone_number", TEST_NUMBER), ("password", PASSWORD),
        ];
        let page = visitor.submit(&page, "Continue", &typed).await.is(200, "Verify your email address");
        let page = visitor.submit(&page, "Create account", &[("code", CODE)]).await.is(200, "Verify your phone number");
        visitor.submit(&page, "Create account", &[("code", CODE)]).await.is(200, "Your account");
    }

    async fn who_has_only_a_number_gets_the_code_at_once(app: TestApp) {
        let user = app.create_user(&json!({"phone_number": [NUMBER]})).await;
        let visitor = Visitor::new(&app);
        let page = visitor.open("/account/sign-in?redirect_url=%2Fapp").await;
        let page = visitor.submit(&page, "Continue", &[("identifier", "+1 (415) 867-5309")]).await;
        let page = page.is(200, "Check your phone");
        let sms = app.only_mail().await;
        assert_eq!(sms.to, NUMBER);
        let done = visitor.submit(&page, "Continue", &[("code", sms.code())]).await;
        assert_eq!(done.away.as_deref(), Some("/app"));
        // Once banned, only the proof tells.
        ban(&app, &user).await;
        let visitor = Visitor::new(&app);
        let page = visitor.open("/account/sign-in").await;
        let page = visitor.submit(&page, "Continue", &[("identifier", NUMBER)]).await.is(200, "Check your phone");
        assert!(!page.html().contains("banned"));
        let sms = app.only_mail().await;
        visitor.submit(&page, "Continue", &[("code", sms.code())]).await.is(403, "This account is banned");
        assert_eq!(visitor.sessions().await, 0);
    }

    async fn a_code_instead_of_the_password(app: TestApp) {
        let body = json!({"phone_number": [NUMBER], "password_digest": DIGEST, "password_hasher": "bcrypt"});
        app.create_user(&body).await;
        let visitor = Visitor::new(&app);
        let page = visitor.open("/account/sign-in").await;
        let page = visitor.submit(&page, "Continue", &[("identifier", NUMBER)]).await.is(200, "Enter your password");
        let page = visitor.open(&page.link("Forgot your password? Use another way")).await;
        let page = visitor.submit(&page, &format!("Text a code to {NUMBER}"), &[]).await.is(200, "Check your phone");
        let sms = app.only_mail().await;
        visitor.submit(&page, "Continue", &[("code", sms.code())]).await.is(200, "Your account");
    }

    async fn a_forgotten_password(app: TestApp) {
        let body = json!({"phone_number": [NUMBER], "password_digest": DIGEST, "password_hasher": "bcrypt"});
        let user = app.create_user(&body).await;
        let visitor = Visitor::new(&app);
        let page = visitor.open("/account/sign-in").await;
        let page = visitor.submit(&page, "Continue", &[("identifier", NUMBER)]).await;
        let page = visitor.open(&page.link("Forgot your password? Use another way")).await;
        let page = visitor.submit(&page, &format!("Send a reset code to {NUMBER}"), &[]).await;
        let page = page.is(200, "Check your phone");
        let sms = app.only_mail().await;
        let page = visitor.submit(&page, "Continue", &[("code", sms.code())]).await.is(200, "Set a new password");
        let typed = [("password", "a new horse battery")];
        visitor.submit(&page, "Set password and sign in", &typed).await.is(200, "Your account");
        app.drain_mail().await;
        Visitor::new(&app).sign_in(NUMBER, "a new horse battery", "").await.is(200, "Your account");
        // A ban between the code and the new password.
        let visitor = Visitor::new(&app);
        let page = visitor.open("/account/sign-in").await;
        let page = visitor.submit(&page, "Continue", &[("identifier", NUMBER)]).await;
        let page = visitor.open(&page.link("Forgot your password? Use another way")).await;
        let page = visitor.submit(&page, &format!("Send a reset code to {NUMBER}"), &[]).await;
        let sms = app.only_mail().await;
        let page = visitor.submit(&page, "Continue", &[("code", sms.code())]).await.is(200, "Set a new password");
        ban(&app, &user).await;
        visitor.submit(&page, "Set password and sign in", &typed).await.is(403, "This account is banned");
        assert_eq!(visitor.sessions().await, 0);
    }
}
