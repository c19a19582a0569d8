//! The operations that are always refused: with their own code while the session lives, else with why it does not.

use http::Method;

use crate::{
    answers,
    scene::{Phase, Scene},
};

pub(crate) async fn refused(scene: &Scene<'_>, phase: Phase) {
    for refused in beadle_server::refused().into_iter().filter(|one| one.api == "frontend") {
        let method = Method::from_bytes(refused.method.as_bytes()).expect("a method");
        let Some(path) = refused.path.strip_prefix("/v1") else { continue };
        let path = format!("{path}?_clerk_session_id={}", scene.session);
        let answer = scene.holder.send(scene.holder.call(method, &path)).await;
        if phase.is_live() || !refused.needs_session {
            answers::refused(&answer, refused.status, &refused.code);
        } else {
            answers::session_refused(&answer, phase);
        }
    }
}
