//! Phone numbers in E.164 form.

use super::canonical_string;
use crate::error::{Error, Result};

/// E.164 allows 15 digits; nothing dialled internationally has fewer than 7.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// A phone number as `+` and digits, country code first.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PhoneNumber(String);

canonical_string!(PhoneNumber);

impl PhoneNumber {
    /// Checks a number against its country's numbering plan; `param` is named by the error.
    ///
    /// The number must be international, that is start with `+`. Blanks and `-.()` between digits are
    /// dropped. Numbers reserved for tests ([`Self::is_test_number`]) are accepted although no plan
    /// assigns them.
    pub fn parse(value: &str, param: &str) -> Result<Self> {
        normalise(value)
            .filter(|number| is_test_number(number) || is_assignable(number))
            .map(Self)
            .ok_or_else(|| Error::param_format_invalid(param, "a valid phone number in international form"))
    }

    /// Whether this is one of the fictional North American numbers `+1 XXX 555 0100` to `0199`, for which a
    /// test instance sends no message and accepts a fixed code.
    pub fn is_test_number(&self) -> bool {
        is_test_number(&self.0)
    }

    /// The number for somebody who has not shown that it is theirs: all but the last two digits hidden.
    pub fn masked(&self) -> String {
        let (hidden, shown) = self.0.split_at(self.0.len() - 2);
        format!("+{}{shown}", "*".repeat(hidden.len() - 1))
    }
}

/// `+` and 7 to 15 digits, the first not 0; `None` if there is anything else than digits and separators.
fn normalise(value: &str) -> Option<String> {
    let rest = value.trim_matches(' ').strip_prefix('+')?;
    let mut number = String::with_capacity(1 + DIGITS.end());
    number.push('+');
    for character in rest.chars() {
        match character {
            '0'..='9' if number.len() <= *DIGITS.end() => number.push(character),
            ' ' | '-' | '.' | '(' | ')' => {}
            _ => return None,
        }
    }
    (DIGITS.contains(&(number.len() - 1)) && !number.starts_with("+0")).then_some(number)
}

fn is_test_number(number: &str) -> bool {
    number.len() == 12 && number.starts_with("+1") && matches!(&number[5..10], "55501")
}

/// Whether the numbering plan of the number's country has numbers of this shape.
fn is_assignable(number: &str) -> bool {
    phonenumber::parse(None, number).is_ok_and(|parsed| {
        // The library drops a national prefix (`+44 0…`); two spellings of one number are not accepted.
        phonenumber::is_valid(&parsed) && parsed.format().mode(phonenumber::Mode::E164).to_string() == number
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(value: &str) -> Option<String> {
        PhoneNumber::parse(value, "phone_number").ok().map(PhoneNumber::into_string)
    }

    #[test]
    fn separators_are_dropped() {
        assert_eq!(parse(" +1 (415) 867-5309 ").as_deref(), Some("+14158675309"));
        assert_eq!(parse("+44 20 7946 0958").as_deref(), Some("+442079460958"));
        assert_eq!(parse("+49.30.901820").as_deref(), Some("+4930901820"));
        assert_eq!(parse("+30 210 123 4567").as_deref(), Some("+302101234567"));
        assert_eq!(parse("+39 06 6982 1234").as_deref(), Some("+390669821234"));
    }

    #[test]
    fn refused_forms() {
        for value in [
            "",
            "+",
            "+0",
            "14158675309",
            "4158675309",
            "+1",
            "+123456",
            "+1415867530",
            "+141586753090",
            "+1234567890123456",
            "+9990000000",
            "+1 415 867 5309 ext 3",
            "+1415867530a",
            "++14158675309",
            "+1\u{660}158675309",
            "+14158675309\0",
            "tel:+14158675309",
            "+1;415;8675309",
        ] {
            assert_eq!(parse(value), None, "{value:?}");
        }
    }

    #[test]
    fn reserved_test_numbers_are_accepted() {
        for (value, is_test) in [
            ("+14155550100", true),
            ("+15555550199", true),
            ("+12015550142", true),
            ("+14158675309", false),
            ("+442079460958", false),
        ] {
            let number = PhoneNumber::parse(value, "p").unwrap();
            assert_eq!(number.is_test_number(), is_test, "{value}");
        }
        assert_eq!(parse("+15555550200"), None);
        assert_eq!(parse("+15555550099"), None);
    }

    #[test]
    fn masking_hides_the_number() {
        assert_eq!(PhoneNumber::parse("+14155550123", "p").unwrap().masked(), "+*********23");
    }
}
