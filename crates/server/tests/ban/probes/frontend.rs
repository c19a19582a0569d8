//! Clients and their sessions.

use beadle_testkit::{Browser, TestResponse, Value, json};
use http::Method;

use crate::{
    answers::{self, hands_out_nothing, session_refused, signed_out},
    scene::{ORIGIN, Phase, Scene},
};

/// Asks for the scene's session, as a page would.
async fn ask(scene: &Scene<'_>, what: &str) -> TestResponse {
    let path = format!("/client/sessions/{}/{what}", scene.session);
    post_as_page(&scene.holder, &path).await
}

async fn post_as_page(browser: &Browser, path: &str) -> TestResponse {
    browser.send(browser.call(Method::POST, path).header("origin", ORIGIN)).await
}

pub(crate) async fn client(scene: &Scene<'_>, phase: Phase) {
    let answer = scene.holder.get("/client").await;
    let client = &answer.ok()["response"];
    if phase.is_live() {
        assert_eq!(client["sessions"][0]["id"], *scene.session);
        assert_eq!(client["last_active_session_id"], *scene.session);
    } else {
        signed_out(client);
        hands_out_nothing(&answer);
    }
}

pub(crate) async fn sign_out(scene: &Scene<'_>, phase: Phase) {
    let answer = scene.holder.delete("/client/sessions").await;
    signed_out(&answer.ok()["response"]);
    hands_out_nothing(&answer);
    let status = if phase.is_live() { "removed" } else { "revoked" };
    assert_eq!(scene.shown(&scene.session).await["status"], status);
}

pub(crate) async fn tokens(scene: &Scene<'_>, phase: Phase) {
    let answer = ask(scene, "tokens").await;
    if phase.is_live() {
        let token = answer.ok();
        assert_eq!(token["object"], "token");
        answers::token(&token["jwt"], &scene.user, 1);
        assert_eq!(answers::claims(&token["jwt"])["azp"], ORIGIN);
    } else {
        session_refused(&answer, phase);
    }
}

pub(crate) async fn template_tokens(scene: &Scene<'_>, phase: Phase) {
    let answer = ask(scene, "tokens/long").await;
    if phase.is_live() {
        answers::token(&answer.ok()["jwt"], &scene.user, 1);
    } else {
        session_refused(&answer, phase);
    }
}

pub(crate) async fn touch(scene: &Scene<'_>, phase: Phase) {
    let before = scene.shown(&scene.session).await;
    let answer = ask(scene, "touch").await;
    if phase.is_live() {
        let touched = answer.ok();
        assert_eq!(touched["response"]["id"], *scene.session);
        answers::token(&touched["client"]["sessions"][0]["last_active_token"]["jwt"], &scene.user, 1);
    } else {
        session_refused(&answer, phase);
        assert_eq!(scene.shown(&scene.session).await, before, "a dead session is not touched");
    }
}

async fn finish(scene: &Scene<'_>, phase: Phase, what: &str, status: &str) {
    let answer = ask(scene, what).await;
    if phase.is_live() {
        let ended = answer.ok();
        assert_eq!(ended["response"]["status"], status);
        assert_eq!(ended["client"]["sessions"], json!([]));
        assert_eq!(ended["response"]["user"], Value::Null);
    } else {
        session_refused(&answer, phase);
    }
}

pub(crate) async fn end(scene: &Scene<'_>, phase: Phase) {
    finish(scene, phase, "end", "ended").await;
}

pub(crate) async fn remove(scene: &Scene<'_>, phase: Phase) {
    finish(scene, phase, "remove", "removed").await;
}
