//! Which calls are repeated, after what, and how often.

use std::time::{Duration, Instant};

use beadle_client::{Clerk, RetryPolicy, SessionId, UserId, params};
use serde_json::json;

use crate::{
    calls::user,
    stub::{Answer, Stub, ok, status},
};

fn user_id() -> UserId {
    "user_1".parse().expect("an id")
}

fn busy(code: u16) -> Answer {
    status(code, &json!({"errors": [{"message": "later", "long_message": "", "code": "too_many_requests"}]}))
}

#[tokio::test]
async fn harmless_calls_are_repeated_until_they_succeed() {
    let answers = [busy(503), busy(429), Answer::HangUp, ok(&user("user_1", true))];
    let stub = Stub::start(answers).await;
    assert!(stub.clerk().users().ban(&user_id()).await.unwrap().banned);
    assert_eq!(stub.lines(), vec!["POST /v1/users/user_1/ban"; 4]);
}

#[tokio::test]
async fn repetitions_are_bounded() {
    let stub = Stub::start([busy(502)]).await;
    let error = stub.clerk().users().get(&user_id()).await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 502);
    assert_eq!(stub.received().len(), 4);

    let stub = Stub::start([busy(502)]).await;
    assert!(stub.clerk().retry(RetryPolicy::NEVER).users().get(&user_id()).await.is_err());
    assert_eq!(stub.received().len(), 1);
}

#[tokio::test]
async fn every_harmless_operation_is_marked_so() {
    let (user_id, session_id) = (&user_id(), &"sess_1".parse::<SessionId>().unwrap());
    let metadata = params::UpdateMetadata::default();
    let stub = Stub::start([busy(503)]).await;
    let clerk = &stub.clerk().retry(RetryPolicy { retries: 1, ..quick() });
    let (users, sessions) = (clerk.users(), clerk.sessions());

    let mut repeated = Vec::new();
    macro_rules! run {
        ($($call:expr),+ $(,)?) => {$(
            let before = stub.received().len();
            assert!($call.await.is_err());
            repeated.push(stub.received().len() - before == 2);
        )+};
    }
    run!(
        users.list(),
        users.count(),
        users.get(user_id),
        users.delete(user_id),
        users.replace_metadata(user_id, &metadata),
        users.ban(user_id),
        users.unban(user_id),
        users.ban_many([user_id]),
        users.unban_many([user_id]),
        users.lock(user_id),
        users.unlock(user_id),
        sessions.list(),
        sessions.list().page(),
        sessions.get(session_id),
        sessions.revoke(session_id),
        clerk.jwks(),
    );
    assert_eq!(repeated, [true; 16], "{:?}", stub.lines());

    repeated.clear();
    run!(
        users.create(&params::CreateUser::default()),
        users.update(user_id, &params::UpdateUser::default()),
        users.update_metadata(user_id, &metadata),
        users.verify_password(user_id, "x"),
        sessions.create(user_id),
        sessions.refresh(session_id, &params::RefreshSession::default()),
        sessions.create_token(session_id),
    );
    assert_eq!(repeated, [false; 7], "{:?}", stub.lines());
}

#[tokio::test]
async fn the_server_sets_the_wait() {
    // Without the header the wait would be an hour.
    let slow = RetryPolicy {
        base_delay: Duration::from_secs(3600),
        max_delay: Duration::from_secs(3600),
        retries: 1,
    };
    let stub = Stub::start([busy(429).with_header("Retry-After: 1"), ok(&user("user_1", false))]).await;
    let start = Instant::now();
    assert!(stub.clerk().retry(slow).users().get(&user_id()).await.is_ok());
    assert!((Duration::from_secs(1)..Duration::from_secs(10)).contains(&start.elapsed()));
}

#[tokio::test]
async fn a_wait_beyond_the_longest_ends_the_call() {
    let stub = Stub::start([busy(429).with_header("Retry-After: 3600")]).await;
    let error = stub.clerk().users().get(&user_id()).await.unwrap_err();
    assert!(error.is_rate_limited());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!(stub.received().len(), 1);
}

#[tokio::test]
async fn a_wait_beyond_the_time_limit_ends_the_call_with_its_reason() {
    let stub = Stub::start([busy(429).with_header("Retry-After: 5")]).await;
    let error = stub.clerk().timeout(Duration::from_secs(2)).users().get(&user_id()).await.unwrap_err();
    assert!(error.is_rate_limited() && !error.is_timeout());
}

#[tokio::test]
async fn a_server_that_is_not_there_is_asked_again() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let clerk = Clerk::new("sk_test_abc").api_url(format!("http://{free}")).retry(quick());
    let error = clerk.users().get(&user_id()).await.unwrap_err();
    assert!(error.is_connect(), "{error:?}");
}

#[tokio::test]
async fn a_wrong_password_is_an_answer_and_no_password_an_error() {
    let refuse = |code, status_code| {
        status(status_code, &json!({"errors": [{"message": "", "long_message": "", "code": code}]}))
    };
    let answers =
        [ok(&json!({"verified": true})), refuse("incorrect_password", 422), refuse("no_password_set", 400)];
    let stub = Stub::start(answers).await;
    let clerk = stub.clerk();
    assert!(clerk.users().verify_password(&user_id(), "right").await.unwrap());
    assert!(!clerk.users().verify_password(&user_id(), "wrong").await.unwrap());
    assert!(clerk.users().verify_password(&user_id(), "any").await.unwrap_err().has_code("no_password_set"));
    assert_eq!(stub.received()[0].body, r#"{"password":"right"}"#);
}

fn quick() -> RetryPolicy {
    RetryPolicy { base_delay: Duration::from_millis(1), ..RetryPolicy::default() }
}
