//! The country that a phone number belongs to.

use phonenumber::country::Id;

/// Whether this is the ISO 3166-1 code of a country with phone numbers.
pub fn is_country(code: &str) -> bool {
    code.parse::<Id>().is_ok_and(|id| id.as_ref() == code)
}

/// Whether the number, in E.164 form, is one of this country's. Test numbers belong to none.
pub(super) fn has_number(code: &str, number: &str) -> bool {
    phonenumber::parse(None, number)
        .ok()
        .and_then(|parsed| parsed.country().id())
        .is_some_and(|country| country.as_ref() == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_countries() {
        for code in ["DE", "GB", "US", "CA"] {
            assert!(is_country(code), "{code}");
        }
        for code in ["", "de", "ZZ", "DEU", "49"] {
            assert!(!is_country(code), "{code}");
        }
    }

    #[test]
    fn countries_that_share_a_calling_code_are_told_apart() {
        for (number, code) in
            [("+4930901820", "DE"), ("+442079460958", "GB"), ("+14158675309", "US"), ("+14165550123", "CA")]
        {
            assert!(has_number(code, number), "{number} {code}");
        }
        assert!(!has_number("CA", "+14158675309"));
        assert!(!has_number("DE", "+442079460958"));
    }
}
