//! Session tokens against keys from the server and against a fixed key.

use std::{
    sync::{
        Arc, LazyLock,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use beadle_client::{
    AuthState, AuthenticateOptions, Clerk, Clock, FixedClock, Jwk, SignedOutReason, Timestamp,
};
use beadle_token::{Category, SigningKey};
use http::{HeaderMap, HeaderValue, header};
use serde_json::{Value, json};

use crate::stub::{Answer, Stub, ok, status};

const NOW: i64 = 1_700_000_000;
const ORIGIN: &str = "https://app.example.com";
const ISSUER: &str = "https://clerk.example.com";

fn first_key() -> &'static SigningKey {
    static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate("ins_1").expect("a key").0);
    &KEY
}

fn second_key() -> &'static SigningKey {
    static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate("ins_2").expect("a key").0);
    &KEY
}

/// A clock that the test moves.
#[derive(Clone, Debug)]
struct TestClock(Arc<AtomicI64>);

impl TestClock {
    fn new() -> Self {
        Self(Arc::new(AtomicI64::new(NOW)))
    }

    fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(self.0.load(Ordering::Relaxed))
    }
}

fn claims() -> Value {
    json!({
        "sub": "user_1", "sid": "sess_1", "iss": ISSUER, "azp": ORIGIN, "sts": "active", "fva": [0, -1], "v": 2,
        "iat": NOW, "nbf": NOW - 10, "exp": NOW + 60, "jti": "1f",
    })
}

fn with(changes: &Value) -> Value {
    let mut claims = claims();
    for (name, value) in changes.as_object().expect("an object") {
        claims[name] = value.clone();
    }
    claims
}

fn without(name: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().expect("an object").remove(name);
    claims
}

fn jwks(keys: &[&SigningKey]) -> Answer {
    ok(&json!({"keys": keys.iter().map(|key| key.public_jwk()).collect::<Vec<Jwk>>()}))
}

fn bearer(token: &str) -> HeaderMap {
    let value = HeaderValue::from_str(&format!("Bearer {token}")).expect("a header value");
    [(header::AUTHORIZATION, value)].into_iter().collect()
}

/// A client that knows the first key and never uses the network.
fn local() -> Clerk {
    Clerk::new("")
        .api_url("no address")
        .jwt_key(first_key().public_pem())
        .clock(FixedClock(Timestamp::from_secs(NOW)))
}

async fn judge(claims: Value, options: &AuthenticateOptions) -> Result<(), SignedOutReason> {
    let state =
        local().verify_token(&first_key().sign(&claims), options).await.expect("no network is needed");
    state.reason().map_or(Ok(()), Err)
}

async fn ask(clerk: &Clerk, key: &SigningKey, claims: &Value) -> AuthState {
    let headers = bearer(&key.sign(claims));
    clerk.authenticate_request(&headers, &AuthenticateOptions::new()).await.expect("keys")
}

#[tokio::test]
async fn a_good_token_says_who_it_is() {
    let mut all = with(&json!({"gen": 3, "act": {"sub": "user_2"}, "o": {"id": "org_1"}}));
    let state = local().verify_token(&first_key().sign(&all), &AuthenticateOptions::new()).await.unwrap();
    let claims = state.claims().unwrap();
    assert_eq!((claims.sub.as_str(), claims.sid.as_str()), ("user_1", "sess_1"));
    assert_eq!((claims.exp, claims.iat, claims.nbf), (NOW + 60, Some(NOW), Some(NOW - 10)));
    assert_eq!((claims.iss.as_deref(), claims.azp.as_deref()), (Some(ISSUER), Some(ORIGIN)));
    assert_eq!((claims.fva, claims.v, claims.generation), (Some([0, -1]), Some(2), Some(3)));
    assert_eq!(claims.act, Some(json!({"sub": "user_2"})));
    assert_eq!(claims.rest.get("o"), Some(&json!({"id": "org_1"})));
    assert_eq!(state.user_id(), Some(&"user_1".parse().unwrap()));
    assert_eq!(state.session_id(), Some(&"sess_1".parse().unwrap()));

    // An old token of Clerk has only the least.
    all = json!({"sub": "user_1", "sid": "sess_1", "exp": NOW + 60});
    let state = local().verify_token(&first_key().sign(&all), &AuthenticateOptions::new()).await.unwrap();
    assert_eq!(state.claims().unwrap().generation, None);
}

