//! Signing up: a way into an existing account it must never be. The controls are the free identifiers, and the
//! phase in which the user is gone.

use beadle_testkit::{Browser, TestResponse, Value};
use http::Method;

use crate::{
    answers::{hands_out_nothing, refused},
    scene::{CODE, Phase, Scene},
};

#[track_caller]
fn signed_up(answer: &TestResponse, scene: &Scene<'_>) {
    let body = answer.ok();
    assert_eq!(body["response"]["status"], "complete");
    assert_ne!(body["response"]["created_user_id"], *scene.user);
    let session = &body["client"]["sessions"][0];
    assert_eq!(session["id"], body["response"]["created_session_id"]);
    assert!(session["last_active_token"]["jwt"].is_string());
}

/// The user's identifiers stay theirs through a ban, and are free once the user is gone.
pub(crate) async fn sign_up(scene: &Scene<'_>, phase: Phase) {
    let with = async |username: &str| {
        let form = [("username", username)];
        scene.app.browser().post("/client/sign_ups", &form).await
    };
    signed_up(&with(&format!("{}_free", scene.username)).await, scene);
    let taken = with(&scene.username).await;
    if phase == Phase::Deleted {
        signed_up(&taken, scene);
    } else {
        refused(&taken, 422, "form_identifier_exists");
    }
}

pub(crate) async fn sign_up_shown(scene: &Scene<'_>, _: Phase) {
    let (browser, id) = &scene.sign_up;
    let answer = browser.get(&format!("/client/sign_ups/{id}")).await;
    let shown = &answer.ok()["response"];
    assert_eq!(shown["status"], "missing_requirements");
    assert_eq!(shown["created_session_id"], Value::Null);
    hands_out_nothing(&answer);
}

async fn update(browser: &Browser, id: &str, form: &[(&str, &str)]) -> TestResponse {
    browser.send(browser.call(Method::PATCH, &format!("/client/sign_ups/{id}")).form(form)).await
}

/// An update can complete a sign-up: here by putting a username in the place of the address.
pub(crate) async fn sign_up_updated(scene: &Scene<'_>, phase: Phase) {
    let browser = scene.app.browser();
    let begun = browser.post("/client/sign_ups", &[("first_name", "Ada")]).await.ok();
    assert_eq!(begun["response"]["status"], "missing_requirements");
    let id = begun["response"]["id"].as_str().expect("sign-ups have ids");
    let taken = update(&browser, id, &[("username", &scene.username)]).await;
    if phase == Phase::Deleted {
        signed_up(&taken, scene);
    } else {
        refused(&taken, 422, "form_identifier_exists");
        let free = update(&browser, id, &[("username", &format!("{}_free", scene.username))]).await;
        signed_up(&free, scene);
    }
}

/// A code for an address that belongs to somebody else by now is of no use; see the next probe.
pub(crate) async fn sign_up_prepared(scene: &Scene<'_>, _: Phase) {
    let (browser, id) = &scene.sign_up;
    let path = format!("/client/sign_ups/{id}/prepare_verification");
    let answer = browser.post(&path, &[("strategy", "email_code")]).await;
    assert_eq!(answer.ok()["response"]["status"], "missing_requirements");
    hands_out_nothing(&answer);
}

pub(crate) async fn sign_up_attempted(scene: &Scene<'_>, phase: Phase) {
    let (browser, id) = &scene.sign_up;
    let path = format!("/client/sign_ups/{id}/attempt_verification");
    let answer = browser.post(&path, &[("strategy", "email_code"), ("code", CODE)]).await;
    if phase == Phase::Deleted {
        signed_up(&answer, scene);
    } else {
        refused(&answer, 422, "form_identifier_exists");
    }
}
