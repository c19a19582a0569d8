//! Users about their own account: profile, password, sessions.

use beadle_testkit::{TestResponse, Value, json};
use http::Method;

use crate::{
    answers::{self, session_refused},
    scene::{NEW_PASSWORD, PASSWORD, Phase, Scene},
};

/// Asks in the name of the scene's session, as a page would.
async fn ask(scene: &Scene<'_>, method: Method, path: &str, form: &[(&str, &str)]) -> TestResponse {
    let path = format!("{path}?_clerk_session_id={}", scene.session);
    scene.holder.send(scene.holder.call(method, &path).form(form)).await
}

/// The answer of a live session, else nothing: then the refusal was checked, and that the user is as before.
async fn served(
    scene: &Scene<'_>,
    phase: Phase,
    method: Method,
    path: &str,
    form: &[(&str, &str)],
) -> Option<Value> {
    let before = user(scene).await;
    let answer = ask(scene, method, path, form).await;
    if phase.is_live() {
        return Some(answer.ok());
    }
    session_refused(&answer, phase);
    assert_eq!(user(scene).await, before, "{path} changed something");
    None
}

/// The user as the Backend API shows them; its refusal once they are deleted.
async fn user(scene: &Scene<'_>) -> Value {
    let mut shown = scene.app.backend().get(&format!("/v1/users/{}", scene.user)).send().await.json();
    shown["clerk_trace_id"] = Value::Null;
    shown
}

pub(crate) async fn me(scene: &Scene<'_>, phase: Phase) {
    if let Some(shown) = served(scene, phase, Method::GET, "/me", &[]).await {
        assert_eq!(shown["response"]["id"], *scene.user);
    }
}

pub(crate) async fn me_updated(scene: &Scene<'_>, phase: Phase) {
    let form = [("first_name", "Ada")];
    if let Some(shown) = served(scene, phase, Method::PATCH, "/me", &form).await {
        assert_eq!(shown["response"]["first_name"], "Ada");
    }
}

pub(crate) async fn me_metadata(scene: &Scene<'_>, phase: Phase) {
    let form = [("unsafe_metadata", r#"{"a":1}"#)];
    if let Some(shown) = served(scene, phase, Method::PATCH, "/me/metadata", &form).await {
        assert_eq!(shown["response"]["unsafe_metadata"], json!({"a": 1}));
    }
}

pub(crate) async fn me_deleted(scene: &Scene<'_>, phase: Phase) {
    if let Some(shown) = served(scene, phase, Method::DELETE, "/me", &[]).await {
        assert_eq!(shown["response"]["deleted"], true);
        answers::signed_out(&shown["client"]);
        super::old_sessions_are_revoked(scene).await;
    }
}

/// The one that makes a credential: the session that acts goes on in the user's next generation, alone.
pub(crate) async fn me_password_changed(scene: &Scene<'_>, phase: Phase) {
    let form = [
        ("current_password", PASSWORD),
        ("new_password", NEW_PASSWORD),
        ("sign_out_of_other_sessions", "true"),
    ];
    let Some(shown) = served(scene, phase, Method::POST, "/me/change_password", &form).await else { return };
    let session = &shown["client"]["sessions"][0];
    assert_eq!(session["id"], *scene.session);
    answers::token(&session["last_active_token"]["jwt"], &scene.user, 2);
    assert_eq!(scene.shown(&scene.session).await["status"], "active");
    assert_eq!(scene.shown(&scene.backend_session).await["status"], "revoked");
    // And is as mortal as any other.
    crate::scene::ban(scene.app, &scene.user).await;
    super::old_sessions_are_revoked(scene).await;
    super::nothing_lives(scene).await;
}

pub(crate) async fn me_password_removed(scene: &Scene<'_>, phase: Phase) {
    let form = [("current_password", PASSWORD)];
    if let Some(shown) = served(scene, phase, Method::POST, "/me/remove_password", &form).await {
        assert_eq!(shown["response"]["password_enabled"], false);
    }
}

pub(crate) async fn me_sessions(scene: &Scene<'_>, phase: Phase) {
    if let Some(shown) = served(scene, phase, Method::GET, "/me/sessions", &[]).await {
        assert_eq!(shown.as_array().expect("a bare array").len(), 2);
    }
}

pub(crate) async fn me_sessions_active(scene: &Scene<'_>, phase: Phase) {
    if let Some(shown) = served(scene, phase, Method::GET, "/me/sessions/active", &[]).await {
        assert_eq!(shown.as_array().expect("a bare array").len(), 2);
    }
}

pub(crate) async fn me_session_revoked(scene: &Scene<'_>, phase: Phase) {
    let path = format!("/me/sessions/{}/revoke", scene.backend_session);
    if let Some(shown) = served(scene, phase, Method::POST, &path, &[]).await {
        assert_eq!(shown["response"]["status"], "revoked");
        assert_eq!(scene.shown(&scene.backend_session).await["status"], "revoked");
        assert_eq!(scene.shown(&scene.session).await["status"], "active");
    }
}