#[tokio::test]
async fn times_are_checked_with_five_seconds_of_grace() {
    use SignedOutReason::{Expired, IssuedInFuture, NotActiveYet};
    let cases = [
        (json!({"exp": NOW - 4}), Ok(())),
        (json!({"exp": NOW - 5}), Err(Expired)),
        (json!({"nbf": NOW + 5}), Ok(())),
        (json!({"nbf": NOW + 6}), Err(NotActiveYet)),
        (json!({"iat": NOW + 5}), Ok(())),
        (json!({"iat": NOW + 6}), Err(IssuedInFuture)),
    ];
    for (change, expected) in cases {
        assert_eq!(judge(with(&change), &AuthenticateOptions::new()).await, expected, "{change}");
    }
    let strict = AuthenticateOptions::new().clock_skew(Duration::ZERO);
    assert_eq!(judge(with(&json!({"exp": NOW})), &strict).await, Err(Expired));
    assert_eq!(judge(with(&json!({"exp": NOW + 1})), &strict).await, Ok(()));
}

#[tokio::test]
async fn origin_and_issuer_must_fit_if_they_are_asked_for() {
    use SignedOutReason::{WrongAuthorizedParty, WrongIssuer};
    let options = AuthenticateOptions::new()
        .authorized_party("https://other.example.com")
        .authorized_party(ORIGIN)
        .issuer(ISSUER);
    assert_eq!(judge(claims(), &options).await, Ok(()));
    assert_eq!(
        judge(with(&json!({"azp": "https://evil.example"})), &options).await,
        Err(WrongAuthorizedParty)
    );
    assert_eq!(judge(without("azp"), &options).await, Err(WrongAuthorizedParty));
    assert_eq!(judge(with(&json!({"iss": "https://evil.example"})), &options).await, Err(WrongIssuer));
    assert_eq!(judge(without("iss"), &options).await, Err(WrongIssuer));
    assert_eq!(judge(without("azp"), &AuthenticateOptions::new()).await, Ok(()));
}

#[tokio::test]
async fn only_session_tokens_of_live_sessions_count() {
    use SignedOutReason::{Malformed, Pending, WrongCategory};
    let options = AuthenticateOptions::new();
    assert_eq!(judge(without("sid"), &options).await, Err(WrongCategory));
    assert_eq!(judge(without("exp"), &options).await, Err(Malformed));
    assert_eq!(judge(with(&json!({"sub": "sess_1"})), &options).await, Err(Malformed));
    assert_eq!(judge(with(&json!({"sts": "pending"})), &options).await, Err(Pending));
    assert_eq!(judge(with(&json!({"sts": "pending"})), &options.clone().accept_pending(true)).await, Ok(()));

    let template = first_key().sign_as(Category::Template, &claims());
    let reason = local().verify_token(&template, &options).await.unwrap().reason();
    assert_eq!(reason, Some(WrongCategory));
}

#[tokio::test]
async fn tampered_and_foreign_tokens_are_refused() {
    use SignedOutReason::{BadSignature, Malformed, WrongAlgorithm};
    let options = AuthenticateOptions::new();
    let reason = async |token: &str| local().verify_token(token, &options).await.unwrap().reason();

    let good = first_key().sign(&claims());
    let parts: Vec<_> = good.split('.').collect();
    let other = first_key().sign(&with(&json!({"sub": "user_2"})));
    let swapped = format!("{}.{}.{}", parts[0], other.split('.').nth(1).unwrap(), parts[2]);
    assert_eq!(reason(&swapped).await, Some(BadSignature));
    assert_eq!(reason(&second_key().sign(&claims())).await, Some(BadSignature));
    // {"alg":"none"}
    assert_eq!(reason(&format!("eyJhbGciOiJub25lIn0.{}.", parts[1])).await, Some(WrongAlgorithm));
    for garbage in ["", "a", "a.b.c", "..", "ak_0123456789abcdef", &"a.".repeat(50_000)] {
        assert_eq!(reason(garbage).await, Some(Malformed));
    }
}

