//! The Backend API: the caller is trusted, and still no credential is made or shown as live for one who is
//! banned.

use beadle_testkit::{TestResponse, Value, json};

use crate::{
    answers::{self, hands_out_nothing, refused},
    scene::{NEW_PASSWORD, ORIGIN, PASSWORD, Phase, Scene},
};

fn ids(sessions: &[Value]) -> Vec<&str> {
    let mut ids: Vec<_> = sessions.iter().filter_map(|session| session["id"].as_str()).collect();
    ids.sort_unstable();
    ids
}

pub(crate) async fn backend_sessions(scene: &Scene<'_>, phase: Phase) {
    let (here, elsewhere) = if phase.is_live() { ("active", "revoked") } else { ("revoked", "active") };
    let mut both = [scene.session.as_str(), &scene.backend_session];
    both.sort_unstable();
    let all = scene.listed(&[]).await;
    assert_eq!(ids(&all), both);
    assert!(all.iter().all(|session| session["status"] == here));
    let found = scene.listed(&[("status", here)]).await;
    assert_eq!(ids(&found), both);
    for status in [elsewhere, "ended", "expired", "removed", "abandoned", "replaced"] {
        assert!(scene.listed(&[("status", status)]).await.is_empty(), "{status}");
    }
    let page = scene.app.backend().get("/v1/sessions").query(&[
        ("user_id", &*scene.user),
        ("status", "active"),
        ("paginated", "true"),
    ]);
    let page = page.send().await.ok();
    assert_eq!(page["total_count"], if phase.is_live() { 2 } else { 0 });
    let client = scene.shown(&scene.session).await["client_id"].clone();
    let of_client = scene
        .app
        .backend()
        .get("/v1/sessions")
        .query(&[("client_id", client.as_str().expect("sessions have clients")), ("status", "active")]);
    assert_eq!(of_client.send().await.ok().as_array().map(Vec::len), Some(usize::from(phase.is_live())));
}

pub(crate) async fn backend_session(scene: &Scene<'_>, phase: Phase) {
    for session in [&scene.session, &scene.backend_session] {
        let status = if phase.is_live() { "active" } else { "revoked" };
        assert_eq!(scene.shown(session).await["status"], status);
    }
}

pub(crate) async fn backend_session_made(scene: &Scene<'_>, phase: Phase) {
    let body = json!({"user_id": scene.user});
    let answer = scene.app.backend().post("/v1/sessions").json(&body).send().await;
    match phase {
        Phase::Banned | Phase::BannedInBulk => {
            refused(&answer, 403, "user_banned");
            assert_eq!(scene.listed(&[]).await.len(), 2, "nothing is half-made");
        }
        Phase::Deleted => {
            refused(&answer, 404, "resource_not_found");
        }
        Phase::Live | Phase::Unbanned | Phase::PasswordChanged => {
            let made = answer.ok();
            assert_eq!(made["status"], "active");
            let generation = if phase.is_live() { 1 } else { 2 };
            let token = token_of(scene, made["id"].as_str().expect("sessions have ids"), &json!({})).await;
            answers::token(&token.ok()["jwt"], &scene.user, generation);
        }
    }
}

pub(crate) async fn backend_revoke(scene: &Scene<'_>, _: Phase) {
    for session in [&scene.session, &scene.backend_session] {
        let answer = scene.app.backend().post(&format!("/v1/sessions/{session}/revoke")).send().await;
        assert_eq!(answer.ok()["status"], "revoked");
        hands_out_nothing(&answer);
    }
    assert!(scene.listed(&[("status", "active")]).await.is_empty());
}

pub(crate) async fn backend_refresh(scene: &Scene<'_>, phase: Phase) {
    for format in ["token", "cookie"] {
        let body = json!({
            "expired_token": scene.expired_token, "refresh_token": scene.refresh_token,
            "request_origin": ORIGIN, "request_headers": {}, "format": format,
        });
        let path = format!("/v1/sessions/{}/refresh", scene.session);
        let answer = scene.app.backend().post(&path).json(&body).send().await;
        if !phase.is_live() {
            refused(&answer, 401, "session_refresh_inactive_session");
            continue;
        }
        let refreshed = answer.ok();
        if format == "token" {
            answers::token(&refreshed["jwt"], &scene.user, 1);
        } else {
            let cookie = refreshed["cookies"][0].as_str().expect("a cookie");
            let jwt = cookie.strip_prefix("__session=").and_then(|rest| rest.split(';').next());
            answers::token(&json!(jwt), &scene.user, 1);
        }
    }
}

async fn token_of(scene: &Scene<'_>, session: &str, body: &Value) -> TestResponse {
    scene.app.backend().post(&format!("/v1/sessions/{session}/tokens")).json(body).send().await
}

pub(crate) async fn backend_tokens(scene: &Scene<'_>, phase: Phase) {
    for session in [&scene.session, &scene.backend_session] {
        for body in [json!({}), json!({"expires_in_seconds": 3600})] {
            let answer = token_of(scene, session, &body).await;
            match phase {
                Phase::Live => answers::token(&answer.ok()["jwt"], &scene.user, 1),
                Phase::Banned | Phase::BannedInBulk => {
                    refused(&answer, 403, "user_banned");
                }
                Phase::Unbanned | Phase::PasswordChanged | Phase::Deleted => {
                    refused(&answer, 401, "authentication_invalid");
                }
            }
        }
    }
}

