//! Usernames.

use beadle_types::error::code;

use super::canonical_string;
use crate::error::{Error, Result};

/// From how many digits on a text without letters is taken for a phone number.
const PHONE_DIGITS: usize = 7;

/// A username in lower case: 4 to 64 of `a`–`z`, `0`–`9`, `_` and `-`, at least one of them a letter.
///
/// Without `@`, `+` and dots it cannot be mistaken for an email address or a phone number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Username(String);

canonical_string!(Username);

impl Username {
    /// How many characters one has.
    pub const LENGTH: std::ops::RangeInclusive<usize> = 4..=64;

    /// Checks a username and brings it into canonical form; `param` is named by the error.
    pub fn parse(value: &str, param: &str) -> Result<Self> {
        let name = value.trim_matches(' ');
        if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-') {
            return Err(Error::new(
                code::FORM_USERNAME_INVALID_CHARACTER,
                "has an invalid character",
                "A username has only letters from a to z, digits, underscores and hyphens.",
            )
            .param(param));
        }
        if !Self::LENGTH.contains(&name.len()) {
            let (min, max) = (Self::LENGTH.start(), Self::LENGTH.end());
            return Err(Error::new(
                code::FORM_USERNAME_INVALID_LENGTH,
                "has the wrong length",
                format!("A username has {min} to {max} characters."),
            )
            .param(param));
        }
        if !name.bytes().any(|b| b.is_ascii_alphabetic()) {
            return Err(without_letters(name, param));
        }
        Ok(Self(name.to_ascii_lowercase()))
    }
}

fn without_letters(name: &str, param: &str) -> Error {
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    if digits >= PHONE_DIGITS && digits < name.len() {
        Error::new(
            code::FORM_USERNAME_CANNOT_BE_PHONE_NUMBER,
            "looks like a phone number",
            "A username must not look like a phone number.",
        )
    } else {
        Error::new(
            code::FORM_USERNAME_NEEDS_NON_NUMBER_CHAR,
            "needs a letter",
            "A username needs at least one letter.",
        )
    }
    .param(param)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(value: &str) -> &'static str {
        Username::parse(value, "username").unwrap_err().code()
    }

    #[test]
    fn canonical_form_is_lower_case() {
        assert_eq!(Username::parse(" Ada-L_1 ", "username").unwrap().as_str(), "ada-l_1");
    }

    #[test]
    fn length_limits_are_inclusive() {
        let accepts = |length: usize| Username::parse(&"a".repeat(length), "username").is_ok();
        assert_eq!([3, 4, 64, 65].map(accepts), [false, true, true, false]);
        assert_eq!(refusal("abc"), "form_username_invalid_length");
        assert_eq!(refusal(""), "form_username_invalid_length");
    }

    #[test]
    fn other_characters_are_refused() {
        for value in ["ada lovelace", "ada@b.cd", "+1415555", "ada.l", "adä_lo", "ada\0lo", "ada\nlo", "аdаа"]
        {
            assert_eq!(refusal(value), "form_username_invalid_character", "{value:?}");
        }
    }

    #[test]
    fn a_letter_is_needed() {
        assert_eq!(refusal("12345678"), "form_username_needs_non_number_char");
        assert_eq!(refusal("1-2_3"), "form_username_needs_non_number_char");
        assert_eq!(refusal("415-867-5309"), "form_username_cannot_be_phone_number");
        assert!(Username::parse("4158675309x", "username").is_ok());
    }
}
