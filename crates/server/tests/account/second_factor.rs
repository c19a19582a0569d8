//! Signing in where a password is not enough.

use std::time::Duration;

use beadle_domain::totp::TotpSecret;
use beadle_testkit::{TestApp, both_engines};

use crate::visitor::{ADA, PASSWORD, Visitor, user};

/// A user with an authenticator app, and their backup codes.
async fn with_app(app: &TestApp) -> (String, TotpSecret, Vec<String>) {
    let user = user(app, ADA).await;
    let visitor = Visitor::new(app);
    visitor.sign_in(ADA, PASSWORD, "").await.is(200, "Your account");
    let (secret, codes) = add_app(app, &visitor).await;
    (user, secret, codes)
}

/// Gives whoever is signed in an authenticator app; its secret, and the backup codes.
pub(crate) async fn add_app(app: &TestApp, visitor: &Visitor) -> (TotpSecret, Vec<String>) {
    let made = visitor.0.post("/me/totp", &[]).await.ok();
    let secret = TotpSecret::parse(made["response"]["secret"].as_str().unwrap(), "secret").unwrap();
    let code = next(app, &secret);
    let verified = visitor.0.post("/me/totp/attempt_verification", &[("code", &code)]).await.ok();
    let codes = verified["response"]["backup_codes"].as_array().unwrap();
    (secret, codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect())
}

/// A code that no earlier one overlaps with.
pub(crate) fn next(app: &TestApp, secret: &TotpSecret) -> String {
    app.advance(Duration::from_secs(90));
    secret.code_at(app.now())
}

both_engines! {
    async fn with_an_authenticator_app(app: TestApp) {
        let (_, secret, _) = with_app(&app).await;
        let visitor = Visitor::new(&app);
        let page = visitor.sign_in(ADA, PASSWORD, "?redirect_url=%2Fapp").await;
        let page = page.is(200, "Two-step verification");
        assert_eq!(visitor.sessions().await, 0);
        let code = next(&app, &secret);
        let wrong = if code == "135790" { "246801" } else { "135790" };
        let page = visitor.submit(&page, "Continue", &[("code", wrong)]).await;
        let page = page.is(422, "Two-step verification");
        page.wrong("code");
        let done = visitor.submit(&page, "Continue", &[("code", &code)]).await;
        assert_eq!(done.away.as_deref(), Some("/app"));
        assert_eq!(visitor.sessions().await, 1);
    }

    async fn with_a_backup_code(app: TestApp) {
        let (_, _, codes) = with_app(&app).await;
        let visitor = Visitor::new(&app);
        let page = visitor.sign_in(ADA, PASSWORD, "").await.is(200, "Two-step verification");
        let page = visitor.open(&page.link("Use another way")).await.is(200, "Choose how to continue");
        let page = visitor.open(&page.link("Use a backup code")).await.is(200, "Enter a backup code");
        visitor.submit(&page, "Continue", &[("code", &codes[0])]).await.is(200, "Your account");
    }

    async fn a_ban_between_the_factors(app: TestApp) {
        let (user, secret, codes) = with_app(&app).await;
        let visitor = Visitor::new(&app);
        let page = visitor.sign_in(ADA, PASSWORD, "").await.is(200, "Two-step verification");
        app.backend().post(&format!("/v1/users/{user}/ban")).send().await.ok();
        let code = next(&app, &secret);
        visitor.submit(&page, "Continue", &[("code", &code)]).await.is(403, "This account is banned");
        let form = [("strategy", "backup_code"), ("code", &codes[0])];
        visitor.post(&page.url, &form).await.is(403, "This account is banned");
        assert_eq!((visitor.sessions().await, visitor.0.cookie("__session")), (0, None));
    }
}
