//! The verifier against a real server.

use std::{
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

#[cfg(feature = "axum")]
use axum_core::{extract::FromRequestParts as _, response::IntoResponse as _};
#[cfg(feature = "axum")]
use beadle_client::SignedIn;
use beadle_client::{
    Applied, AuthState, Clerk, OnStale, SessionId, SignedOutReason, UserId, Verifier, VerifierBuilder,
    params::CreateUser,
};
use beadle_testkit::{LiveServer, SECRET_KEY};
use http::{HeaderMap, HeaderValue, header};
#[cfg(feature = "tower")]
use tower::{Layer as _, ServiceExt as _};

/// Longer than anything here takes.
const LONG: Duration = Duration::from_secs(10);

/// One server for all tests that run at the same time; the last one stops it.
fn server() -> Arc<LiveServer> {
    static SHARED: Mutex<Weak<LiveServer>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    shared.upgrade().unwrap_or_else(|| {
        let server = Arc::new(LiveServer::start());
        *shared = Arc::downgrade(&server);
        server
    })
}

fn clerk(server: &LiveServer) -> Clerk {
    Clerk::new(SECRET_KEY).api_url(&*server.url)
}

fn builder(server: &LiveServer) -> VerifierBuilder {
    Clerk::new(&*server.feed_key).api_url(&*server.url).verifier()
}

async fn started(server: &LiveServer, name: &str) -> Verifier {
    let verifier = builder(server).name(name).start().expect("good settings");
    verifier.ready(LONG).await.expect("the feed is there");
    verifier
}

struct Person {
    user: UserId,
    session: SessionId,
    token: String,
}

async fn person(server: &LiveServer) -> Person {
    let user =
        CreateUser { skip_password_requirement: Some(true), username: Some(name()), ..CreateUser::default() };
    let user = clerk(server).users().create(&user).await.expect("a user").id;
    let session = clerk(server).sessions().create(&user).await.expect("a session").id;
    let token = clerk(server).sessions().create_token(&session).await.expect("a token").jwt;
    Person { user, session, token }
}

fn name() -> String {
    static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    format!("person_{}", NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
}

async fn verdict(verifier: &Verifier, token: &str) -> Option<SignedOutReason> {
    verifier.verify_token(token).await.expect("the keys are there").reason()
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < LONG, "{what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test]
async fn the_banned_are_refused_and_others_are_not() {
    let server = server();
    let verifier = started(&server, "first").await;
    let (ada, bob) = (person(&server).await, person(&server).await);
    for one in [&ada, &bob] {
        assert_eq!(verdict(&verifier, &one.token).await, None);
    }
    clerk(&server).users().ban(&ada.user).await.expect("a ban");
    until("the ban arrives", async || verdict(&verifier, &ada.token).await.is_some()).await;
    assert_eq!(verdict(&verifier, &ada.token).await, Some(SignedOutReason::Revoked));
    assert_eq!(verdict(&verifier, &bob.token).await, None);

    clerk(&server).sessions().revoke(&bob.session).await.expect("a revocation");
    until("the revocation arrives", async || verdict(&verifier, &bob.token).await.is_some()).await;

    // Unbanned, with a new session: the old token stays refused, the new one is good.
    clerk(&server).users().unban(&ada.user).await.expect("an end of the ban");
    let session = clerk(&server).sessions().create(&ada.user).await.expect("a session").id;
    let fresh = clerk(&server).sessions().create_token(&session).await.expect("a token").jwt;
    assert_eq!(verdict(&verifier, &fresh).await, None);
    assert_eq!(verdict(&verifier, &ada.token).await, Some(SignedOutReason::Revoked));

    let status = verifier.status();
    assert!(status.connected && status.current && status.seq == status.head && status.entries >= 2);
    assert!(status.refused >= 2 && status.bad_frames == 0 && status.stale == 0);
}

#[tokio::test]
async fn requests_are_judged_by_their_headers() {
    let server = server();
    let verifier = started(&server, "headers").await;
    let ada = person(&server).await;
    let mut headers = HeaderMap::new();
    let state = verifier.authenticate_request(&headers).await.unwrap();
    assert_eq!(state.reason(), Some(SignedOutReason::NoToken));
    headers.insert(header::COOKIE, HeaderValue::from_str(&format!("__session={}", ada.token)).unwrap());
    let AuthState::SignedIn(claims) = verifier.authenticate_request(&headers).await.unwrap() else {
        panic!("a good cookie")
    };
    assert_eq!((&claims.sub, claims.generation), (&ada.user, Some(1)));
    assert!(!verifier.is_revoked(&claims));
    let answer = verifier.gate(&headers).await;
    assert_eq!(
        (answer.status().as_u16(), answer.headers()["x-beadle-user-id"].to_str().unwrap()),
        (200, &*ada.user.to_string())
    );
    let answer = verifier.gate(&HeaderMap::new()).await;
    assert_eq!(
        (answer.status().as_u16(), answer.headers()["x-beadle-auth-reason"].to_str().unwrap()),
        (401, "no-token")
    );
}

#[tokio::test]
async fn the_server_learns_when_a_ban_was_applied() {
    let server = server();
    let verifier = started(&server, "receipts").await;
    let ada = person(&server).await;
    clerk(&server).users().ban(&ada.user).await.expect("a ban");
    let seen = async || {
        let status = clerk(&server).users().ban_status(&ada.user).await.expect("a status");
        status.verifiers.into_iter().find(|one| one.name == "receipts")
    };
    let has_applied = async || seen().await.is_some_and(|one| one.status == Applied::Applied);
    until("the receipt arrives", has_applied).await;
    let shown = seen().await.expect("it is known");
    assert!(shown.connected && shown.applied_after_ms.is_some());
    drop(verifier);
    until("it is gone", async || seen().await.is_some_and(|one| !one.connected)).await;
}

#[tokio::test]
async fn a_long_token_is_refused_as_long_as_it_lives() {
    let server = server();
    let verifier = started(&server, "long").await;
    let ada = person(&server).await;
    let long = clerk(&server).sessions().create_token(&ada.session).expires_in(Duration::from_secs(3600));
    let long = long.await.expect("a token").jwt;
    clerk(&server).users().ban(&ada.user).await.expect("a ban");
    until("the ban arrives", async || verdict(&verifier, &long).await.is_some()).await;
}

#[tokio::test]
async fn without_a_feed_everybody_is_refused_or_what_was_chosen() {
    let server = server();
    let ada = person(&server).await;
    let jwk = jwk(&server).await;
    let blind = |on_stale| {
        // The right keys, and a feed that cannot be had.
        let clerk = Clerk::new("sk_test_wrong").api_url(&*server.url).jwt_key(&*jwk);
        clerk.verifier().name("blind").on_stale(on_stale).start().expect("good settings")
    };
    let refusing = blind(OnStale::Refuse);
    assert!(refusing.ready(Duration::from_millis(200)).await.unwrap_err().is_timeout());
    assert_eq!(verdict(&refusing, &ada.token).await, Some(SignedOutReason::Stale));
    let status = refusing.status();
    assert!(!status.connected && !status.current && status.lag.is_none() && status.stale == 1);

    let accepting = blind(OnStale::Accept);
    assert_eq!(verdict(&accepting, &ada.token).await, None);
    assert_eq!(accepting.status().accepted_stale, 1);
    assert_eq!(verdict(&accepting, "x").await, Some(SignedOutReason::Malformed));

    let asking = blind(OnStale::Ask);
    assert_eq!(verdict(&asking, &ada.token).await, None, "the server says that it is good");
    clerk(&server).users().ban(&ada.user).await.expect("a ban");
    assert_eq!(verdict(&asking, &ada.token).await, Some(SignedOutReason::Revoked), "and that it is not");
    let nobody = Clerk::new("fk_x").api_url("http://127.0.0.1:1").jwt_key(&*jwk).verifier();
    let nobody = nobody.on_stale(OnStale::Ask).start().expect("good settings");
    assert_eq!(verdict(&nobody, &ada.token).await, Some(SignedOutReason::Stale), "nobody there to ask");
}

/// The server's public key, to judge tokens without it.
async fn jwk(server: &LiveServer) -> String {
    let jwks = clerk(server).jwks().await.expect("keys");
    serde_json::to_string(&jwks.keys[0]).expect("a key is JSON")
}

#[tokio::test]
async fn frames_of_another_issuer_are_passed_over() {
    let server = server();
    let clerk = Clerk::new(&*server.feed_key).api_url(&*server.url);
    let options = beadle_client::AuthenticateOptions::new().issuer("https://elsewhere.example.com");
    let verifier = clerk.verifier().name("strict").options(options).start().expect("good settings");
    assert!(verifier.ready(Duration::from_millis(500)).await.is_err());
    until("frames are counted", async || verifier.status().bad_frames > 0).await;
}

#[tokio::test]
async fn names_that_cannot_be_are_refused_at_once() {
    let server = server();
    for name in ["", "a b", "ä", &"a".repeat(65)] {
        assert!(builder(&server).name(name).start().unwrap_err().is_config(), "{name}");
    }
    let verifier = builder(&server).start().expect("a name of its own");
    verifier.ready(LONG).await.expect("the feed is there");
}

#[cfg(feature = "metrics")]
#[tokio::test]
async fn figures_are_told_to_prometheus() {
    let server = server();
    let verifier = started(&server, "figures").await;
    let mut registry = prometheus_client::registry::Registry::default();
    verifier.register(&mut registry);
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
    for line in
        ["beadle_verifier_connected 1.0", "beadle_verifier_current 1.0", "beadle_verifier_refused_total 0"]
    {
        assert!(text.lines().any(|found| found == line), "{line} in {text}");
    }
    assert!(text.contains("beadle_verifier_lag_seconds 0."), "{text}");
}

#[cfg(feature = "tower")]
#[tokio::test]
async fn the_layer_lets_the_signed_in_through() {
    let server = server();
    let verifier = started(&server, "layer").await;
    let inner = tower::service_fn(|request: http::Request<()>| async move {
        let claims = request.extensions().get::<beadle_client::SessionClaims>().expect("claims");
        Ok::<_, std::convert::Infallible>(http::Response::new(claims.sub.to_string()))
    });
    let service = verifier.layer().layer(inner);
    let ada = person(&server).await;
    let request = |token: &str| {
        http::Request::builder().header("authorization", format!("Bearer {token}")).body(()).unwrap()
    };
    let answer = service.clone().oneshot(request(&ada.token)).await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.body()), (200, &ada.user.to_string()));
    let answer = service.oneshot(request("x")).await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), answer.headers()["x-beadle-auth-reason"].to_str().unwrap()),
        (401, "malformed")
    );
    assert!(answer.body().contains("authentication_invalid"));
}

#[cfg(feature = "axum")]
#[tokio::test]
async fn the_extractor_yields_who_is_signed_in() {
    let server = server();
    let verifier = started(&server, "extractor").await;
    let ada = person(&server).await;
    let parts = |token: &str| {
        let request = http::Request::builder().header("authorization", format!("Bearer {token}"));
        request.body(()).unwrap().into_parts().0
    };
    let SignedIn(claims) = SignedIn::from_request_parts(&mut parts(&ada.token), &verifier).await.unwrap();
    assert_eq!(claims.sub, ada.user);
    let refused = SignedIn::from_request_parts(&mut parts("x"), &verifier).await.unwrap_err().into_response();
    assert_eq!(refused.status().as_u16(), 401);
    assert_eq!(refused.headers()["content-type"], "application/json");
}