#[tokio::test]
async fn the_cookie_of_this_instance_is_found_among_others() {
    let (ours, foreign) = (first_key().sign(&claims()), second_key().sign(&claims()));
    let expired = first_key().sign(&with(&json!({"exp": NOW - 60})));
    let ask = async |cookies: String| {
        let headers: HeaderMap = [(header::COOKIE, HeaderValue::from_str(&cookies).expect("a header value"))]
            .into_iter()
            .collect();
        local().authenticate_request(&headers, &AuthenticateOptions::new()).await.unwrap()
    };
    assert!(ask(format!("__session={ours}")).await.is_signed_in());
    assert!(ask(format!("__session={foreign}; __session_Ab3dEf7h={ours}")).await.is_signed_in());
    assert!(ask(format!("__session={ours}; __session_Ab3dEf7h={foreign}")).await.is_signed_in());
    // The reason is about the token that is ours, whatever stands before it.
    let state = ask(format!("__session={expired}; __session_Ab3dEf7h={foreign}")).await;
    assert_eq!(state.reason(), Some(SignedOutReason::Expired));
    assert_eq!(ask("a=b".into()).await.reason(), Some(SignedOutReason::NoToken));

    // A bearer token is meant: a cookie beside it does not count.
    let mut headers = bearer(&foreign);
    headers.insert(header::COOKIE, HeaderValue::from_str(&format!("__session={ours}")).unwrap());
    let state = local().authenticate_request(&headers, &AuthenticateOptions::new()).await.unwrap();
    assert_eq!(state.reason(), Some(SignedOutReason::BadSignature));
}

#[tokio::test]
async fn a_fixed_key_may_also_be_a_jwk() {
    let jwk = serde_json::to_string(&first_key().public_jwk()).unwrap();
    let clerk = local().jwt_key(jwk);
    assert!(ask(&clerk, first_key(), &claims()).await.is_signed_in());
    for wrong in ["", "{}", "-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----"] {
        let error =
            local().jwt_key(wrong).verify_token("a.b.c", &AuthenticateOptions::new()).await.unwrap_err();
        assert!(error.is_config(), "{wrong:?}");
    }
}

#[tokio::test]
async fn keys_are_fetched_once_and_shared_by_clones() {
    let stub = Stub::start([jwks(&[first_key()])]).await;
    let clerk = stub.clerk().clock(TestClock::new());
    for _ in 0..20 {
        assert!(ask(&clerk.clone(), first_key(), &claims()).await.is_signed_in());
    }
    assert_eq!(stub.lines(), ["GET /v1/jwks"]);
    assert_eq!(stub.received()[0].header("authorization"), Some("Bearer sk_test_abc"));
}

#[tokio::test]
async fn many_first_requests_cause_one_fetch() {
    let stub = Stub::start([jwks(&[first_key()])]).await;
    let clerk = stub.clerk().clock(TestClock::new());
    let requests: Vec<_> = (0..50)
        .map(|_| {
            let clerk = clerk.clone();
            tokio::spawn(async move { ask(&clerk, first_key(), &claims()).await.is_signed_in() })
        })
        .collect();
    for request in requests {
        assert!(request.await.unwrap());
    }
    assert_eq!(stub.received().len(), 1);
}

#[tokio::test]
async fn a_request_without_a_token_fetches_nothing() {
    let stub = Stub::start([jwks(&[first_key()])]).await;
    let state =
        stub.clerk().authenticate_request(&HeaderMap::new(), &AuthenticateOptions::new()).await.unwrap();
    assert_eq!(state.reason(), Some(SignedOutReason::NoToken));
    assert!(stub.received().is_empty());
}

#[tokio::test]
async fn a_new_key_is_fetched_when_a_token_names_it() {
    let stub = Stub::start([jwks(&[first_key()]), jwks(&[first_key(), second_key()])]).await;
    let clock = TestClock::new();
    let clerk = stub.clerk().clock(clock.clone());
    assert!(ask(&clerk, first_key(), &claims()).await.is_signed_in());
    clock.advance(10);
    assert!(ask(&clerk, second_key(), &claims()).await.is_signed_in());
    assert!(ask(&clerk, first_key(), &claims()).await.is_signed_in());
    assert_eq!(stub.received().len(), 2);
}

