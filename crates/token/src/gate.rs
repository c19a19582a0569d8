//! What a gate tells the proxy of an admitted request: shared by the SDK and the server's gate.

use beadle_types::{
    SessionId, UserId,
    gate::{ACTOR, SESSION_ID, USER_ID},
};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde_json::Value;

/// The headers of the answer: who sent the request, and that nobody may keep it. `actor` is the session's `act` claim.
pub fn identity(user_id: &UserId, session_id: &SessionId, actor: Option<&Value>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let actor = actor.and_then(|actor| actor["sub"].as_str());
    let identity =
        [(USER_ID, Some(user_id.as_str())), (SESSION_ID, Some(session_id.as_str())), (ACTOR, actor)];
    for (name, value) in identity {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    headers
}
