//! Users with second factors.

use std::time::Duration;

use beadle_domain::totp::TotpSecret;
use beadle_testkit::{Browser, TestApp, TestResponse, Value, json};

use crate::visit::{PASSWORD, sign_in, signed_in, text};

/// The authenticator app of a user.
pub(crate) struct Authenticator(TotpSecret);

impl Authenticator {
    /// Takes the secret over by hand.
    pub(crate) fn typed(secret: &Value) -> Self {
        Self(TotpSecret::parse(&text(secret), "secret").unwrap())
    }

    /// What it shows now, after a time in which every earlier code has gone out of use.
    pub(crate) fn next(&self, app: &TestApp) -> String {
        app.advance(Duration::from_secs(90));
        self.shown(app)
    }

    /// What it shows now.
    pub(crate) fn shown(&self, app: &TestApp) -> String {
        self.0.code_at(app.now())
    }
}

/// A user who is signed in with an authenticator app set up, and the backup codes that came with it.
pub(crate) async fn with_app(app: &TestApp, identifier: &str) -> (Browser, Authenticator, Vec<String>) {
    let (browser, _) = signed_in(app, identifier).await;
    let made = browser.post("/me/totp", &[]).await.ok();
    let authenticator = Authenticator::typed(&made["response"]["secret"]);
    let code = authenticator.next(app);
    let verified = browser.post("/me/totp/attempt_verification", &[("code", &code)]).await.ok();
    let codes = verified["response"]["backup_codes"].as_array().unwrap().iter().map(text).collect();
    (browser, authenticator, codes)
}

/// Signs in by password; returns the attempt that waits for the second factor.
pub(crate) async fn first_factor(browser: &Browser, identifier: &str) -> String {
    let begun = sign_in(browser, identifier, PASSWORD).await.ok();
    assert_eq!(begun["response"]["status"], "needs_second_factor", "{begun}");
    assert_eq!(begun["client"]["sessions"], json!([]));
    text(&begun["response"]["id"])
}

/// Tries the second factor of a sign-in.
pub(crate) async fn second_factor(browser: &Browser, id: &str, strategy: &str, code: &str) -> TestResponse {
    let form = [("strategy", strategy), ("code", code)];
    browser.post(&format!("/client/sign_ins/{id}/attempt_second_factor"), &form).await
}
