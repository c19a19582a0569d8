use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use beadle_token::SigningKey;
use serde_json::{Value, json};

use super::*;

const NONCE: &str = "n-1";

fn key() -> (SigningKey, Jwk) {
    static KEY: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
    let pkcs8 = KEY.get_or_init(|| SigningKey::generate("k1").unwrap().1);
    let key = SigningKey::from_pkcs8("k1", pkcs8).unwrap();
    let jwk = serde_json::from_value(serde_json::to_value(key.public_jwk()).unwrap()).unwrap();
    (key, jwk)
}

fn now() -> Timestamp {
    Timestamp::from_secs(1_700_000_000)
}

fn claims() -> Value {
    json!({
        "iss": "https://id.example", "aud": "client", "sub": "7", "nonce": NONCE,
        "iat": now().as_secs(), "exp": now().as_secs() + 300, "email": "a@example.com", "email_verified": "true",
    })
}

fn with(key: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[key] = value;
    claims
}

fn read(token: &str) -> Result<Claims, Refusal> {
    let hash = token_hash(NONCE);
    let expected =
        Expected { issuer: "https://id.example", client_id: "client", nonce_hash: &hash, now: now() };
    verify(token, &[key().1], &expected)
}

fn signed(claims: &Value) -> Result<Claims, Refusal> {
    read(&key().0.sign_as(beadle_token::Category::None, claims))
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

#[test]
fn a_good_token_is_read() {
    let claims = signed(&claims()).unwrap();
    assert_eq!((claims.sub.as_str(), claims.email_verified), ("7", Some(true)));
    assert!(signed(&with("aud", json!(["client"]))).is_ok());
    let mut shared = with("aud", json!(["client", "other"]));
    shared["azp"] = json!("client");
    assert!(signed(&shared).is_ok());
}

#[test]
fn claims_must_be_for_us_now_and_in_answer_to_us() {
    let soon = now().as_secs() + 61;
    for (name, value) in [
        ("iss", json!("https://id.example/")),
        ("iss", Value::Null),
        ("aud", json!("other")),
        ("aud", json!([])),
        ("aud", json!(["client", "other"])),
        ("azp", json!("other")),
        ("nonce", json!("n-2")),
        ("nonce", Value::Null),
        ("exp", json!(now().as_secs() - 60)),
        ("exp", Value::Null),
        ("nbf", json!(soon)),
        ("iat", json!(soon)),
    ] {
        let mut claims = with(name, value.clone());
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        }
        assert!(signed(&claims).is_err(), "{name} {value}");
    }
    assert!(signed(&with("exp", json!(now().as_secs() - 59))).is_ok(), "clocks may be a minute apart");
}

#[test]
fn only_the_providers_key_signs() {
    let unsigned = format!("{}.{}.", part(&json!({"alg": "none"})), part(&claims()));
    assert!(read(&unsigned).is_err());
    // The public key as the secret of a symmetric signature.
    let head = part(&json!({"alg": "HS256", "kid": "k1"}));
    let message = format!("{head}.{}", part(&claims()));
    let public = serde_json::to_vec(&key().1).unwrap();
    let secret = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &public);
    let tag = URL_SAFE_NO_PAD.encode(aws_lc_rs::hmac::sign(&secret, message.as_bytes()));
    assert!(read(&format!("{message}.{tag}")).is_err());
    // A symmetric key in the set is no key.
    let oct: Jwk =
        serde_json::from_value(json!({"kty": "oct", "k": URL_SAFE_NO_PAD.encode(&public)})).unwrap();
    let hash = token_hash(NONCE);
    let expected =
        Expected { issuer: "https://id.example", client_id: "client", nonce_hash: &hash, now: now() };
    assert!(verify(&format!("{message}.{tag}"), &[oct], &expected).is_err());
    // Somebody else's key, and a token that was changed.
    let (other, _) = SigningKey::generate("k1").unwrap();
    assert_eq!(
        read(&other.sign_as(beadle_token::Category::None, &claims())).map(drop),
        Err(Refusal::Invalid("has a wrong signature"))
    );
    let (stranger, _) = SigningKey::generate("k2").unwrap();
    let unknown = read(&stranger.sign_as(beadle_token::Category::None, &claims())).map(drop);
    assert_eq!(unknown, Err(Refusal::UnknownKey), "newer keys may have it");
    let token = key().0.sign_as(beadle_token::Category::None, &claims());
    let parts: Vec<_> = token.split('.').collect();
    let forged = format!("{}.{}.{}", parts[0], part(&with("sub", json!("8"))), parts[2]);
    assert!(read(&forged).is_err());
    for text in ["", ".", "..", "a.b.c", "é.é.é"] {
        assert!(read(text).is_err(), "{text:?}");
    }
}

#[test]
fn keys_for_other_purposes_do_not_count() {
    let token = key().0.sign_as(beadle_token::Category::None, &claims());
    let hash = token_hash(NONCE);
    let expected =
        Expected { issuer: "https://id.example", client_id: "client", nonce_hash: &hash, now: now() };
    for (name, value) in [("use", "enc"), ("alg", "RS512"), ("kid", "k9")] {
        let mut jwk = serde_json::to_value(key().1).unwrap();
        jwk[name] = json!(value);
        let jwk: Jwk = serde_json::from_value(jwk).unwrap();
        assert_eq!(verify(&token, &[jwk], &expected).map(drop), Err(Refusal::UnknownKey), "{name}");
    }
}
