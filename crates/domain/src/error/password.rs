//! Refusals of passwords and of imported password digests.

use beadle_types::error::code;

use super::Error;

impl Error {
    /// Fewer characters than the policy asks for.
    pub fn password_too_short(param: &str, min: u32) -> Self {
        Self::new(
            code::FORM_PASSWORD_LENGTH_TOO_SHORT,
            "is too short",
            format!("The password needs at least {min} characters."),
        )
        .param(param)
    }

    /// More characters than the policy allows.
    pub fn password_too_long(param: &str, max: u32) -> Self {
        Self::new(
            code::FORM_PASSWORD_LENGTH_TOO_LONG,
            "is too long",
            format!("The password may have at most {max} characters."),
        )
        .param(param)
    }

    /// More bytes than any password may have, whatever its number of characters.
    pub fn password_too_many_bytes(param: &str, max: usize) -> Self {
        Self::new(
            code::FORM_PASSWORD_SIZE_IN_BYTES_EXCEEDED,
            "is too long",
            format!("The password may take up at most {max} bytes."),
        )
        .param(param)
    }

    /// The policy asks for a lower-case letter.
    pub fn password_no_lowercase(param: &str) -> Self {
        Self::new(
            code::FORM_PASSWORD_NO_LOWERCASE,
            "needs a lower-case letter",
            "The password needs at least one lower-case letter.",
        )
        .param(param)
    }

    /// The policy asks for an upper-case letter.
    pub fn password_no_uppercase(param: &str) -> Self {
        Self::new(
            code::FORM_PASSWORD_NO_UPPERCASE,
            "needs an upper-case letter",
            "The password needs at least one upper-case letter.",
        )
        .param(param)
    }

    /// The policy asks for a digit.
    pub fn password_no_number(param: &str) -> Self {
        Self::new(code::FORM_PASSWORD_NO_NUMBER, "needs a digit", "The password needs at least one digit.")
            .param(param)
    }

    /// The policy asks for a special character.
    pub fn password_no_special_char(param: &str) -> Self {
        Self::new(
            code::FORM_PASSWORD_NO_SPECIAL_CHAR,
            "needs a special character",
            "The password needs at least one character that is neither a letter nor a digit.",
        )
        .param(param)
    }

    /// The estimated strength is below the policy's.
    pub fn password_not_strong_enough(param: &str) -> Self {
        Self::new(
            code::FORM_PASSWORD_NOT_STRONG_ENOUGH,
            "is too weak",
            "The password is too easy to guess. Please choose a longer or less regular one.",
        )
        .param(param)
    }

    /// The password stands on, or next to, a list that attackers try first.
    pub fn password_pwned(param: &str) -> Self {
        Self::new(
            code::FORM_PASSWORD_PWNED,
            "is a known password",
            "This password is among those that attackers try first. Please choose another one.",
        )
        .param(param)
    }

    /// The password is the user's own email address, phone number or username.
    pub fn password_matches_identifier(param: &str) -> Self {
        Self::new(
            code::FORM_PASSWORD_MATCHES_IDENTIFIER,
            "is the same as an identifier",
            "The password must differ from your email address, phone number and username.",
        )
        .param(param)
    }

    /// The password of a sign-in is wrong.
    pub fn password_incorrect() -> Self {
        Self::new(code::FORM_PASSWORD_INCORRECT, "is wrong", "The password is wrong. Please try again.")
            .param("password")
    }

    /// The password is the right one, and an operator has said that others know it.
    pub fn password_compromised(param: &str) -> Self {
        Self::new(
            code::FORM_PASSWORD_COMPROMISED,
            "is known to others",
            "Others may know this password. Please sign in by another way, or reset it.",
        )
        .param(param)
    }

    /// The password that is to be replaced or removed is another one.
    pub fn current_password_incorrect() -> Self {
        Self::password_incorrect().param("current_password")
    }

    /// The new password is the old one.
    pub fn new_password_matches_current(param: &str) -> Self {
        Self::new(
            code::FORM_NEW_PASSWORD_MATCHES_CURRENT,
            "is the current password",
            "The new password must differ from the current one.",
        )
        .param(param)
    }

    /// A password that the account cannot do without.
    pub fn password_required() -> Self {
        Self::new(
            code::PASSWORD_REQUIRED,
            "Password required",
            "This account needs its password: there is no other way to sign in, or the instance asks for one.",
        )
    }

    /// The Backend API's `verify_password` was given another password than the user's.
    pub fn verify_password_incorrect() -> Self {
        Self::new(code::INCORRECT_PASSWORD, "Wrong password", "The password is not the one of this user.")
    }

    /// The user has no password to compare with.
    pub fn no_password_set() -> Self {
        Self::new(code::NO_PASSWORD_SET, "No password", "This user has no password.")
    }

    /// The imported digest is not one of the announced hasher, or asks for more work than is accepted.
    pub fn password_digest_invalid(reason: &str) -> Self {
        Self::new(
            code::FORM_PASSWORD_DIGEST_INVALID_CODE,
            "is not a valid digest",
            format!("The password digest cannot be used: {reason}."),
        )
        .param("password_digest")
    }
}
