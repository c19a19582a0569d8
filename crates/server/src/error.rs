//! Failures as HTTP answers: the one place that knows which status goes with which of Clerk's codes.

use std::sync::Arc;

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use beadle_domain::{Error, Errors, credential::Refusal, verification::VerificationError};
use beadle_store::WorkError as _;
use beadle_types::{ClerkError, ErrorBody, code};
use serde_json::{Map, Value};

use crate::cookies;

/// The result of every handler.
pub(crate) type ApiResult<T> = Result<T, ApiError>;

/// A refused or failed request.
#[derive(Debug, Clone)]
pub struct ApiError {
    status: StatusCode,
    errors: Vec<ClerkError>,
    meta: Option<Value>,
    retry_after_seconds: Option<u32>,
    /// What goes out in spite of the refusal, such as cookies.
    headers: Vec<(HeaderName, String)>,
    /// For the log alone.
    cause: Option<String>,
    /// A concurrent writer is the reason: a transaction may be run again.
    transient: bool,
}

impl beadle_store::WorkError for ApiError {
    fn is_transient(&self) -> bool {
        self.transient
    }
}

impl ApiError {
    /// A failure of ours. `cause` goes to the log, never to the caller.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        let error = ClerkError::new(
            code::INTERNAL_CLERK_ERROR,
            "Internal error",
            "Something went wrong on the server. The log has the details under the trace id.",
        );
        Self { cause: Some(cause.to_string()), ..Self::of(StatusCode::INTERNAL_SERVER_ERROR, error) }
    }

    /// More work than fits; the caller should come back after a second.
    pub fn too_many_requests() -> Self {
        let error =
            ClerkError::new(code::TOO_MANY_REQUESTS, "Too many requests", "The server is busy, retry later.");
        Self { retry_after_seconds: Some(1), ..Self::of(StatusCode::TOO_MANY_REQUESTS, error) }
    }

    /// Too many tries; the caller may come back after this time.
    pub fn too_many_requests_for(wait: std::time::Duration) -> Self {
        let error = ClerkError::new(
            code::TOO_MANY_REQUESTS,
            "Too many requests",
            "There were too many requests. Please wait a moment and try again.",
        );
        let seconds = u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX);
        let error = error.with_meta("ResetsIn", seconds);
        Self { retry_after_seconds: Some(seconds), ..Self::of(StatusCode::TOO_MANY_REQUESTS, error) }
    }

    /// The database cannot be reached or is overloaded; the caller should come back after a second.
    pub fn unavailable(cause: String) -> Self {
        let error = ClerkError::new(
            code::SERVICE_UNAVAILABLE,
            "Service unavailable",
            "The database does not answer, retry later.",
        );
        let answer = Self::of(StatusCode::SERVICE_UNAVAILABLE, error);
        Self { retry_after_seconds: Some(1), cause: Some(cause), ..answer }
    }

    /// An answer with a status of its own, for what is wrong with the request as a whole.
    pub fn new(
        status: StatusCode,
        code: &'static str,
        message: &'static str,
        long_message: impl Into<String>,
    ) -> Self {
        Self::of(status, ClerkError::new(code, message, long_message))
    }

    fn of(status: StatusCode, error: ClerkError) -> Self {
        Self {
            status,
            errors: vec![error],
            meta: None,
            retry_after_seconds: None,
            headers: Vec::new(),
            cause: None,
            transient: false,
        }
    }

    /// Adds to the `meta` of the whole answer, for example the client that the browser should adopt.
    #[must_use]
    pub fn with_meta(mut self, key: &str, value: Value) -> Self {
        let meta = self.meta.get_or_insert_with(|| Value::Object(Map::new()));
        meta[key] = value;
        self
    }

    /// Headers that the caller gets in spite of the refusal.
    #[must_use]
    pub(crate) fn with_headers(mut self, headers: Vec<(HeaderName, String)>) -> Self {
        self.headers = headers;
        self
    }

    /// The same, as an operation says it that knows no other refusal of parameters.
    pub(crate) fn as_bad_request(&self) -> Self {
        let errors = self.errors.iter().cloned();
        let errors = errors.map(|error| ClerkError { code: code::BAD_REQUEST.into(), ..error }).collect();
        Self { status: StatusCode::BAD_REQUEST, errors, ..self.clone() }
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// What went wrong, for the log.
    pub(crate) fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// The first code.
    pub fn code(&self) -> &str {
        self.errors.first().map_or("", |error| &error.code)
    }

    /// All that is wrong, for pages that show it beside their fields.
    pub(crate) fn errors(&self) -> &[ClerkError] {
        &self.errors
    }

    /// The body, with the trace id of the request.
    pub(crate) fn render(&self, trace_id: &str) -> Vec<u8> {
        let body = ErrorBody {
            errors: self.errors.clone(),
            meta: self.meta.clone(),
            clerk_trace_id: Some(trace_id.to_owned()),
        };
        serde_json::to_vec(&body).unwrap_or_default()
    }
}

