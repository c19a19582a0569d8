//! Refusals around webhooks.

use beadle_types::code;

use super::Error;

impl Error {
    /// 400: the app was made before.
    pub fn svix_app_exists() -> Self {
        Self::new(code::SVIX_APP_EXISTS, "App exists", "This instance has its webhook app already.")
    }

    /// 400: no app was made.
    pub fn svix_app_missing() -> Self {
        Self::new(code::SVIX_APP_MISSING, "App missing", "This instance has no webhook app.")
    }

    /// 403: no more endpoints are taken.
    pub fn webhook_endpoint_quota_exceeded(max: i64) -> Self {
        Self::new(
            code::QUOTA_EXCEEDED,
            "Too many",
            format!("An instance has {max} webhook endpoints at most."),
        )
    }
}
