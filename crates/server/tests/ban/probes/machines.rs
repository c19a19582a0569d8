//! API keys of a user, and tokens by which a machine asks for one.

use beadle_testkit::{TestResponse, Value, json};

use crate::{
    answers::{hands_out_nothing, refused},
    scene::{Phase, Scene, text},
};

async fn verify(scene: &Scene<'_>, secret: &str) -> TestResponse {
    scene.app.backend().post("/v1/api_keys/verify").json(&json!({"secret": secret})).send().await
}

async fn the_old_key(scene: &Scene<'_>, phase: Phase) {
    let answer = verify(scene, &scene.api_key.1).await;
    if phase.is_live() {
        assert_eq!(answer.ok()["subject"], *scene.user);
    } else {
        refused(&answer, 404, "resource_not_found");
    }
}

fn path(scene: &Scene<'_>, action: &str) -> String {
    format!("/v1/api_keys/{}{action}", scene.api_key.0)
}

/// Neither lives nor is shown as if it did.
#[track_caller]
fn is_reported(key: &Value, phase: Phase) {
    assert_eq!(key["revoked"], !phase.is_live(), "{key}");
    assert_eq!(key.get("secret"), None);
}

pub(crate) async fn api_key_verified(scene: &Scene<'_>, phase: Phase) {
    the_old_key(scene, phase).await;
}

/// None is made for a banned user; whoever was banned once may have new ones.
pub(crate) async fn api_key_made(scene: &Scene<'_>, phase: Phase) {
    let body = json!({"subject": scene.user, "name": "from after"});
    let made = scene.app.backend().post("/v1/api_keys").json(&body).send().await;
    match phase {
        Phase::Banned | Phase::BannedInBulk => drop(refused(&made, 403, "user_banned")),
        Phase::Deleted => drop(refused(&made, 400, "bad_request")),
        Phase::Live | Phase::Unbanned | Phase::PasswordChanged => {
            verify(scene, &text(&made.ok()["secret"])).await.ok();
        }
    }
    the_old_key(scene, phase).await;
}

pub(crate) async fn api_keys_listed(scene: &Scene<'_>, phase: Phase) {
    let list = async |query: &[(&str, &str)]| {
        let call = scene.app.backend().get("/v1/api_keys").query(&[("subject", &scene.user)]).query(query);
        let answer = call.send().await;
        hands_out_nothing(&answer);
        answer.ok()["data"].as_array().expect("an array").clone()
    };
    assert_eq!(list(&[]).await.len(), usize::from(phase.is_live()));
    let all = list(&[("include_invalid", "true")]).await;
    // They go with a deleted user.
    assert_eq!(all.len(), usize::from(phase != Phase::Deleted));
    for key in &all {
        is_reported(key, phase);
    }
}

pub(crate) async fn api_key_shown(scene: &Scene<'_>, phase: Phase) {
    let answer = scene.app.backend().get(&path(scene, "")).send().await;
    if phase == Phase::Deleted {
        refused(&answer, 404, "resource_not_found");
    } else {
        is_reported(&answer.ok(), phase);
    }
}

/// No change gives it another life, or lets it act for somebody else.
pub(crate) async fn api_key_updated(scene: &Scene<'_>, phase: Phase) {
    let longer = json!({"subject": scene.user, "seconds_until_expiration": null});
    let answer = scene.app.backend().patch(&path(scene, "")).json(&longer).send().await;
    if phase == Phase::Deleted {
        refused(&answer, 404, "resource_not_found");
    } else {
        is_reported(&answer.ok(), phase);
    }
    the_old_key(scene, phase).await;
    let moved = json!({"subject": "org_000000000000000000000000000"});
    let answer = scene.app.backend().patch(&path(scene, "")).json(&moved).send().await;
    match phase {
        Phase::Live => assert_eq!(answer.ok()["subject"], "org_000000000000000000000000000"),
        Phase::Banned | Phase::BannedInBulk => drop(refused(&answer, 403, "user_banned")),
        Phase::Unbanned | Phase::PasswordChanged => drop(refused(&answer, 401, "authentication_invalid")),
        Phase::Deleted => drop(refused(&answer, 404, "resource_not_found")),
    }
    the_old_key_is_dead(scene, phase).await;
}

async fn the_old_key_is_dead(scene: &Scene<'_>, phase: Phase) {
    if !phase.is_live() {
        the_old_key(scene, phase).await;
    }
}

