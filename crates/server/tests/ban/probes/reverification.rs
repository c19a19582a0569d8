//! Proving again inside a session: a dead one proves nothing.

use beadle_testkit::TestResponse;

use crate::{
    answers::{refused, session_refused},
    scene::{CODE, PASSWORD, Phase, Scene},
};

async fn ask(scene: &Scene<'_>, step: &str, form: &[(&str, &str)]) -> TestResponse {
    scene.holder.post(&format!("/client/sessions/{}/verify{step}", scene.session), form).await
}

async fn begin(scene: &Scene<'_>, phase: Phase) {
    let answer = ask(scene, "", &[("level", "first_factor")]).await;
    if phase.is_live() {
        assert_eq!(answer.ok()["response"]["status"], "needs_first_factor");
    } else {
        session_refused(&answer, phase);
    }
}

pub(crate) async fn reverification(scene: &Scene<'_>, phase: Phase) {
    begin(scene, phase).await;
}

pub(crate) async fn reverification_prepared(scene: &Scene<'_>, phase: Phase) {
    begin(scene, phase).await;
    let answer = ask(scene, "/prepare_first_factor", &[("strategy", "email_code")]).await;
    if phase.is_live() {
        assert_eq!(answer.ok()["response"]["first_factor_verification"]["status"], "unverified");
    } else {
        session_refused(&answer, phase);
    }
}

pub(crate) async fn reverification_attempted(scene: &Scene<'_>, phase: Phase) {
    begin(scene, phase).await;
    let answer =
        ask(scene, "/attempt_first_factor", &[("strategy", "password"), ("password", PASSWORD)]).await;
    if phase.is_live() {
        assert_eq!(answer.ok()["response"]["status"], "complete");
    } else {
        session_refused(&answer, phase);
    }
    let answer = ask(scene, "/attempt_first_factor", &[("strategy", "email_code"), ("code", CODE)]).await;
    if phase.is_live() {
        refused(&answer, 400, "verification_missing");
    } else {
        session_refused(&answer, phase);
    }
}

/// The user has no second factor, which only the holder of a live session is told.
pub(crate) async fn reverification_second_prepared(scene: &Scene<'_>, phase: Phase) {
    let answer = ask(scene, "/prepare_second_factor", &[("strategy", "phone_code")]).await;
    if phase.is_live() {
        refused(&answer, 400, "strategy_for_user_invalid");
    } else {
        session_refused(&answer, phase);
    }
}

pub(crate) async fn reverification_second_attempted(scene: &Scene<'_>, phase: Phase) {
    begin(scene, phase).await;
    let answer = ask(scene, "/attempt_second_factor", &[("strategy", "totp"), ("code", CODE)]).await;
    if phase.is_live() {
        refused(&answer, 400, "verification_missing");
    } else {
        session_refused(&answer, phase);
    }
}
