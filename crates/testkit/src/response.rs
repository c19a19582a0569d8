//! Answers, and what tests ask of them.

use http::{HeaderMap, StatusCode, header};
use serde_json::Value;

/// An answer that was read to its end.
#[derive(Debug, Clone)]
pub struct TestResponse {
    /// Method and target of the request, for messages.
    pub request: String,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body's bytes.
    pub body: Vec<u8>,
}

impl TestResponse {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// If it is none, or not announced as exactly `application/json`, which is all that `@clerk/backend` parses.
    #[track_caller]
    pub fn json(&self) -> Value {
        assert_eq!(self.header(header::CONTENT_TYPE.as_str()), Some("application/json"), "{}", self.shown());
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.shown()))
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("headers of answers are ASCII"))
    }

    /// The JSON of an answer with status 200.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.shown());
        self.json()
    }

    /// The body of a refusal with this status and, as its first error, this code. Also checks the form of the
    /// body that every refusal has.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status.as_u16(), status, "expected {code}: {}", self.shown());
        let body = self.json();
        let errors = body["errors"].as_array().unwrap_or_else(|| panic!("{}", self.shown()));
        for error in errors {
            for member in ["message", "long_message", "code"] {
                let text = error[member].as_str().unwrap_or_default();
                assert!(!text.is_empty(), "{member}: {}", self.shown());
            }
        }
        assert_eq!(body["errors"][0]["code"], code, "{}", self.shown());
        let trace_id = body["clerk_trace_id"].as_str().unwrap_or_default();
        let hexadecimal = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        assert!(trace_id.len() == 32 && trace_id.bytes().all(hexadecimal), "{}", self.shown());
        assert_eq!(self.header("x-clerk-trace-id"), Some(trace_id), "{}", self.shown());
        body
    }

    /// Like [`TestResponse::refused`], with the parameter that the first error names.
    #[track_caller]
    pub fn refused_for(&self, status: u16, code: &str, param: &str) -> Value {
        let body = self.refused(status, code);
        assert_eq!(body["errors"][0]["meta"]["param_name"], param, "{}", self.shown());
        body
    }

    /// The whole exchange, for messages.
    pub fn shown(&self) -> String {
        format!("{} -> {} {}", self.request, self.status, self.text())
    }
}
