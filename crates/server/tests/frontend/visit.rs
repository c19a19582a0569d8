//! What visitors do again and again.

use beadle_testkit::{Browser, TestApp, TestResponse, Value, json};
use http::Method;

/// The password of every user here.
pub(crate) const PASSWORD: &str = "correct horse battery";
/// Its bcrypt digest of the lowest cost.
const DIGEST: &str = "$2b$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS";
/// What test addresses are verified with.
pub(crate) const CODE: &str = "424242";
/// An address that takes [`CODE`] and gets no mail.
pub(crate) const ADA: &str = "ada+clerk_test@example.com";

/// A string inside an answer.
#[track_caller]
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// A user with this address and the password.
pub(crate) async fn user(app: &TestApp, email_address: &str) -> String {
    let body = json!({
        "email_address": [email_address], "password_digest": DIGEST, "password_hasher": "bcrypt",
    });
    app.create_user(&body).await
}

/// Begins a sign-in; returns its id.
pub(crate) async fn begin(browser: &Browser, identifier: &str) -> String {
    let begun = browser.post("/client/sign_ins", &[("identifier", identifier)]).await.ok();
    text(&begun["response"]["id"])
}

/// Tries the first factor of a sign-in.
pub(crate) async fn attempt(browser: &Browser, id: &str, form: &[(&str, &str)]) -> TestResponse {
    browser.post(&format!("/client/sign_ins/{id}/attempt_first_factor"), form).await
}

/// Signs in by password in one step.
pub(crate) async fn sign_in(browser: &Browser, identifier: &str, password: &str) -> TestResponse {
    let form = [("identifier", identifier), ("strategy", "password"), ("password", password)];
    browser.post("/client/sign_ins", &form).await
}

/// A browser that is signed in as this user, and its session.
pub(crate) async fn signed_in(app: &TestApp, identifier: &str) -> (Browser, String) {
    let browser = app.browser();
    let id = begin(&browser, identifier).await;
    let prepare = format!("/client/sign_ins/{id}/prepare_first_factor");
    browser.post(&prepare, &[("strategy", "email_code")]).await.ok();
    let done = attempt(&browser, &id, &[("strategy", "email_code"), ("code", CODE)]).await.ok();
    (browser, text(&done["response"]["created_session_id"]))
}

/// Begins a sign-up with an address and the password; returns its path.
pub(crate) async fn begin_sign_up(browser: &Browser, email_address: &str) -> String {
    let form = [("email_address", email_address), ("password", PASSWORD)];
    let begun = browser.post("/client/sign_ups", &form).await.ok();
    format!("/client/sign_ups/{}", text(&begun["response"]["id"]))
}

/// Asks for a code.
pub(crate) async fn prepare_sign_up(browser: &Browser, path: &str) -> TestResponse {
    browser.post(&format!("{path}/prepare_verification"), &[("strategy", "email_code")]).await
}

/// Tries a code.
pub(crate) async fn attempt_sign_up(browser: &Browser, path: &str, code: &str) -> TestResponse {
    let form = [("strategy", "email_code"), ("code", code)];
    browser.post(&format!("{path}/attempt_verification"), &form).await
}

/// Adds to a sign-up the way browsers do.
pub(crate) async fn update_sign_up(browser: &Browser, path: &str, form: &[(&str, &str)]) -> TestResponse {
    browser.send(browser.call(Method::POST, path).query(&[("_method", "PATCH")]).form(form)).await
}

/// Six digits that are not these.
pub(crate) fn other_than(code: &str) -> &'static str {
    if code == "135790" { "246801" } else { "135790" }
}

/// The session as the Backend API shows it.
pub(crate) async fn session(app: &TestApp, id: &str) -> Value {
    app.backend().get(&format!("/v1/sessions/{id}")).send().await.ok()
}

/// The user as the Backend API shows them.
pub(crate) async fn shown(app: &TestApp, user: &str) -> Value {
    app.backend().get(&format!("/v1/users/{user}")).send().await.ok()
}
