//! Making, reading and leaving a client.

use beadle_testkit::Value;
use http::Method;

use crate::{
    answers::{hands_out_nothing, session_refused, signed_out},
    scene::{Phase, Scene},
};

async fn found(scene: &Scene<'_>, phase: Phase, method: Method) {
    let answer = scene.holder.send(scene.holder.call(method, "/client")).await;
    let client = &answer.ok()["response"];
    if phase.is_live() {
        assert_eq!(client["sessions"][0]["id"], *scene.session);
    } else {
        signed_out(client);
        hands_out_nothing(&answer);
    }
}

pub(crate) async fn client_put(scene: &Scene<'_>, phase: Phase) {
    found(scene, phase, Method::PUT).await;
}

pub(crate) async fn client_posted(scene: &Scene<'_>, phase: Phase) {
    found(scene, phase, Method::POST).await;
}

pub(crate) async fn client_left(scene: &Scene<'_>, phase: Phase) {
    let answer = scene.holder.delete("/client").await;
    assert_eq!(answer.ok()["response"], Value::Null);
    hands_out_nothing(&answer);
    let status = if phase.is_live() { "removed" } else { "revoked" };
    assert_eq!(scene.shown(&scene.session).await["status"], status);
}

pub(crate) async fn session_shown(scene: &Scene<'_>, phase: Phase) {
    let answer = scene.holder.get(&format!("/client/sessions/{}", scene.session)).await;
    if phase.is_live() {
        assert_eq!(answer.ok()["response"]["id"], *scene.session);
    } else {
        session_refused(&answer, phase);
    }
}
