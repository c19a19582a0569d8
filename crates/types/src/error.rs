//! The body of every answer that is not a success.

pub mod code;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One or more reasons why a request was refused.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorBody {
    /// The reasons; at least one when the server is Beadle or Clerk.
    pub errors: Vec<ClerkError>,
    /// Data about the whole answer. The Frontend API puts the caller's `client` here, which signs a browser out
    /// at once when its session has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<Value>,
    /// Names the request in the server's log: 32 lowercase hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clerk_trace_id: Option<String>,
}

/// One reason for a refusal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClerkError {
    /// Short text for developers.
    pub message: String,
    /// Text that user interfaces show when they have no translation of the code.
    #[serde(default)]
    pub long_message: String,
    /// The stable word that programs decide by; see [`code`].
    pub code: Cow<'static, str>,
    /// Details, such as `param_name`: the parameter at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meta: Option<Value>,
}

impl ErrorBody {
    /// A body with a single reason and no details about the whole.
    pub fn of(error: ClerkError) -> Self {
        Self { errors: vec![error], ..Self::default() }
    }

    /// True if one of the reasons has this code.
    pub fn has_code(&self, code: &str) -> bool {
        self.errors.iter().any(|error| error.code == code)
    }
}

impl ClerkError {
    /// A reason without details.
    pub fn new(
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
        long_message: impl Into<String>,
    ) -> Self {
        Self { message: message.into(), long_message: long_message.into(), code: code.into(), meta: None }
    }

    /// Adds the name of the parameter at fault, in snake case as it was sent.
    #[must_use]
    pub fn with_param(self, name: &str) -> Self {
        self.with_meta("param_name", name)
    }

    /// Adds one detail; existing details stay.
    #[must_use]
    pub fn with_meta(mut self, key: &str, value: impl Into<Value>) -> Self {
        let mut details = match self.meta.take() {
            Some(Value::Object(details)) => details,
            _ => serde_json::Map::new(),
        };
        details.insert(key.to_owned(), value.into());
        self.meta = Some(Value::Object(details));
        self
    }

    /// The parameter at fault, if the reason names one.
    pub fn param_name(&self) -> Option<&str> {
        self.meta.as_ref()?.get("param_name")?.as_str()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn details_and_trace_id_appear_only_when_known() {
        let bare = ErrorBody::of(ClerkError::new(code::USER_BANNED, "a", "b"));
        assert_eq!(
            serde_json::to_value(&bare).unwrap(),
            json!({"errors": [{"message": "a", "long_message": "b", "code": "user_banned"}]})
        );

        let error =
            ClerkError::new(code::FORM_PARAM_MISSING, "a", "b").with_param("user_ids").with_meta("limit", 50);
        assert_eq!(error.param_name(), Some("user_ids"));
        let full = ErrorBody {
            errors: vec![error],
            meta: Some(json!({"client": null})),
            clerk_trace_id: Some("00ff".into()),
        };
        let text = serde_json::to_value(&full).unwrap();
        assert_eq!(text["errors"][0]["meta"], json!({"param_name": "user_ids", "limit": 50}));
        assert_eq!(text["meta"], json!({"client": null}));
        assert_eq!(text["clerk_trace_id"], "00ff");
        assert_eq!(serde_json::from_value::<ErrorBody>(text).unwrap(), full);
    }

    #[test]
    fn questions_look_at_every_reason() {
        let body: ErrorBody = serde_json::from_value(json!({"errors": [
            {"message": "x", "code": "form_param_missing"},
            {"message": "y", "code": "user_banned"},
        ]}))
        .unwrap();
        assert!(body.has_code(code::USER_BANNED));
        assert!(!body.has_code(code::USER_LOCKED));
    }
}
