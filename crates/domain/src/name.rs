//! Free text that people see: names and locales, and the check that every stored text passes.

use beadle_types::error::code;

use crate::error::{Error, Result};

/// How many characters a first or last name may have.
pub const MAX_NAME_LENGTH: usize = 256;
/// How many characters a locale may have; the longest registered tags stay well below.
const MAX_LOCALE_LENGTH: usize = 35;

/// Refuses text that is longer than `max` characters or has control characters.
///
/// Control characters include NUL, which PostgreSQL cannot store: whatever passes can be written.
pub fn check_text(param: &str, value: &str, max: usize) -> Result<()> {
    // Characters are never more than bytes, so most texts need no counting.
    if value.len() > max && value.chars().count() > max {
        return Err(Error::param_too_long(param, max));
    }
    if value.chars().any(char::is_control) {
        return Err(Error::new(
            code::FORM_PARAM_VALUE_INVALID,
            "is invalid",
            format!("{param} must not have control characters."),
        )
        .param(param));
    }
    Ok(())
}

/// A first or last name without surrounding blanks; `None` if nothing is left, which is how forms send an
/// absent name.
pub fn parse_name(param: &str, value: &str) -> Result<Option<String>> {
    let name = value.trim();
    check_text(param, name, MAX_NAME_LENGTH)?;
    Ok((!name.is_empty()).then(|| name.to_owned()))
}

/// A language tag in the shape of BCP 47, such as `en-US`; `None` if it is blank. `_` is read as `-`.
///
/// Only the shape is checked: tags are passed on to whoever writes messages, not interpreted here.
pub fn parse_locale(param: &str, value: &str) -> Result<Option<String>> {
    let tag = value.trim().replace('_', "-");
    if tag.is_empty() {
        return Ok(None);
    }
    let mut subtags = tag.split('-');
    let primary = subtags.next().unwrap_or_default();
    let valid = tag.len() <= MAX_LOCALE_LENGTH
        && (2..=8).contains(&primary.len())
        && primary.bytes().all(|b| b.is_ascii_alphabetic())
        && subtags.all(|sub| (1..=8).contains(&sub.len()) && sub.bytes().all(|b| b.is_ascii_alphanumeric()));
    if valid {
        Ok(Some(tag))
    } else {
        Err(Error::param_format_invalid(param, "a language tag such as en-US"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_blank_means_absent() {
        assert_eq!(parse_name("first_name", "  Ada ").unwrap().as_deref(), Some("Ada"));
        assert_eq!(parse_name("first_name", "José María 李").unwrap().as_deref(), Some("José María 李"));
        assert_eq!(parse_name("first_name", " \t ").unwrap(), None);
        assert_eq!(parse_name("first_name", "").unwrap(), None);
    }

    #[test]
    fn control_characters_are_refused() {
        for value in ["a\0b", "a\nb", "a\u{7f}b", "a\u{85}b", "a\u{1b}[31m"] {
            let error = parse_name("last_name", value).unwrap_err();
            assert_eq!((error.code(), error.param_name()), ("form_param_value_invalid", Some("last_name")));
        }
    }

    #[test]
    fn length_counts_characters() {
        assert!(parse_name("n", &"é".repeat(256)).is_ok());
        assert_eq!(parse_name("n", &"é".repeat(257)).unwrap_err().code(), "form_param_max_length_exceeded");
    }

    #[test]
    fn locales() {
        let parse = |value: &str| parse_locale("locale", value);
        assert_eq!(parse("en-US").unwrap().as_deref(), Some("en-US"));
        assert_eq!(parse("zh_Hant_TW").unwrap().as_deref(), Some("zh-Hant-TW"));
        assert_eq!(parse(" ").unwrap(), None);
        for bad in ["e", "en-", "-en", "en--US", "en US", "12", "en-ünder", "en-\0", "abcdefghi", "x"] {
            assert_eq!(parse(bad).unwrap_err().code(), "form_param_format_invalid", "{bad:?}");
        }
        assert!(parse(&format!("en{}", "-abcd".repeat(6))).is_ok());
        assert!(parse(&format!("en{}", "-abcd".repeat(7))).is_err());
    }
}
