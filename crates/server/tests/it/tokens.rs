//! `POST /v1/sessions/{id}/tokens`.

use std::time::Duration;

use beadle_testkit::{TestApp, Value, both_engines, json};
use beadle_token::{Validation, VerifiedClaims, VerifyError, VerifyingKey, verify};

/// Verifies with nothing but what `GET /v1/jwks` says.
async fn verified(app: &TestApp, token: &Value) -> Result<VerifiedClaims, VerifyError> {
    let jwks = app.backend().get("/v1/jwks").send().await.ok();
    let jwk: beadle_types::Jwk = serde_json::from_value(jwks["keys"][0].clone()).unwrap();
    let key = VerifyingKey::from_jwk(&jwk).unwrap();
    let jwt = token["jwt"].as_str().unwrap();
    verify(jwt, |kid| (kid == jwk.kid).then_some(&key), &Validation::at(app.now()))
}

both_engines! {
    async fn a_token_names_user_session_and_generation_for_a_minute(app: TestApp) {
        let user = app.user("ada@example.com").await;
        let session = app.session(&user).await;
        let path = format!("/v1/sessions/{session}/tokens");
        let token = app.backend().post(&path).send().await.ok();
        assert_eq!(token["object"], "token");
        let claims = verified(&app, &token).await.unwrap();
        let now = app.now().as_secs();
        assert_eq!((claims.sub.as_str(), claims.sid.as_deref()), (user.as_str(), Some(session.as_str())));
        assert_eq!((claims.iat, claims.exp), (Some(now), now + 60));
        assert_eq!(payload(&token)["gen"], 1);
        assert_eq!(payload(&token)["v"], 2);
        app.advance(Duration::from_secs(66));
        assert_eq!(verified(&app, &token).await.unwrap_err(), VerifyError::Expired);
        let next = app.backend().post(&path).json(&json!({})).send().await.ok();
        assert_ne!(next["jwt"], token["jwt"]);
        verified(&app, &next).await.unwrap();
        app.backend().post(&format!("/v1/users/{user}/ban")).send().await.ok();
        app.backend().post(&format!("/v1/users/{user}/unban")).send().await.ok();
        let later = app.session(&user).await;
        let later = app.backend().post(&format!("/v1/sessions/{later}/tokens")).send().await.ok();
        assert_eq!(payload(&later)["gen"], 2);
    }

    async fn lifetimes_have_bounds(app: TestApp) {
        let user = app.user("ada@example.com").await;
        let session = app.session(&user).await;
        let post = async |seconds: Value| {
            let call = app.backend().post(&format!("/v1/sessions/{session}/tokens"));
            call.json(&json!({"expires_in_seconds": seconds})).send().await
        };
        for seconds in [30, 31, 3_600, 315_360_000] {
            let token = post(json!(seconds)).await.ok();
            assert_eq!(payload(&token)["exp"], app.now().as_secs() + seconds);
        }
        assert_eq!(payload(&post(json!(null)).await.ok())["exp"], app.now().as_secs() + 60);
        for seconds in [0, 29, -1, 315_360_001, i64::MAX, i64::MIN] {
            post(json!(seconds)).await.refused_for(422, "form_param_value_invalid", "expires_in_seconds");
        }
        for wrong in [json!("60"), json!(60.5), json!([60]), json!(true)] {
            post(wrong).await.refused_for(422, "form_param_type_invalid", "expires_in_seconds");
        }
    }

    async fn dead_sessions_yield_none(app: TestApp) {
        let user = app.user("ada@example.com").await;
        let session = app.session(&user).await;
        let mint = async |id: &str| app.backend().post(&format!("/v1/sessions/{id}/tokens")).send().await;
        app.backend().post(&format!("/v1/users/{user}/ban")).send().await.ok();
        mint(&session).await.refused(403, "user_banned");
        app.run_sweep().await;
        let swept = mint(&session).await;
        swept.refused(403, "user_banned");
        app.backend().post(&format!("/v1/users/{user}/unban")).send().await.ok();
        mint(&session).await.refused(401, "authentication_invalid");
        let fresh = app.session(&user).await;
        app.advance(Duration::from_secs(7 * 24 * 3600));
        mint(&fresh).await.refused(401, "authentication_invalid");
    }
}

/// The claims, unverified.
fn payload(token: &Value) -> Value {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let part = token["jwt"].as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}
