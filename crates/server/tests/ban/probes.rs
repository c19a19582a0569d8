//! One probe per route: what it answers to the credentials of a scene, depending on what happened since.

mod account;
mod backend;
mod backend_clients;
mod client_operations;
mod factors;
mod frontend;
mod gate;
mod handshake;
mod machines;
mod me;
mod me_account;
mod me_identifications;
mod passkeys;
mod profile_image;
mod refused;
mod reverification;
mod sign_ins;
mod sign_ups;
mod social;
mod tickets;

pub(crate) use self::{
    account::*, backend::*, backend_clients::*, client_operations::*, factors::*, frontend::*, gate::*,
    handshake::*, machines::*, me::*, me_account::*, me_identifications::*, passkeys::*, profile_image::*,
    refused::*, reverification::*, sign_ins::*, sign_ups::*, social::*, tickets::*,
};
use crate::{
    answers::{session_refused, signed_out},
    scene::{Phase, Scene},
};

/// The sessions from before are reported as revoked, wherever they are shown.
pub(crate) async fn old_sessions_are_revoked(scene: &Scene<'_>) {
    for session in [&scene.session, &scene.backend_session] {
        assert_eq!(scene.shown(session).await["status"], "revoked");
    }
    let active = scene.listed(&[("status", "active")]).await;
    assert!(active.iter().all(|one| one["id"] != *scene.session && one["id"] != *scene.backend_session));
}

/// A banned user has no live session, and no cookie that is worth anything.
pub(crate) async fn nothing_lives(scene: &Scene<'_>) {
    assert!(scene.listed(&[("status", "active")]).await.is_empty());
    for browser in [&scene.holder, &scene.identified.0, &scene.code_out.0] {
        let shown = browser.get("/client").await.ok();
        // The holder may have left its client for good.
        if browser.cookie("__client").is_some() {
            signed_out(&shown["response"]);
        } else {
            assert!(shown["response"].is_null());
        }
    }
    if scene.holder.cookie("__client").is_none() {
        return;
    }
    for call in ["tokens", "touch"] {
        let answer = scene.holder.post(&format!("/client/sessions/{}/{call}", scene.session), &[]).await;
        session_refused(&answer, Phase::Banned);
    }
}