/// The status that Clerk documents for a code; 422 for the many that are about a parameter.
fn status_of(code: &str) -> StatusCode {
    match code {
        code::RESOURCE_NOT_FOUND
        | code::MACHINE_NOT_FOUND
        | code::PASSKEY_NOT_REGISTERED
        | code::SAML_CONNECTION_ACTIVE_NOT_FOUND
        | code::ACTOR_TOKEN_SUBJECT_NOT_FOUND => StatusCode::NOT_FOUND,
        code::NOT_ALLOWED_ACCESS
        | code::UNSUPPORTED_COUNTRY_CODE
        | code::OPERATION_NOT_ALLOWED_ON_PRIMARY_DOMAIN => StatusCode::FORBIDDEN,
        code::USER_BANNED | code::USER_LOCKED | code::USER_DEACTIVATED | code::AUTHORIZATION_INVALID => {
            StatusCode::FORBIDDEN
        }
        code::SIGNED_OUT
        | code::AUTHENTICATION_INVALID
        | code::AUTHORIZATION_HEADER_FORMAT_INVALID
        | code::CLERK_KEY_INVALID
        | code::DEV_BROWSER_UNAUTHENTICATED
        | code::PROXY_REQUEST_INVALID_SECRET_KEY => StatusCode::UNAUTHORIZED,
        code if code.starts_with("session_refresh_")
            || code.starts_with("expired_session_token_")
            || code.starts_with("refresh_") =>
        {
            StatusCode::UNAUTHORIZED
        }
        code::TOO_MANY_REQUESTS | code::VERIFICATION_CODE_TOO_MANY_REQUESTS => StatusCode::TOO_MANY_REQUESTS,
        code::REQUEST_BODY_TOO_LARGE => StatusCode::PAYLOAD_TOO_LARGE,
        code::UNSUPPORTED_CONTENT_TYPE => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        code::CONFLICT
        | code::API_KEY_NAME_ALREADY_EXISTS
        | code::RESOURCE_LOCKED
        | code::WAITLIST_ENTRY_ALREADY_COMPLETED
        | code::WAITLIST_ENTRY_ALREADY_INVITED
        | code::WAITLIST_ENTRY_ALREADY_REJECTED => StatusCode::CONFLICT,
        code::SIGN_UP_MODE_RESTRICTED
        | code::SIGN_UP_CANNOT_BE_UPDATED
        | code::SIGN_UP_RESTRICTED_WAITLIST
        | code::WAITLIST_NOT_ACCEPTING_ENTRIES
        | code::SYNC_NONCE_ALREADY_CONSUMED
        | code::ORGANIZATION_NOT_ENABLED_IN_INSTANCE
        | code::BILLING_NOT_ENABLED
        | code::FEATURE_NOT_ENABLED
        | code::PASSKEY_QUOTA_EXCEEDED
        | code::SELF_SERVE_SSO_DISABLED
        | code::USER_DELETE_SELF_NOT_ENABLED
        | code::SESSION_REVERIFICATION_REQUIRED
        | code::QUOTA_EXCEEDED
        | code::RESOURCE_FORBIDDEN
        | code::OAUTH_ACCESS_DENIED => StatusCode::FORBIDDEN,
        code::OAUTH_TOKEN_PROVIDER_NOT_ENABLED | code::EXTERNAL_ACCOUNT_NOT_FOUND => StatusCode::NOT_FOUND,
        code::OAUTH_MISSING_ACCESS_TOKEN => StatusCode::UNPROCESSABLE_ENTITY,
        code if code.starts_with("oauth_") => StatusCode::BAD_REQUEST,
        code::MISCONFIGURED_OAUTH_PROVIDER
        | code::ACCOUNT_TRANSFER_INVALID
        | code::BULK_SIZE_EXCEEDED
        | code::API_VERSION_INVALID
        | code::REQUEST_BODY_INVALID
        | code::NO_PASSWORD_SET
        | code::BAD_REQUEST
        | code::MACHINE_TOKEN_RESERVED_CLAIM
        | code::TOTP_ALREADY_ENABLED
        | code::TOTP_DISABLED
        | code::PASSWORD_REQUIRED
        | code::INVALID_ACTION_FOR_SESSION
        | code::TOO_MANY_UNVERIFIED_IDENTIFICATIONS
        | code::LAST_REQUIRED_IDENTIFICATION_DELETION_FAILED
        | code::DELETE_LINKED_IDENTIFICATION_DISALLOWED
        | code::NO_PASSKEYS_FOUND_FOR_USER
        | code::PASSKEY_AUTHENTICATION_FAILURE
        | code::PASSKEY_REGISTRATION_FAILURE
        | code::SESSION_EXISTS
        | code::IDENTIFIER_ALREADY_SIGNED_IN
        | code::STRATEGY_FOR_USER_INVALID
        | code::DUPLICATE_RECORD
        | code::INVITATION_ACCOUNT_EXISTS
        | code::INVITATION_ACCOUNT_NOT_EXISTS
        | code::INVITATION_ALREADY_ACCEPTED
        | code::INVITATION_ALREADY_REVOKED
        | code::REVOKED_INVITATION
        | code::TICKET_EXPIRED_CODE
        | code::TICKET_INVALID_CODE
        | code::SESSION_REVERIFICATION_MISSING
        | code::PROXY_REQUEST_MISSING_SECRET_KEY
        | code::SVIX_APP_EXISTS
        | code::SVIX_APP_MISSING
        | code::URL_BASED_SESSION_SYNCING_DISABLED
        | code::BREAKS_INSTANCE_INVARIANT
        | code::DOMAIN_UPDATE_FORBIDDEN
        | code::JWT_TEMPLATE_RESERVED_CLAIM
        | code::REQUEST_INVALID_FOR_ENVIRONMENT
        | code::ORIGIN_INVALID => StatusCode::BAD_REQUEST,
        code if ["verification_", "sign_in_token_", "actor_token_", "identification_"]
            .iter()
            .any(|family| code.starts_with(family)) =>
        {
            StatusCode::BAD_REQUEST
        }
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

fn wire(error: &Error) -> ClerkError {
    let meta = error.meta();
    ClerkError {
        message: error.message().to_owned(),
        long_message: error.long_message().to_owned(),
        code: error.code().into(),
        meta: (!meta.is_empty()).then(|| Value::Object(meta.clone())),
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        let answer = Self::of(status_of(error.code()), wire(&error));
        let wait = (answer.status == StatusCode::TOO_MANY_REQUESTS).then_some(60);
        Self { retry_after_seconds: wait, ..answer }
    }
}

/// A refusal that was kept with an attempt.
impl From<&VerificationError> for ApiError {
    fn from(kept: &VerificationError) -> Self {
        let VerificationError { code, message, long_message } = kept.clone();
        Self::of(status_of(&code), ClerkError::new(code, message, long_message))
    }
}

impl From<Errors> for ApiError {
    fn from(errors: Errors) -> Self {
        Self {
            status: status_of(errors.first().code()),
            errors: errors.iter().map(wire).collect(),
            meta: None,
            retry_after_seconds: None,
            headers: Vec::new(),
            cause: None,
            transient: false,
        }
    }
}

impl From<beadle_store::Error> for ApiError {
    fn from(error: beadle_store::Error) -> Self {
        let transient = error.is_transient();
        let error = match error {
            beadle_store::Error::Busy(reason) => Self::unavailable(reason),
            conflict @ beadle_store::Error::Conflict { .. } => {
                match beadle_store::users::conflicting_parameter(&conflict) {
                    Some(param) => Error::identifier_exists(param).into(),
                    None => Self::internal(conflict),
                }
            }
            other => Self::internal(other),
        };
        Self { transient, ..error }
    }
}

/// On the Backend API a banned user's credential is refused as such; one that died earlier is simply gone.
impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        beadle_domain::sign_in::refusal(refusal).into()
    }
}

impl IntoResponse for ApiError {
    /// The body is rendered by the tracing layer, which knows the trace id.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if let Some(seconds) = self.retry_after_seconds {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        cookies::append(response.headers_mut(), &self.headers);
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}
