//! Clients as the application's server sees them: what a dead session was on holds nothing.

use beadle_testkit::{Value, json};

use crate::{
    answers::hands_out_nothing,
    scene::{Phase, Scene, text},
};

#[track_caller]
fn holds(client: &Value, scene: &Scene<'_>, phase: Phase) {
    let expected = if phase.is_live() { json!([scene.session]) } else { json!([]) };
    assert_eq!(client["session_ids"], expected, "{client}");
    let sessions = client["sessions"].as_array().expect("an array");
    assert_eq!(sessions.len(), usize::from(phase.is_live()));
    assert!(sessions.iter().all(|session| session["status"] == "active"));
    let last = if phase.is_live() { json!(scene.session) } else { Value::Null };
    assert_eq!(client["last_active_session_id"], last);
}

/// The client of the holder.
async fn id(scene: &Scene<'_>) -> String {
    text(&scene.shown(&scene.session).await["client_id"])
}

pub(crate) async fn backend_client(scene: &Scene<'_>, phase: Phase) {
    let answer = scene.app.backend().get(&format!("/v1/clients/{}", id(scene).await)).send().await;
    holds(&answer.ok(), scene, phase);
    hands_out_nothing(&answer);
}

pub(crate) async fn backend_clients(scene: &Scene<'_>, phase: Phase) {
    let id = id(scene).await;
    let mut offset = 0;
    // Newest first, so it is among the first.
    let found = loop {
        let query = [("limit", "50".to_owned()), ("offset", offset.to_string())];
        let answer = scene.app.backend().get("/v1/clients").query(&query).send().await;
        hands_out_nothing(&answer);
        let page = answer.ok();
        let page = page.as_array().expect("a bare array");
        assert!(!page.is_empty(), "it is on no page");
        if let Some(found) = page.iter().find(|client| client["id"] == id.as_str()) {
            break found.clone();
        }
        offset += 50;
    };
    holds(&found, scene, phase);
}

/// The cookie itself is no user's; what hangs on it is.
pub(crate) async fn client_verified(scene: &Scene<'_>, phase: Phase) {
    let token = scene.holder.cookie("__client").expect("the holder has a client");
    let answer = scene.app.backend().post("/v1/clients/verify").json(&json!({"token": token})).send().await;
    holds(&answer.ok(), scene, phase);
    hands_out_nothing(&answer);
}
