use aws_lc_rs::hmac;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::fixtures::{ISSUER, KID, NOW, ORIGIN, claims, key, public_pem};
use crate::{SessionClaims, SigningKey};

fn check(token: &str, validation: &Validation<'_>) -> Result<VerifiedClaims, VerifyError> {
    verify(token, |kid| (kid == KID).then(|| key().verifying_key()), validation)
}

/// The verdict on a token at [`NOW`] plus so many milliseconds.
fn verdict_after(token: &str, millis: i64) -> Result<VerifiedClaims, VerifyError> {
    check(token, &Validation::at(Timestamp::from_millis(NOW.as_millis() + millis)))
}

fn refusal(token: &str) -> VerifyError {
    verdict_after(token, 0).unwrap_err()
}

/// A token with a genuine signature over any header and payload.
fn forged(header: &Value, payload: &[u8]) -> String {
    let header = URL_SAFE_NO_PAD.encode(header.to_string());
    key().sign_parts(&format!("{header}."), payload)
}

fn with_header(header: &Value) -> String {
    forged(header, &serde_json::to_vec(&claims()).unwrap())
}

fn with_claims(change: impl FnOnce(&mut SessionClaims)) -> String {
    let mut claims = claims();
    change(&mut claims);
    key().sign(&claims)
}

