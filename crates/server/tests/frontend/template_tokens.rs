//! Tokens whose claims the operator has laid out.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use beadle_testkit::{TestApp, Value, both_engines, json};
use beadle_token::{Validation, VerifyError, VerifyingKey};
use http::Method;

use crate::visit::{ADA, signed_in, text, user};

const TEMPLATES: &str = r#"
    [jwt_templates.hasura]
    lifetime_seconds = 45
    allowed_clock_skew_seconds = 7
    [jwt_templates.hasura.claims]
    aud = "hasura"
    email = "{{user.primary_email_address}}"
    verified = "{{user.email_verified}}"
    greeting = "Hello {{user.first_name || 'you'}}!"
    session = "{{session.id}}"
    [jwt_templates.hasura.claims.roles]
    all = ["user", "{{user.public_metadata.role}}"]
    [jwt_templates.bare]
"#;

/// The claims of a token that is signed with the instance's key and is none of its session tokens.
async fn claims(app: &TestApp, token: &Value) -> Value {
    let jwt = text(&token["jwt"]);
    let jwks = app.backend().get("/v1/jwks").send().await.ok();
    let jwk: beadle_types::Jwk = serde_json::from_value(jwks["keys"][0].clone()).unwrap();
    let key = VerifyingKey::from_jwk(&jwk).unwrap();
    let refused = beadle_token::verify(&jwt, |_| Some(&key), &Validation::at(app.now()));
    assert_eq!(refused.unwrap_err(), VerifyError::WrongCategory);
    let decoded = |n: usize| BASE64_URL_SAFE_NO_PAD.decode(jwt.split('.').nth(n).unwrap()).unwrap();
    let header: Value = serde_json::from_slice(&decoded(0)).unwrap();
    assert_eq!((&header["kid"], &header["alg"]), (&json!(jwk.kid), &json!("RS256")));
    serde_json::from_slice(&decoded(1)).unwrap()
}

both_engines! {
    #[instance = crate::template_tokens::TEMPLATES]
    async fn the_claims_are_laid_out_as_set(app: TestApp) {
        let id = user(&app, ADA).await;
        let role = json!({"public_metadata": {"role": "admin"}});
        app.backend().patch(&format!("/v1/users/{id}/metadata")).json(&role).send().await.ok();
        let (browser, session) = signed_in(&app, ADA).await;
        let call = browser.call(Method::POST, &format!("/client/sessions/{session}/tokens/hasura"));
        let token = browser.send(call.header("origin", "http://localhost:3000")).await.ok();
        assert_eq!((&token["object"], token.as_object().unwrap().len()), (&json!("token"), 2));
        let mut claims = claims(&app, &token).await;
        assert!(claims["jti"].as_str().is_some_and(|jti| jti.len() > 10), "{claims}");
        claims["jti"] = json!("unique");
        let now = app.now().as_secs();
        assert_eq!(claims, json!({
            "aud": "hasura", "email": ADA, "verified": true, "greeting": "Hello you!", "session": session,
            "roles": {"all": ["user", "admin"]},
            "azp": "http://localhost:3000", "iss": "https://clerk.beadle.localhost", "jti": "unique",
            "iat": now, "exp": now + 45, "nbf": now - 7, "sub": id, "sid": session, "gen": 1,
        }));
    }

    #[instance = crate::template_tokens::TEMPLATES]
    async fn the_backend_gets_them_for_any_session_and_lifetime(app: TestApp) {
        let id = app.user("ada@example.com").await;
        let session = app.session(&id).await;
        let path = format!("/v1/sessions/{session}/tokens/bare");
        let token = app.backend().post(&path).send().await.ok();
        let now = app.now().as_secs();
        assert_eq!(claims(&app, &token).await["exp"], now + 60);
        let long = app.backend().post(&path).json(&json!({"expires_in_seconds": 7200})).send().await.ok();
        let claims = claims(&app, &long).await;
        assert_eq!((&claims["exp"], &claims["azp"]), (&json!(now + 7200), &json!(null)));
        let short = app.backend().post(&path).json(&json!({"expires_in_seconds": 29})).send().await;
        short.refused_for(422, "form_param_value_invalid", "expires_in_seconds");
    }

    #[instance = crate::template_tokens::TEMPLATES]
    async fn what_is_not_there_is_not_found(app: TestApp) {
        let id = user(&app, ADA).await;
        let (browser, session) = signed_in(&app, ADA).await;
        let path = format!("/client/sessions/{session}/tokens/other");
        let refused = browser.post(&path, &[]).await.refused(404, "resource_not_found");
        assert_eq!(refused["meta"]["client"]["sessions"][0]["id"], session);
        app.browser().post(&path, &[]).await.refused(401, "signed_out");
        let (other, _) = signed_in(&app, ADA).await;
        let foreign = other.post(&format!("/client/sessions/{session}/tokens/bare"), &[]).await;
        foreign.refused(404, "resource_not_found");
        let made = app.session(&id).await;
        let backend = async |path: &str| app.backend().post(path).send().await;
        backend(&format!("/v1/sessions/{made}/tokens/other")).await.refused(404, "resource_not_found");
        backend("/v1/sessions/sess_1/tokens/bare").await.refused(404, "resource_not_found");
    }
}
