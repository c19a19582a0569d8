//! Phone numbers of a user.

use serde::{Deserialize, Serialize};

use crate::{
    email_address::IdentificationLink, ids::IdentificationId, object::PhoneNumberObject,
    timestamp::Timestamp, verification::Verification,
};

/// A phone number of a user, in the form both APIs use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PhoneNumber {
    /// The id by which the number is made primary, verified or deleted.
    pub id: IdentificationId,
    /// Always `phone_number`.
    pub object: PhoneNumberObject,
    /// The number in E.164 form.
    pub phone_number: String,
    /// True if the number serves as a second factor.
    #[serde(default)]
    pub reserved_for_second_factor: bool,
    /// True if the number is the second factor that is offered first.
    #[serde(default)]
    pub default_second_factor: bool,
    /// True if nobody else may claim the number although it is not verified.
    pub reserved: bool,
    /// How the number was proven; null before a first try.
    pub verification: Option<Verification>,
    /// Other identifications that vouch for this number.
    pub linked_to: Vec<IdentificationLink>,
    /// Shown once, when the number has just become the first second factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup_codes: Option<Vec<String>>,
    /// When the number was added.
    pub created_at: Timestamp,
    /// When the number last changed.
    pub updated_at: Timestamp,
}