#[test]
fn a_good_token_gives_its_claims() {
    let verified = verdict_after(&with_claims(|c| c.act = Some(json!({"sub": "user_2"}))), 0).unwrap();
    assert_eq!(verified.sub, "user_1");
    assert_eq!(verified.sid.as_deref(), Some("sess_1"));
    assert_eq!(verified.azp.as_deref(), Some(ORIGIN));
    assert_eq!(verified.iss.as_deref(), Some(ISSUER));
    assert_eq!(verified.sts.as_deref(), Some("active"));
    assert_eq!(verified.fva, Some([0, -1]));
    assert_eq!((verified.r#gen, verified.v), (Some(7), Some(2)));
    assert_eq!(verified.act, Some(json!({"sub": "user_2"})));
    assert!(verified.other.is_empty());
}

#[test]
fn jwk_and_pem_make_the_same_key() {
    let token = key().sign(&claims());
    let at = Validation::at(NOW);
    let from_jwk = VerifyingKey::from_jwk(&key().public_jwk()).unwrap();
    let from_pem = VerifyingKey::from_pem(&public_pem()).unwrap();
    assert!(verify(&token, |_| Some(&from_jwk), &at).is_ok());
    assert!(verify(&token, |_| Some(&from_pem), &at).is_ok());
}

#[test]
fn claims_of_others_are_kept_and_only_sub_and_exp_are_needed() {
    let exp = NOW.as_secs() + 60;
    let token = key().sign(&json!({"sub": "user_1", "exp": exp, "org_id": "org_1"}));
    let verified = verdict_after(&token, 0).unwrap();
    assert_eq!(verified.other.get("org_id"), Some(&json!("org_1")));
    assert_eq!((verified.sid, verified.r#gen, verified.iat), (None, None, None));
    assert_eq!(refusal(&key().sign(&json!({"exp": exp}))), VerifyError::Malformed);
    assert_eq!(refusal(&key().sign(&json!({"sub": "user_1"}))), VerifyError::Malformed);
}

#[test]
fn only_rs256_is_accepted() {
    for alg in ["none", "None", "NONE", "", "HS256", "RS384", "RS512", "PS256", "ES256", "rs256"] {
        let token = with_header(&json!({"alg": alg, "kid": KID, "typ": "JWT"}));
        assert_eq!(refusal(&token), VerifyError::WrongAlgorithm, "{alg}");
    }
    for header in
        [json!({"kid": KID}), json!({"alg": null, "kid": KID}), json!({"alg": ["RS256"], "kid": KID})]
    {
        assert_eq!(refusal(&with_header(&header)), VerifyError::Malformed, "{header}");
    }
}

#[test]
fn the_public_key_is_no_hmac_secret() {
    let header = URL_SAFE_NO_PAD.encode(json!({"alg": "HS256", "kid": KID, "typ": "JWT"}).to_string());
    let payload = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&claims()).unwrap());
    let message = format!("{header}.{payload}");
    let secret = hmac::Key::new(hmac::HMAC_SHA256, public_pem().as_bytes());
    let tag = URL_SAFE_NO_PAD.encode(hmac::sign(&secret, message.as_bytes()));
    assert_eq!(refusal(&format!("{message}.{tag}")), VerifyError::WrongAlgorithm);
    // The same with an honest-looking header: then the signature has to fit, and does not.
    let message = key().sign(&claims()).rsplit_once('.').unwrap().0.to_owned();
    let tag = URL_SAFE_NO_PAD.encode(hmac::sign(&secret, message.as_bytes()));
    assert_eq!(refusal(&format!("{message}.{tag}")), VerifyError::BadSignature);
}

#[test]
fn an_absent_signature_is_refused() {
    let token = key().sign(&claims());
    let message = token.rsplit_once('.').unwrap().0;
    assert_eq!(refusal(&format!("{message}.")), VerifyError::BadSignature);
    assert_eq!(refusal(message), VerifyError::Malformed);
}

#[test]
fn tampering_is_seen() {
    let token = key().sign(&claims());
    let parts: Vec<&str> = token.split('.').collect();
    let payload = String::from_utf8(URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
    let promoted = URL_SAFE_NO_PAD.encode(payload.replace("user_1", "user_2"));
    assert_eq!(refusal(&format!("{}.{promoted}.{}", parts[0], parts[2])), VerifyError::BadSignature);
    let other = with_claims(|c| c.sub = "user_2".into());
    let foreign = other.rsplit_once('.').unwrap().1;
    assert_eq!(refusal(&format!("{}.{}.{foreign}", parts[0], parts[1])), VerifyError::BadSignature);
}

#[test]
fn unknown_keys_and_foreign_keys_are_told_apart() {
    let (stranger, _) = SigningKey::generate("ins_other").unwrap();
    assert_eq!(refusal(&stranger.sign(&claims())), VerifyError::UnknownKey);
    let (impostor, _) = SigningKey::generate(KID).unwrap();
    assert_eq!(refusal(&impostor.sign(&claims())), VerifyError::BadSignature);
    assert_eq!(refusal(&with_header(&json!({"alg": "RS256"}))), VerifyError::UnknownKey);
}

#[test]
fn a_token_without_key_id_asks_for_the_empty_one() {
    let token = with_header(&json!({"alg": "RS256"}));
    let lookup = |kid: &str| kid.is_empty().then(|| key().verifying_key());
    assert!(verify(&token, lookup, &Validation::at(NOW)).is_ok());
}

#[test]
fn only_session_tokens_are_accepted() {
    assert_eq!(refusal(&key().sign_as(Category::Template, &claims())), VerifyError::WrongCategory);
    let with_cat = |cat: &str| with_header(&json!({"alg": "RS256", "kid": KID, "cat": cat}));
    assert_eq!(refusal(&with_cat("cl_B7d4PD333AAA")), VerifyError::WrongCategory);
    assert_eq!(refusal(&with_cat("")), VerifyError::WrongCategory);
    assert!(verdict_after(&key().sign_as(Category::None, &claims()), 0).is_ok());
}

#[test]
fn other_header_demands_are_refused() {
    for header in [
        json!({"alg": "RS256", "kid": KID, "typ": "at+jwt"}),
        json!({"alg": "RS256", "kid": KID, "crit": ["exp"]}),
        json!({"alg": "RS256", "kid": 1}),
        json!(["RS256"]),
        json!("RS256"),
    ] {
        assert_eq!(refusal(&with_header(&header)), VerifyError::Malformed, "{header}");
    }
    assert!(verdict_after(&with_header(&json!({"alg": "RS256", "kid": KID, "typ": "jwt"})), 0).is_ok());
}

#[test]
fn a_token_expires_when_its_skew_is_used_up() {
    let token = key().sign(&claims());
    assert!(verdict_after(&token, 64_999).is_ok());
    assert_eq!(verdict_after(&token, 65_000), Err(VerifyError::Expired));
    let strict =
        Validation { skew: Duration::ZERO, ..Validation::at(Timestamp::from_secs(NOW.as_secs() + 60)) };
    assert_eq!(check(&token, &strict), Err(VerifyError::Expired));
}

#[test]
fn ignoring_expiry_ignores_nothing_else() {
    let lenient = |millis: i64| Validation {
        expiry: Expiry::Ignored,
        ..Validation::at(Timestamp::from_millis(NOW.as_millis() + millis))
    };
    let token = key().sign(&claims());
    assert!(check(&token, &lenient(1_000_000_000)).is_ok());
    assert_eq!(check(&token, &lenient(-15_001)), Err(VerifyError::NotActiveYet));
    let cut = &token[..token.len() - 2];
    assert_eq!(check(cut, &lenient(1_000_000_000)), Err(VerifyError::BadSignature));
}

#[test]
fn a_token_is_not_active_before_its_time() {
    let token = with_claims(|c| c.iat = c.nbf);
    assert!(verdict_after(&token, -15_000).is_ok());
    assert_eq!(verdict_after(&token, -15_001), Err(VerifyError::NotActiveYet));
}

#[test]
fn a_token_from_the_future_is_refused() {
    let token = key().sign(&claims());
    assert!(verdict_after(&token, -5_000).is_ok());
    assert_eq!(verdict_after(&token, -5_001), Err(VerifyError::IssuedInFuture));
}

#[test]
fn absurd_times_do_not_overflow() {
    assert!(verdict_after(&with_claims(|c| c.exp = i64::MAX), 0).is_ok());
    assert_eq!(refusal(&with_claims(|c| c.exp = i64::MIN)), VerifyError::Expired);
    assert_eq!(refusal(&with_claims(|c| c.nbf = i64::MAX)), VerifyError::NotActiveYet);
    assert_eq!(refusal(&with_claims(|c| c.iat = i64::MAX)), VerifyError::IssuedInFuture);
    let token =
        forged(&json!({"alg": "RS256", "kid": KID}), br#"{"sub":"user_1","exp":99999999999999999999999999}"#);
    assert_eq!(refusal(&token), VerifyError::Malformed);
}

#[test]
fn the_issuer_must_be_equal_if_asked_for() {
    let expecting = |issuer| Validation { issuer: Some(issuer), ..Validation::at(NOW) };
    let token = key().sign(&claims());
    assert!(check(&token, &expecting(ISSUER)).is_ok());
    assert_eq!(check(&token, &expecting("https://clerk.example.com/")), Err(VerifyError::WrongIssuer));
    let silent = key().sign(&json!({"sub": "user_1", "exp": NOW.as_secs() + 60}));
    assert_eq!(check(&silent, &expecting(ISSUER)), Err(VerifyError::WrongIssuer));
}

#[test]
fn the_origin_must_be_listed_if_there_is_a_list() {
    let parties = ["https://other.example.com".to_owned(), ORIGIN.to_owned()];
    let listed = Validation { authorized_parties: &parties, ..Validation::at(NOW) };
    let unlisted = Validation { authorized_parties: &parties[..1], ..Validation::at(NOW) };
    let token = key().sign(&claims());
    assert!(check(&token, &listed).is_ok());
    assert_eq!(check(&token, &unlisted), Err(VerifyError::WrongAuthorizedParty));
    let without = with_claims(|c| c.azp = None);
    assert_eq!(check(&without, &listed), Err(VerifyError::WrongAuthorizedParty));
    assert!(verdict_after(&without, 0).is_ok());
}

#[test]
fn overlong_tokens_are_not_looked_at() {
    let fits = with_claims(|c| c.jti = "x".repeat(11_000));
    assert!(fits.len() <= MAX_TOKEN_LENGTH);
    assert!(verdict_after(&fits, 0).is_ok());
    assert_eq!(refusal(&with_claims(|c| c.jti = "x".repeat(12_000))), VerifyError::Malformed);
}

#[test]
fn malformed_tokens_are_refused() {
    let token = key().sign(&claims());
    for text in [
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "é.é.é",
        &format!("{token}."),
        &format!(".{token}"),
        &format!("{token}="),
        &format!(" {token}"),
        &format!("{token}\n"),
        &token.replacen('.', ".a.", 1),
        &format!("Bearer {token}"),
    ] {
        assert!(
            matches!(refusal(text), VerifyError::Malformed | VerifyError::BadSignature),
            "{text}: {:?}",
            refusal(text)
        );
    }
    let header = json!({"alg": "RS256", "kid": KID});
    for payload in [
        &b""[..],
        b"{",
        b"[]",
        b"null",
        b"\xff",
        br#"{"sub":1,"exp":1}"#,
        br#"{"sub":"a","sub":"b","exp":1}"#,
    ] {
        assert_eq!(refusal(&forged(&header, payload)), VerifyError::Malformed, "{payload:?}");
    }
}

proptest! {
    #[test]
    fn no_text_panics_or_passes(text in ".{0,200}") {
        prop_assert!(verdict_after(&text, 0).is_err());
    }

    #[test]
    fn no_jwt_like_text_panics_or_passes(text in r"[A-Za-z0-9_-]{0,40}\.[A-Za-z0-9_-]{0,40}\.[A-Za-z0-9_-]{0,40}") {
        prop_assert!(verdict_after(&text, 0).is_err());
    }

    #[test]
    fn no_changed_character_passes(position in 0_usize..800, replacement in "[A-Za-z0-9_.-]") {
        let token = key().sign(&claims());
        let position = position % token.len();
        let mut changed = token.clone();
        changed.replace_range(position..=position, &replacement);
        prop_assume!(changed != token);
        prop_assert!(verdict_after(&changed, 0).is_err());
    }

    #[test]
    fn no_signed_json_panics(header in any_json(), payload in any_json()) {
        let _ = verdict_after(&forged(&header, payload.to_string().as_bytes()), 0);
        let good_header = json!({"alg": "RS256", "kid": KID});
        let _ = verdict_after(&forged(&good_header, payload.to_string().as_bytes()), 0);
    }
}

#[test]
fn frames_and_tokens_are_not_taken_for_each_other() {
    let lookup = |kid: &str| (kid == KID).then(|| key().verifying_key());
    let frame = key().sign_as(Category::Revocations, &claims());
    assert_eq!(verify_revocations::<Value, _>(&frame, lookup).unwrap()["sub"], "user_1");
    assert_eq!(verify(&frame, lookup, &Validation::at(NOW)), Err(VerifyError::Malformed));
    for other in [Category::Session, Category::Template, Category::None] {
        let token = key().sign_as(other, &claims());
        assert_eq!(
            verify_revocations::<Value, _>(&token, lookup),
            Err(VerifyError::WrongCategory),
            "{other:?}"
        );
    }
    let unknown = verify_revocations::<Value, VerifyingKey>(&frame, |_| None);
    assert_eq!(unknown, Err(VerifyError::UnknownKey));
    let mut changed = frame.clone();
    changed.replace_range(frame.len() - 4.., "AAAA");
    assert_eq!(verify_revocations::<Value, _>(&changed, lookup), Err(VerifyError::BadSignature));
    let long = "a".repeat(MAX_FRAME_LENGTH + 1);
    assert_eq!(verify_revocations::<Value, _>(&long, lookup), Err(VerifyError::Malformed));
}

fn any_json() -> impl Strategy<Value = Value> {
    let name = prop::sample::select(vec![
        "alg", "kid", "cat", "typ", "crit", "sub", "exp", "nbf", "iat", "azp", "fva", "x",
    ]);
    let value = prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(vec!["RS256", KID, "JWT", "", "user_1"]).prop_map(Value::from),
        Just(json!([1, 2])),
        Just(json!({"a": 1})),
    ];
    prop::collection::btree_map(name, value, 0..8)
        .prop_map(|members| members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}