pub(crate) async fn api_key_secret(scene: &Scene<'_>, phase: Phase) {
    let answer = scene.app.backend().get(&path(scene, "/secret")).send().await;
    match phase {
        Phase::Live => assert_eq!(answer.ok()["secret"], *scene.api_key.1),
        Phase::Banned | Phase::BannedInBulk => drop(refused(&answer, 403, "user_banned")),
        _ => drop(refused(&answer, 404, "resource_not_found")),
    }
}

/// Taken back, it is dead whatever becomes of the user.
pub(crate) async fn api_key_revoked(scene: &Scene<'_>, phase: Phase) {
    let answer = scene.app.backend().post(&path(scene, "/revoke")).json(&json!({})).send().await;
    if phase == Phase::Deleted {
        refused(&answer, 404, "resource_not_found");
    } else {
        assert_eq!(answer.ok()["revoked"], true);
    }
    refused(&verify(scene, &scene.api_key.1).await, 404, "resource_not_found");
}

pub(crate) async fn api_key_deleted(scene: &Scene<'_>, phase: Phase) {
    let answer = scene.app.backend().delete(&path(scene, "")).send().await;
    if phase == Phase::Deleted {
        refused(&answer, 404, "resource_not_found");
    } else {
        answer.ok();
    }
    refused(&verify(scene, &scene.api_key.1).await, 404, "resource_not_found");
}

/// As the machine itself.
async fn ask(scene: &Scene<'_>, path: &str, body: &Value) -> TestResponse {
    let bearer = format!("Bearer {}", scene.machine.secret);
    scene.app.backend().post(path).header("authorization", &bearer).json(body).send().await
}

async fn verify_token(scene: &Scene<'_>, token: &str) -> TestResponse {
    let body = json!({"token": token});
    let by_machine = ask(scene, "/v1/m2m_tokens/verify", &body).await;
    let by_instance = scene.app.backend().post("/v1/m2m_tokens/verify").json(&body).send().await;
    assert_eq!(by_machine.status, by_instance.status);
    by_instance
}

async fn the_old_tokens(scene: &Scene<'_>, phase: Phase) {
    for token in [&scene.machine.opaque, &scene.machine.jwt] {
        let answer = verify_token(scene, token).await;
        if phase.is_live() {
            assert_eq!(answer.ok()["claims"]["user_id"], *scene.user);
        } else {
            refused(&answer, 404, "resource_not_found");
        }
    }
}

pub(crate) async fn m2m_token_verified(scene: &Scene<'_>, phase: Phase) {
    the_old_tokens(scene, phase).await;
}

pub(crate) async fn m2m_token_made(scene: &Scene<'_>, phase: Phase) {
    for (format, reused) in [("opaque", json!(1)), ("jwt", Value::Null)] {
        let body = json!({
            "token_format": format, "claims": {"user_id": scene.user}, "min_remaining_ttl_seconds": reused,
        });
        let made = ask(scene, "/v1/m2m_tokens", &body).await;
        match phase {
            Phase::Banned | Phase::BannedInBulk => drop(refused(&made, 403, "user_banned")),
            Phase::Deleted => drop(refused(&made, 400, "bad_request")),
            Phase::Live | Phase::Unbanned | Phase::PasswordChanged => {
                assert_eq!(made.status, 201, "{}", made.shown());
                verify_token(scene, &text(&made.json()["token"])).await.ok();
            }
        }
    }
    the_old_tokens(scene, phase).await;
}

pub(crate) async fn m2m_tokens_listed(scene: &Scene<'_>, phase: Phase) {
    let list = async |query: &[(&str, &str)]| {
        let call = scene.app.backend().get("/v1/m2m_tokens").query(&[("subject", &scene.machine.id)]);
        let answer = call.query(query).send().await;
        hands_out_nothing(&answer);
        answer.ok()["m2m_tokens"].as_array().expect("an array").clone()
    };
    assert_eq!(list(&[]).await.len(), usize::from(phase.is_live()));
    assert_eq!(list(&[("revoked", "true")]).await[0]["revoked"], !phase.is_live());
}

pub(crate) async fn m2m_token_revoked(scene: &Scene<'_>, _: Phase) {
    let path = format!("/v1/m2m_tokens/{}/revoke", scene.machine.token_id);
    assert_eq!(ask(scene, &path, &json!({})).await.ok()["revoked"], true);
    refused(&verify_token(scene, &scene.machine.opaque).await, 404, "resource_not_found");
}
