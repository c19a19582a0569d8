//! Session tokens, as verifiers see them.

use std::{collections::BTreeSet, time::Duration};

use beadle_testkit::{TestApp, both_engines};
use beadle_token::{Validation, VerifiedClaims, VerifyError, VerifyingKey};
use beadle_types::Jwks;
use http::Method;
use serde_json::json;

use crate::visit::{ADA, signed_in, text, user};

const PAGE: &str = "http://localhost:3000";

async fn jwks(app: &TestApp, path: &str) -> Jwks {
    let answer = app.backend().get(path).without_header("authorization").send().await;
    serde_json::from_value(answer.ok()).expect("a key set")
}

/// Verifies with nothing but what anybody can fetch.
async fn verify(app: &TestApp, jwt: &str) -> Result<VerifiedClaims, VerifyError> {
    let jwks = jwks(app, "/__clerk/.well-known/jwks.json").await;
    let key = |kid: &str| jwks.key(kid).map(|jwk| VerifyingKey::from_jwk(jwk).expect("an RSA key"));
    let issuer = app.app().instance.issuer.clone();
    let validation = Validation { issuer: Some(&issuer), skew: Duration::ZERO, ..Validation::at(app.now()) };
    beadle_token::verify(jwt, key, &validation)
}

async fn token(
    app: &TestApp,
    browser: &beadle_testkit::Browser,
    session: &str,
    origin: Option<&str>,
) -> String {
    let mut call = browser.call(Method::POST, &format!("/client/sessions/{session}/tokens"));
    call = call.query(&[("debug", "skip_cache"), ("_clerk_js_version", "6.40.0")]);
    call = call.form(&[("organization_id", ""), ("tab_state", "focused")]);
    if let Some(origin) = origin {
        call = call.header("origin", origin);
    }
    let minted = browser.send(call).await.ok();
    assert_eq!(minted.as_object().map(serde_json::Map::len), Some(2), "no envelope around tokens");
    assert_eq!(minted["object"], "token");
    let _ = app;
    text(&minted["jwt"])
}

