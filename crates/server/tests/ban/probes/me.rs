//! What users ask about themselves.

use beadle_testkit::json;

use crate::{
    answers::session_refused,
    scene::{Phase, Scene},
};

async fn organizations(scene: &Scene<'_>, phase: Phase, what: &str) {
    let path = format!("/me/organization_{what}?_clerk_session_id={}", scene.session);
    let answer = scene.holder.get(&path).await;
    if phase.is_live() {
        assert_eq!(answer.ok()["response"], json!({"data": [], "total_count": 0}));
    } else {
        session_refused(&answer, phase);
    }
}

pub(crate) async fn organization_memberships(scene: &Scene<'_>, phase: Phase) {
    organizations(scene, phase, "memberships").await;
}

pub(crate) async fn organization_invitations(scene: &Scene<'_>, phase: Phase) {
    organizations(scene, phase, "invitations").await;
}

pub(crate) async fn organization_suggestions(scene: &Scene<'_>, phase: Phase) {
    organizations(scene, phase, "suggestions").await;
}
