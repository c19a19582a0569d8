//! Refusals around a user's own e-mail addresses and phone numbers.

use beadle_types::error::code;

use super::Error;

impl Error {
    /// Nothing would be left by which the user can sign in.
    pub fn last_identification() -> Self {
        Self::new(
            code::IDENTIFICATION_DELETION_FAILED,
            "Removal failed",
            "This is the last way to sign in to the account, so it cannot be removed.",
        )
    }

    /// A connected account vouches for the address.
    pub fn linked_identification() -> Self {
        Self::new(
            code::DELETE_LINKED_IDENTIFICATION_DISALLOWED,
            "Removal failed",
            "A connected account vouches for this address. Remove that account first.",
        )
    }

    /// The instance asks every user for one of this kind, and this is the last.
    pub fn last_required_identification() -> Self {
        Self::new(
            code::LAST_REQUIRED_IDENTIFICATION_DELETION_FAILED,
            "Removal failed",
            "Every account needs one of this kind, and this is the last, so it cannot be removed.",
        )
    }

    /// Too many are waiting to be proven.
    pub fn too_many_unverified_identifications() -> Self {
        Self::new(
            code::TOO_MANY_UNVERIFIED_IDENTIFICATIONS,
            "Too many unverified",
            "Please verify or remove what you have added before you add more.",
        )
    }

    /// The user has as many of this kind as anybody may have.
    pub fn too_many_identifications() -> Self {
        Self::new(code::QUOTA_EXCEEDED, "Too many", "Please remove one before you add another.")
    }

    /// What is not proven cannot become a second factor.
    pub fn second_factor_unverified() -> Self {
        Self::second_factor_unproven(code::IDENTIFICATION_UPDATE_SECOND_FACTOR_UNVERIFIED)
    }

    /// On the Backend API: what is added unproven cannot be a second factor.
    pub fn new_second_factor_unverified() -> Self {
        Self::second_factor_unproven(code::IDENTIFICATION_CREATE_SECOND_FACTOR_UNVERIFIED)
    }

    fn second_factor_unproven(code: &'static str) -> Self {
        let rule = "Please verify the phone number before you use it as a second factor.";
        Self::new(code, "Not verified", rule)
    }

    /// What is needed to sign in cannot become a second factor.
    pub fn last_identification_as_second_factor() -> Self {
        Self::new(
            code::IDENTIFICATION_UPDATE_FAILED,
            "Update failed",
            "This is the last way to sign in to the account, so it cannot be kept for the second step.",
        )
    }

    /// A default can be replaced, and not just taken away.
    pub fn default_second_factor_kept(param: &str) -> Self {
        Self::new(
            code::FORM_DISABLE_DEFAULT_SECOND_FACTOR_NOT_ALLOWED,
            "cannot be unset",
            "Please make another second factor the default instead.",
        )
        .param(param)
    }
}