both_engines! {
    async fn claims_of_version_two_for_sixty_seconds(app: TestApp) {
        let id = user(&app, ADA).await;
        let (browser, session) = signed_in(&app, ADA).await;
        app.advance(Duration::from_secs(150));
        let jwt = token(&app, &browser, &session, Some(PAGE)).await;
        let claims = verify(&app, &jwt).await.expect("a good token");
        let now = app.now().as_secs();
        assert_eq!(claims.sub, id);
        assert_eq!(claims.sid.as_deref(), Some(&*session));
        assert_eq!(claims.azp.as_deref(), Some(PAGE));
        assert_eq!(claims.iss.as_deref(), Some("https://clerk.beadle.localhost"));
        assert_eq!((claims.iat, claims.exp, claims.nbf), (Some(now), now + 60, Some(now - 10)));
        assert_eq!(claims.fva, Some([2, -1]));
        assert_eq!((claims.sts.as_deref(), claims.v, claims.r#gen), (Some("active"), Some(2), Some(1)));
        assert!(claims.act.is_none() && claims.other.is_empty(), "{claims:?}");
        app.advance(Duration::from_secs(59));
        assert!(verify(&app, &jwt).await.is_ok());
        app.advance(Duration::from_secs(1));
        assert_eq!(verify(&app, &jwt).await, Err(VerifyError::Expired));
    }

    async fn each_token_is_its_own(app: TestApp) {
        user(&app, ADA).await;
        let (browser, session) = signed_in(&app, ADA).await;
        let mut seen = BTreeSet::new();
        for _ in 0..5 {
            let jwt = token(&app, &browser, &session, None).await;
            let claims = verify(&app, &jwt).await.expect("a good token");
            assert_eq!(claims.azp, None, "a caller that is no page names no origin");
            assert!(seen.insert(claims.jti.expect("tokens have ids")));
        }
    }

    async fn the_first_token_comes_with_the_sign_in(app: TestApp) {
        user(&app, ADA).await;
        let browser = app.browser();
        let form = [("identifier", ADA), ("strategy", "password"), ("password", crate::visit::PASSWORD)];
        let call = browser.call(Method::POST, "/client/sign_ins").form(&form).header("origin", PAGE);
        let done = browser.send(call).await.ok();
        let jwt = text(&done["client"]["sessions"][0]["last_active_token"]["jwt"]);
        let claims = verify(&app, &jwt).await.expect("a good token");
        assert_eq!(json!(claims.sid), done["response"]["created_session_id"]);
        assert_eq!(claims.azp.as_deref(), Some(PAGE));
    }

    async fn a_page_that_loads_gets_a_token_with_its_client(app: TestApp) {
        user(&app, "eve+clerk_test@example.com").await;
        user(&app, ADA).await;
        let (browser, first) = signed_in(&app, "eve+clerk_test@example.com").await;
        app.advance(Duration::from_secs(1));
        let form = [("identifier", ADA), ("strategy", "password"), ("password", crate::visit::PASSWORD)];
        browser.post("/client/sign_ins", &form).await.ok();
        for (header, page) in [("origin", PAGE), ("referer", "http://localhost:3000/members?a=b")] {
            let shown = browser.send(browser.call(Method::GET, "/client").header(header, page)).await.ok();
            let sessions = shown["response"]["sessions"].as_array().expect("sessions");
            assert_eq!((&sessions[0]["id"], &sessions[0]["last_active_token"]), (&json!(first), &json!(null)));
            let claims = verify(&app, &text(&sessions[1]["last_active_token"]["jwt"])).await.expect("a good token");
            assert_eq!(json!(claims.sid), shown["response"]["last_active_session_id"]);
            assert_eq!(claims.azp.as_deref(), Some(PAGE));
        }
    }

    async fn the_same_keys_are_everywhere(app: TestApp) {
        let keys = jwks(&app, "/__clerk/.well-known/jwks.json").await;
        assert_eq!(keys.keys.len(), 1);
        assert!(keys.keys[0].kid.starts_with("ins_"));
        assert_eq!(jwks(&app, "/.well-known/jwks.json").await, keys);
        let backend = app.backend().get("/v1/jwks").send().await.ok();
        assert_eq!(backend, serde_json::to_value(&keys).unwrap());
        app.backend().get("/v1/jwks").without_header("authorization").send().await
            .refused(401, "authorization_header_format_invalid");
        let private = ["\"d\"", "\"p\"", "\"q\"", "\"dp\""];
        assert!(private.iter().all(|member| !backend.to_string().contains(member)));
    }

    async fn a_changed_token_is_none(app: TestApp) {
        user(&app, ADA).await;
        let (browser, session) = signed_in(&app, ADA).await;
        let jwt = token(&app, &browser, &session, None).await;
        let (rest, signature) = jwt.rsplit_once('.').unwrap();
        let (header, payload) = rest.split_once('.').unwrap();
        let flipped = if signature.starts_with('A') { "B" } else { "A" };
        let forged = format!("{header}.{payload}.{flipped}{}", &signature[1..]);
        assert_eq!(verify(&app, &forged).await, Err(VerifyError::BadSignature));
        let other = TestApp::builder(app.engine()).seed(9).start().await;
        assert!(verify(&other, &jwt).await.is_ok(), "apps of one process share their key");
    }

    #[instance = "publishable_host = 'clerk.acme.example'\n[session]\ntoken_lifetime_seconds = 30"]
    async fn issuer_and_lifetime_are_settings(app: TestApp) {
        user(&app, ADA).await;
        let (browser, session) = signed_in(&app, ADA).await;
        let claims = verify(&app, &token(&app, &browser, &session, None).await).await.expect("a good token");
        assert_eq!(claims.iss.as_deref(), Some("https://clerk.acme.example"));
        assert_eq!(claims.exp - claims.iat.unwrap(), 30);
    }
}
