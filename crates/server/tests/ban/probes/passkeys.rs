//! Passkeys, in the session of the scene. Signing in with them: `frontend/passkeys.rs`, and below.

use beadle_testkit::{Authenticator, Browser, TestResponse, Value};
use http::Method;

use crate::{
    answers::{self, refused, session_refused},
    scene::{CODE, ORIGIN, Phase, Scene, text},
};

/// Posts from the page.
async fn post(browser: &Browser, path: &str, form: &[(&str, &str)]) -> TestResponse {
    browser.send(browser.call(Method::POST, path).header("origin", ORIGIN).form(form)).await
}

fn path(scene: &Scene<'_>, rest: &str) -> String {
    format!("/me/passkeys{rest}?_clerk_session_id={}", scene.session)
}

/// Begins to make a passkey; its id and the options.
async fn begin(scene: &Scene<'_>) -> (String, Value) {
    let made = post(&scene.holder, &path(scene, ""), &[]).await.ok();
    (text(&made["response"]["id"]), made["response"]["verification"]["nonce"].clone())
}

const NO_PASSKEY: &str = "/idn_38HzI1ntXxeWeS4fFGnCCbxKfaZ";

/// One that the scene's session has, or none where the session is dead.
async fn some(scene: &Scene<'_>, phase: Phase) -> String {
    if phase.is_live() { format!("/{}", begin(scene).await.0) } else { NO_PASSKEY.to_owned() }
}

#[track_caller]
fn checked(answer: &TestResponse, phase: Phase) {
    if phase.is_live() {
        answer.ok();
    } else {
        session_refused(answer, phase);
    }
}

pub(crate) async fn passkey_made(scene: &Scene<'_>, phase: Phase) {
    let answer = post(&scene.holder, &path(scene, ""), &[]).await;
    checked(&answer, phase);
    assert_eq!(answer.text().contains("nonce"), phase.is_live(), "{}", answer.shown());
}

pub(crate) async fn passkey_read(scene: &Scene<'_>, phase: Phase) {
    let passkey = some(scene, phase).await;
    checked(&scene.holder.get(&path(scene, &passkey)).await, phase);
}

pub(crate) async fn passkey_renamed(scene: &Scene<'_>, phase: Phase) {
    let passkey = path(scene, &some(scene, phase).await);
    let call =
        scene.holder.call(Method::POST, &passkey).query(&[("_method", "PATCH")]).form(&[("name", "Key")]);
    checked(&scene.holder.send(call).await, phase);
}

pub(crate) async fn passkey_deleted(scene: &Scene<'_>, phase: Phase) {
    let passkey = some(scene, phase).await;
    checked(&scene.holder.delete(&path(scene, &passkey)).await, phase);
}

pub(crate) async fn passkey_verified(scene: &Scene<'_>, phase: Phase) {
    let mut device = Authenticator::new(ORIGIN);
    let (passkey, credential) = match phase {
        Phase::Live => {
            let (id, nonce) = begin(scene).await;
            (format!("/{id}"), device.create(&nonce))
        }
        _ => (NO_PASSKEY.to_owned(), "{}".to_owned()),
    };
    let verify = path(scene, &format!("{passkey}/attempt_verification"));
    checked(&post(&scene.holder, &verify, &[("public_key_credential", &credential)]).await, phase);
}

/// What the passkeys of another user do, to whom the same happens: signing in names them before or not at all.
pub(crate) async fn passkey_sign_in(scene: &Scene<'_>, phase: Phase) {
    let app = scene.app;
    let email = scene.email.replace("user", "holder");
    let user = app.create_user(&beadle_testkit::json!({"email_address": [email]})).await;
    let holder = app.browser();
    let begun =
        post(&holder, "/client/sign_ins", &[("identifier", &email), ("strategy", "email_code")]).await.ok();
    let attempt = format!("/client/sign_ins/{}/attempt_first_factor", text(&begun["response"]["id"]));
    post(&holder, &attempt, &[("strategy", "email_code"), ("code", CODE)]).await.ok();
    let made = post(&holder, "/me/passkeys", &[]).await.ok();
    let mut device = Authenticator::new(ORIGIN);
    let credential = device.create(&made["response"]["verification"]["nonce"]);
    let verify = format!("/me/passkeys/{}/attempt_verification", text(&made["response"]["id"]));
    post(&holder, &verify, &[("public_key_credential", &credential)]).await.ok();
    let named = Waiting::new(app.browser(), &[("identifier", &email), ("strategy", "passkey")]).await;
    let unnamed = Waiting::new(app.browser(), &[("strategy", "passkey")]).await;
    phase.apply(app, &user).await;
    for (waiting, named) in [(named, true), (unnamed, false)] {
        let answer = waiting.answer(&device).await;
        match phase {
            Phase::Live => signed_in(&answer, &user, 1),
            Phase::Banned | Phase::BannedInBulk => {
                refused(&answer, 403, "user_banned");
            }
            Phase::Deleted => {
                refused(&answer, 404, "passkey_not_registered");
            }
            Phase::Unbanned | Phase::PasswordChanged if named => {
                refused(&answer, 401, "authentication_invalid");
            }
            // Who it is shows with the proof, which is given now.
            Phase::Unbanned | Phase::PasswordChanged => signed_in(&answer, &user, 2),
        }
    }
}

#[track_caller]
fn signed_in(answer: &TestResponse, user: &str, generation: i64) {
    let body = answer.ok();
    assert_eq!(body["response"]["status"], "complete");
    answers::token(&body["client"]["sessions"][0]["last_active_token"]["jwt"], user, generation);
}

/// A sign-in that waits for a passkey.
struct Waiting {
    browser: Browser,
    id: String,
    options: Value,
}

impl Waiting {
    async fn new(browser: Browser, form: &[(&str, &str)]) -> Self {
        let begun = post(&browser, "/client/sign_ins", form).await.ok();
        let shown = &begun["response"];
        let options = shown["first_factor_verification"]["nonce"].clone();
        Self { id: text(&shown["id"]), options, browser }
    }

    async fn answer(&self, device: &Authenticator) -> TestResponse {
        let credential = device.get(&self.options);
        let form = [("strategy", "passkey"), ("public_key_credential", &*credential)];
        post(&self.browser, &format!("/client/sign_ins/{}/attempt_first_factor", self.id), &form).await
    }
}
