//! Bodies of the session operations.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Map;

/// Body of `POST /v1/sessions`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateSession {
    /// Whose session to make.
    pub user_id: String,
    /// The organisation to choose in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_organization_id: Option<String>,
}

/// Body of `POST /v1/sessions/{id}/tokens`; may be missing altogether.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateSessionToken {
    /// How long the token is to live, 30 to 315,360,000 seconds; the instance's setting if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in_seconds: Option<i64>,
}

/// Body of `POST /v1/sessions/{id}/refresh`. `Debug` hides the two tokens and the headers.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RefreshSession {
    /// The session token that has expired; must belong to the session.
    pub expired_token: String,
    /// The value of the `__refresh` cookie.
    pub refresh_token: String,
    /// The origin of the request for which the token is needed.
    pub request_origin: String,
    /// The headers of that request, each with the list of its values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub request_headers: Option<Map>,
    /// What to answer with; a token if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<RefreshFormat>,
    /// The address of the caller of that request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_originating_ip: Option<String>,
}

impl fmt::Debug for RefreshSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshSession")
            .field("request_origin", &self.request_origin)
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}

/// Query of `POST /v1/sessions/{id}/refresh`, which `@clerk/backend` sends although no description has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
pub struct RefreshSessionQuery {
    /// True if the application reads the cookies whose names end in the publishable key's suffix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suffixed_cookies: Option<bool>,
}

/// What a refresh answers with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RefreshFormat {
    /// The token alone.
    #[default]
    Token,
    /// Cookies to pass on to the browser.
    Cookie,
}
