//! The gate: a token that is still good by itself, held against what has happened since.

use beadle_testkit::TestResponse;

use crate::{
    answers::refused,
    scene::{Phase, Scene, text},
};

pub(crate) async fn gate(scene: &Scene<'_>, phase: Phase) {
    for token in &scene.fresh_tokens {
        let by_bearer = ask(scene, "authorization", &format!("Bearer {token}")).await;
        let by_cookie = ask(scene, "cookie", &format!("__session={token}")).await;
        for answer in [by_bearer, by_cookie] {
            if phase.is_live() {
                assert_eq!((answer.status.as_u16(), answer.body.len()), (200, 0));
                assert_eq!(answer.header("x-beadle-user-id"), Some(&*scene.user));
            } else {
                refused(&answer, 401, "authentication_invalid");
                assert_eq!(answer.header("x-beadle-auth-reason"), Some("revoked"));
                assert_eq!(answer.header("x-beadle-user-id"), None);
            }
        }
    }
}

async fn ask(scene: &Scene<'_>, header: &str, value: &str) -> TestResponse {
    let gate = scene.app.backend().get("/v1/gate").without_header("authorization");
    gate.header(header, value).send().await
}

/// A session token as the Backend API makes it.
pub(crate) async fn fresh_token(app: &beadle_testkit::TestApp, session: &str) -> String {
    text(&app.backend().post(&format!("/v1/sessions/{session}/tokens")).send().await.ok()["jwt"])
}
