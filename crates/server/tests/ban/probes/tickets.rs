//! Tickets.

use beadle_testkit::{TestResponse, json};
use http::{Method, header};

use super::sign_ins::signed_in;
use crate::{
    answers::refused,
    scene::{Phase, Scene, invite, text},
};

async fn with_ticket(scene: &Scene<'_>, ticket: &str) -> TestResponse {
    scene.app.browser().post("/client/sign_ins", &[("strategy", "ticket"), ("ticket", ticket)]).await
}

/// A ticket from before is the proof: its holder is told of the ban, and nothing revives it.
async fn the_old_ticket_is_dead(scene: &Scene<'_>, phase: Phase) {
    let answer = with_ticket(scene, &scene.ticket.1).await;
    match phase {
        Phase::Live => signed_in(&answer, scene, 1),
        Phase::Banned | Phase::BannedInBulk => drop(refused(&answer, 403, "user_banned")),
        Phase::Unbanned | Phase::PasswordChanged => drop(refused(&answer, 401, "authentication_invalid")),
        Phase::Deleted => drop(refused(&answer, 400, "ticket_invalid_code")),
    }
}

/// No ticket is made for a banned user; one made after the ban was lifted works.
pub(crate) async fn sign_in_token_made(scene: &Scene<'_>, phase: Phase) {
    let body = json!({"user_id": scene.user});
    let made = scene.app.backend().post("/v1/sign_in_tokens").json(&body).send().await;
    match phase {
        Phase::Banned | Phase::BannedInBulk => drop(refused(&made, 403, "user_banned")),
        Phase::Deleted => drop(refused(&made, 404, "resource_not_found")),
        Phase::Live | Phase::Unbanned | Phase::PasswordChanged => {
            let ticket = text(&made.ok()["token"]);
            let generation = if phase.is_live() { 1 } else { 2 };
            signed_in(&with_ticket(scene, &ticket).await, scene, generation);
        }
    }
    the_old_ticket_is_dead(scene, phase).await;
}

/// Taken back, a ticket lets nobody in, whatever becomes of the user.
pub(crate) async fn sign_in_token_revoked(scene: &Scene<'_>, _: Phase) {
    let path = format!("/v1/sign_in_tokens/{}/revoke", scene.ticket.0);
    assert_eq!(scene.app.backend().post(&path).send().await.ok()["status"], "revoked");
    refused(&with_ticket(scene, &scene.ticket.1).await, 400, "sign_in_token_revoked_code");
}

async fn the_old_actor_ticket_is_dead(scene: &Scene<'_>, phase: Phase) {
    let answer = with_ticket(scene, &scene.actor_ticket.1).await;
    match phase {
        Phase::Live => signed_in(&answer, scene, 1),
        Phase::Banned | Phase::BannedInBulk => drop(refused(&answer, 403, "user_banned")),
        Phase::Unbanned | Phase::PasswordChanged => drop(refused(&answer, 401, "authentication_invalid")),
        Phase::Deleted => drop(refused(&answer, 404, "actor_token_subject_not_found")),
    }
}

/// Nobody acts as a banned user, not with a token from before either.
pub(crate) async fn actor_token_made(scene: &Scene<'_>, phase: Phase) {
    let body = json!({"user_id": scene.user, "actor": {"sub": "somebody"}});
    let made = scene.app.backend().post("/v1/actor_tokens").json(&body).send().await;
    match phase {
        Phase::Banned | Phase::BannedInBulk => drop(refused(&made, 403, "user_banned")),
        Phase::Deleted => drop(refused(&made, 422, "form_resource_not_found")),
        Phase::Live | Phase::Unbanned | Phase::PasswordChanged => {
            let ticket = text(&made.ok()["token"]);
            let generation = if phase.is_live() { 1 } else { 2 };
            signed_in(&with_ticket(scene, &ticket).await, scene, generation);
        }
    }
    the_old_actor_ticket_is_dead(scene, phase).await;
}

/// Taken back, it opens nothing, whatever becomes of the user.
pub(crate) async fn actor_token_revoked(scene: &Scene<'_>, _: Phase) {
    let path = format!("/v1/actor_tokens/{}/revoke", scene.actor_ticket.0);
    assert_eq!(scene.app.backend().post(&path).send().await.ok()["status"], "revoked");
    refused(&with_ticket(scene, &scene.actor_ticket.1).await, 400, "actor_token_revoked_code");
}

/// An invitation is its address's, not the user's: it outlives a ban, and lets nobody in who is banned.
pub(crate) async fn invitation_made(scene: &Scene<'_>, phase: Phase) {
    for ticket in [scene.invitation.clone(), invite(scene.app, &scene.email).await] {
        let answer = with_ticket(scene, &ticket).await;
        match phase {
            Phase::Live => signed_in(&answer, scene, 1),
            Phase::Banned | Phase::BannedInBulk => drop(refused(&answer, 403, "user_banned")),
            Phase::Unbanned | Phase::PasswordChanged => signed_in(&answer, scene, 2),
            Phase::Deleted => drop(refused(&answer, 400, "invitation_account_not_exists")),
        }
    }
}

/// A link signs in the browser that asked for it, whichever follows it. Both learn of a ban: the one from the page's
/// address, the other from the attempt.
pub(crate) async fn link_followed(scene: &Scene<'_>, phase: Phase) {
    let (browser, id, token) = scene.link_out.as_ref().expect("the matrix has links");
    let stranger = scene.app.browser();
    let followed = stranger.send(stranger.call(Method::GET, "/verify").query(&[("token", token)])).await;
    assert_eq!(followed.status, 303, "{}", followed.shown());
    let location = followed.headers[header::LOCATION].to_str().expect("URLs are ASCII");
    let attempt = browser.get(&format!("/client/sign_ins/{id}")).await;
    let sessions = &browser.get("/client").await.ok()["response"]["sessions"];
    if phase.is_live() {
        assert!(location.contains("__clerk_status=verified&__clerk_created_session=sess_"), "{location}");
        assert_eq!(attempt.ok()["response"]["status"], "complete");
        assert_eq!(sessions[0]["user"]["id"], *scene.user);
        return;
    }
    assert!(location.ends_with("?__clerk_status=failed"), "{location}");
    assert_eq!(*sessions, json!([]));
    if phase.is_banned() {
        refused(&attempt, 403, "user_banned");
    } else {
        refused(&attempt, 404, "resource_not_found");
    }
}
