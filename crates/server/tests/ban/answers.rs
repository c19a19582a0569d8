//! What answers must and must not hold.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use beadle_testkit::{TestResponse, Value, json};
use http::header;

use crate::scene::Phase;

/// A refusal that hands out nothing anybody could use.
#[track_caller]
pub(crate) fn refused(answer: &TestResponse, status: u16, code: &str) -> Value {
    let body = answer.refused(status, code);
    hands_out_nothing(answer);
    body
}

/// What a browser is told whose session is dead: why, and that nobody is signed in on it any more.
#[track_caller]
pub(crate) fn session_refused(answer: &TestResponse, phase: Phase) {
    let (status, code) =
        if phase.is_banned() { (403, "user_banned") } else { (401, "authentication_invalid") };
    let body = refused(answer, status, code);
    signed_out(&body["meta"]["client"]);
    let mut cookies = answer.headers.get_all(header::SET_COOKIE).iter();
    assert!(cookies.any(|cookie| cookie.as_bytes().starts_with(b"__client_uat=0;")), "{}", answer.shown());
}

/// A client that is there, without sessions.
#[track_caller]
pub(crate) fn signed_out(client: &Value) {
    assert_eq!(client["object"], "client", "{client}");
    assert_eq!(client["sessions"], json!([]), "{client}");
    assert_eq!(client["last_active_session_id"], Value::Null, "{client}");
}

/// No token in the body, and no cookie but those that take something away. A new device gets a secret of its
/// own, which is no credential of any user.
#[track_caller]
pub(crate) fn hands_out_nothing(answer: &TestResponse) {
    assert!(!answer.text().contains("\"eyJ"), "a token in {}", answer.shown());
    for cookie in answer.headers.get_all(header::SET_COOKIE) {
        let cookie = cookie.to_str().expect("cookies are ASCII");
        let (name, rest) = cookie.split_once('=').expect("a cookie has a name");
        let value = rest.split(';').next().unwrap_or_default();
        let harmless =
            value.is_empty() || name == "__client" || (name.starts_with("__client_uat") && value == "0");
        assert!(harmless, "{cookie} with {}", answer.shown());
    }
}

/// The claims of a session token, its signature unchecked.
#[track_caller]
pub(crate) fn claims(jwt: &Value) -> Value {
    let jwt = jwt.as_str().unwrap_or_else(|| panic!("{jwt} is no token"));
    let payload = jwt.split('.').nth(1).expect("a token has three parts");
    let payload = BASE64_URL_SAFE_NO_PAD.decode(payload).expect("base64url");
    serde_json::from_slice(&payload).expect("claims are JSON")
}

/// A token of this user and generation.
#[track_caller]
pub(crate) fn token(jwt: &Value, user: &str, generation: i64) {
    let claims = claims(jwt);
    assert_eq!((&claims["sub"], &claims["gen"]), (&json!(user), &json!(generation)), "{claims}");
}