pub(crate) async fn backend_template_tokens(scene: &Scene<'_>, phase: Phase) {
    for session in [&scene.session, &scene.backend_session] {
        let path = format!("/v1/sessions/{session}/tokens/long");
        let answer = scene.app.backend().post(&path).json(&json!({})).send().await;
        match phase {
            Phase::Live => answers::token(&answer.ok()["jwt"], &scene.user, 1),
            Phase::Banned | Phase::BannedInBulk => {
                refused(&answer, 403, "user_banned");
            }
            Phase::Unbanned | Phase::PasswordChanged | Phase::Deleted => {
                refused(&answer, 401, "authentication_invalid");
            }
        }
    }
}

async fn set(scene: &Scene<'_>, phase: Phase, what: &str, bulk: bool) {
    let call = if bulk {
        scene.app.backend().post(&format!("/v1/users/{what}")).json(&json!({"user_ids": [scene.user]}))
    } else {
        scene.app.backend().post(&format!("/v1/users/{}/{what}", scene.user))
    };
    let events = scene.app.event_kinds(&scene.user).await.len();
    let answer = call.send().await;
    if phase == Phase::Deleted {
        refused(&answer, 404, "resource_not_found");
        return;
    }
    let user = if bulk { answer.ok()[0].clone() } else { answer.ok() };
    assert_eq!(user["banned"], what == "ban");
    hands_out_nothing(&answer);
    let again = phase.is_banned() == (what == "ban");
    let since = scene.app.event_kinds(&scene.user).await.len() - events;
    assert_eq!(since, usize::from(!again), "one event, and none for what is so already");
    if what == "ban" {
        super::nothing_lives(scene).await;
    } else if !phase.is_live() {
        super::old_sessions_are_revoked(scene).await;
    }
}

pub(crate) async fn ban(scene: &Scene<'_>, phase: Phase) {
    set(scene, phase, "ban", false).await;
}

pub(crate) async fn ban_in_bulk(scene: &Scene<'_>, phase: Phase) {
    set(scene, phase, "ban", true).await;
}

pub(crate) async fn unban(scene: &Scene<'_>, phase: Phase) {
    set(scene, phase, "unban", false).await;
}

pub(crate) async fn unban_in_bulk(scene: &Scene<'_>, phase: Phase) {
    set(scene, phase, "unban", true).await;
}

pub(crate) async fn delete(scene: &Scene<'_>, phase: Phase) {
    let answer = scene.app.backend().delete(&format!("/v1/users/{}", scene.user)).send().await;
    if phase == Phase::Deleted {
        refused(&answer, 404, "resource_not_found");
        return;
    }
    assert_eq!(answer.ok(), json!({"object": "user", "id": scene.user, "deleted": true}));
    super::old_sessions_are_revoked(scene).await;
}

/// Changing the password alone ends nothing; asking for it ends everything, and lifts no ban.
pub(crate) async fn update(scene: &Scene<'_>, phase: Phase) {
    let path = format!("/v1/users/{}", scene.user);
    let change = async |body: Value| scene.app.backend().patch(&path).json(&body).send().await;
    let kept = change(json!({"password": NEW_PASSWORD, "first_name": "Ada"})).await;
    if phase == Phase::Deleted {
        refused(&kept, 404, "resource_not_found");
        return;
    }
    assert_eq!(kept.ok()["banned"], phase.is_banned());
    let status = if phase.is_live() { "active" } else { "revoked" };
    assert_eq!(scene.shown(&scene.session).await["status"], status);
    let ended = change(json!({"password": PASSWORD, "sign_out_of_other_sessions": true})).await;
    assert_eq!(ended.ok()["banned"], phase.is_banned());
    super::old_sessions_are_revoked(scene).await;
}

/// Taking the password away ends sessions where it is asked to, and lifts no ban.
pub(crate) async fn password_removed(scene: &Scene<'_>, phase: Phase) {
    let path = format!("/v1/users/{}/remove_password", scene.user);
    let body = json!({"sign_out_of_other_sessions": true});
    let answer = scene.app.backend().post(&path).json(&body).send().await;
    if phase == Phase::Deleted {
        refused(&answer, 404, "resource_not_found");
        return;
    }
    let user = answer.ok();
    assert_eq!((&user["password_enabled"], &user["banned"]), (&json!(false), &json!(phase.is_banned())));
    super::old_sessions_are_revoked(scene).await;
}

/// So does saying that others know the password.
pub(crate) async fn password_compromised(scene: &Scene<'_>, phase: Phase) {
    let path = format!("/v1/users/{}/password/set_compromised", scene.user);
    let answer = scene.app.backend().post(&path).json(&json!({"revoke_all_sessions": true})).send().await;
    if phase == Phase::Deleted {
        refused(&answer, 404, "resource_not_found");
        return;
    }
    assert_eq!(answer.ok()["banned"], phase.is_banned());
    super::old_sessions_are_revoked(scene).await;
}

/// Compares for the holder of the secret key, and opens nothing; so a ban does not show.
pub(crate) async fn verify_password(scene: &Scene<'_>, phase: Phase) {
    let path = format!("/v1/users/{}/verify_password", scene.user);
    let answer = scene.app.backend().post(&path).json(&json!({"password": PASSWORD})).send().await;
    match phase {
        Phase::Deleted => {
            refused(&answer, 404, "resource_not_found");
        }
        Phase::PasswordChanged => {
            refused(&answer, 422, "incorrect_password");
        }
        Phase::Live | Phase::Banned | Phase::BannedInBulk | Phase::Unbanned => {
            assert_eq!(answer.ok(), json!({"verified": true}));
            hands_out_nothing(&answer);
        }
    }
}
