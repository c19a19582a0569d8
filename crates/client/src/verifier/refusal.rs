//! The answer to who is not signed in, in Clerk's form.

use beadle_types::{ClerkError, ErrorBody, code, gate};
use http::{HeaderName, HeaderValue, Response, StatusCode, header};

use crate::authenticate::SignedOutReason;

const REASON: HeaderName = HeaderName::from_static(gate::REASON);

/// 401 `authentication_invalid`, the reason in `X-Beadle-Auth-Reason`.
pub(crate) fn refusal(reason: SignedOutReason) -> Response<String> {
    let error = ClerkError::new(
        code::AUTHENTICATION_INVALID,
        "Invalid authentication",
        "The request carries no session token that is good at this moment.",
    );
    let body = ErrorBody { errors: vec![error], meta: None, clerk_trace_id: None };
    let mut response = Response::new(serde_json::to_string(&body).unwrap_or_default());
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REASON, HeaderValue::from_static(reason.word()));
    response
}
