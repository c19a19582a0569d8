//! Bodies of the operations on e-mail addresses and phone numbers.

use serde::{Deserialize, Serialize};

/// Body of `POST /v1/email_addresses`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateEmailAddress {
    /// Whose it is to be.
    pub user_id: String,
    /// The address.
    pub email_address: String,
    /// Whether it counts as proven; it does not if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<bool>,
    /// Whether it becomes the primary one; the first one does in any case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary: Option<bool>,
    /// Whether the primary address until now is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify_primary_email_address_changed: Option<bool>,
}

/// Body of `PATCH /v1/email_addresses/{email_address_id}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpdateEmailAddress {
    /// Whether it counts as proven.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<bool>,
    /// Makes it the primary one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary: Option<bool>,
    /// Whether the primary address until now is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify_primary_email_address_changed: Option<bool>,
}

/// Body of `POST /v1/phone_numbers`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatePhoneNumber {
    /// Whose it is to be.
    pub user_id: String,
    /// The number, in E.164 form.
    pub phone_number: String,
    /// Whether it counts as proven; it does not if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<bool>,
    /// Whether it becomes the primary one; the first one does in any case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary: Option<bool>,
    /// Whether it is kept as second factor. It must be proven then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserved_for_second_factor: Option<bool>,
}

/// Body of `PATCH /v1/phone_numbers/{phone_number_id}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpdatePhoneNumber {
    /// Whether it counts as proven.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<bool>,
    /// Makes it the primary one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary: Option<bool>,
    /// Whether it is kept as second factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserved_for_second_factor: Option<bool>,
}

/// Whether an identification is proven, as bodies say it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum IdentificationState {
    /// Proven, on the caller's word.
    #[default]
    Verified,
    /// Not proven, but good to sign in with, and nobody else's.
    Reserved,
    /// A claim.
    Unverified,
}

/// Body of `PUT /v1/users/{user_id}/email_address`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReplaceEmailAddress {
    /// The address that takes the place of all others.
    pub email_address: String,
    /// Whether it is proven.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identification_status: Option<IdentificationState>,
    /// Whether the primary address until now is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify_primary_email_address_changed: Option<bool>,
}

/// Body of `PUT /v1/users/{user_id}/phone_number`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReplacePhoneNumber {
    /// The number that takes the place of all others.
    pub phone_number: String,
    /// Whether it is proven.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identification_status: Option<IdentificationState>,
}

/// Body of `POST …/attempt_verification` of an address or number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AttemptVerification {
    /// As `prepare_verification` gave it.
    pub verification_id: String,
    /// What the user typed.
    pub code: String,
}