#[tokio::test]
async fn made_up_keys_cause_at_most_one_fetch_in_ten_seconds() {
    let stub = Stub::start([jwks(&[first_key()])]).await;
    let clock = TestClock::new();
    let clerk = stub.clerk().clock(clock.clone());
    let flood = async || {
        for _ in 0..20 {
            let state = ask(&clerk, second_key(), &claims()).await;
            assert_eq!(state.reason(), Some(SignedOutReason::UnknownKey));
        }
        stub.received().len()
    };
    assert_eq!(flood().await, 1);
    clock.advance(9);
    assert_eq!(flood().await, 1);
    clock.advance(1);
    assert_eq!(flood().await, 2);
}

#[tokio::test]
async fn a_token_without_a_key_id_causes_no_fetch() {
    let stub = Stub::start([jwks(&[first_key()])]).await;
    let clock = TestClock::new();
    let clerk = stub.clerk().clock(clock.clone());
    assert!(ask(&clerk, first_key(), &claims()).await.is_signed_in());
    clock.advance(60);
    // {"alg":"RS256"}
    let state =
        clerk.verify_token("eyJhbGciOiJSUzI1NiJ9.e30.AAAA", &AuthenticateOptions::new()).await.unwrap();
    assert_eq!(state.reason(), Some(SignedOutReason::UnknownKey));
    assert_eq!(stub.received().len(), 1);
}

/// Waits for what a background task does, by giving it its turns.
async fn until(mut done: impl FnMut() -> bool) {
    for _ in 0..10_000 {
        if done() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    panic!("it never happened");
}

#[tokio::test]
async fn old_keys_serve_on_while_new_ones_are_fetched_in_the_background() {
    let stub = Stub::start([jwks(&[first_key()]), jwks(&[second_key()])]).await;
    let clock = TestClock::new();
    let clerk = stub.clerk().clock(clock.clone());
    let late = with(&json!({"exp": NOW + 10_000}));
    assert!(ask(&clerk, first_key(), &late).await.is_signed_in());
    clock.advance(299);
    assert!(ask(&clerk, first_key(), &late).await.is_signed_in());
    assert_eq!(stub.received().len(), 1);

    clock.advance(1);
    assert!(ask(&clerk, first_key(), &late).await.is_signed_in());
    until(|| stub.received().len() == 2).await;
    // The withdrawn key is forgotten as soon as the new ones are here.
    for _ in 0..1_000 {
        if !ask(&clerk, first_key(), &late).await.is_signed_in() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(ask(&clerk, first_key(), &late).await.reason(), Some(SignedOutReason::UnknownKey));
    assert!(ask(&clerk, second_key(), &late).await.is_signed_in());
    assert_eq!(stub.received().len(), 2);
}

#[tokio::test]
async fn an_outage_is_survived_for_an_hour_and_then_an_error() {
    let down = status(500, &json!({"errors": []}));
    let stub = Stub::start([jwks(&[first_key()]), down]).await;
    let clock = TestClock::new();
    let clerk = stub.clerk().clock(clock.clone());
    let late = with(&json!({"exp": NOW + 10_000}));
    assert!(ask(&clerk, first_key(), &late).await.is_signed_in());

    clock.advance(3_599);
    assert!(ask(&clerk, first_key(), &late).await.is_signed_in());
    until(|| stub.received().len() == 2).await;

    clock.advance(1);
    let headers = bearer(&first_key().sign(&late));
    let result = clerk.authenticate_request(&headers, &AuthenticateOptions::new()).await;
    assert_eq!(result.unwrap_err().status().map(|status| status.as_u16()), Some(500));
}

#[tokio::test]
async fn without_keys_the_caller_gets_the_error_and_the_server_one_request_a_second() {
    let down = status(500, &json!({"errors": []}));
    let stub = Stub::start([down.clone(), down, jwks(&[first_key()])]).await;
    let clock = TestClock::new();
    let clerk = stub.clerk().clock(clock.clone());
    let headers = bearer(&first_key().sign(&claims()));
    let options = AuthenticateOptions::new();
    for _ in 0..5 {
        let error = clerk.authenticate_request(&headers, &options).await.unwrap_err();
        assert_eq!(error.status().map(|status| status.as_u16()), Some(500));
    }
    assert_eq!(stub.received().len(), 1);
    clock.advance(1);
    assert!(clerk.authenticate_request(&headers, &options).await.is_err());
    clock.advance(1);
    assert!(clerk.authenticate_request(&headers, &options).await.unwrap().is_signed_in());
    assert_eq!(stub.received().len(), 3);
}
