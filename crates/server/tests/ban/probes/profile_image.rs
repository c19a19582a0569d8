//! The pictures of users.

use http::Method;

use crate::{
    answers::session_refused,
    scene::{Phase, Scene},
};

/// The smallest GIF there is.
const PIXEL: &str = "R0lGODlhAQABAIAAAP///wAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==";

pub(crate) async fn profile_image_set(scene: &Scene<'_>, phase: Phase) {
    let path = format!("/me/profile_image?_clerk_session_id={}", scene.session);
    let call = scene.holder.call(Method::POST, &path).header("content-type", "application/octet-stream");
    let answer = scene.holder.send(call.body(PIXEL)).await;
    if phase.is_live() {
        assert_eq!(answer.ok()["response"]["object"], "image");
    } else {
        session_refused(&answer, phase);
    }
}

pub(crate) async fn profile_image_deleted(scene: &Scene<'_>, phase: Phase) {
    let path = format!("/me/profile_image?_clerk_session_id={}", scene.session);
    let answer = scene.holder.send(scene.holder.call(Method::DELETE, &path)).await;
    if phase.is_live() {
        answer.refused(404, "image_not_found");
    } else {
        session_refused(&answer, phase);
    }
}
