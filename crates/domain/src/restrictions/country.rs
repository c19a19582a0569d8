//! The country that a phone number belongs to.

use phonenumber::country::Id;

/// Whether this is the ISO 3166-1 code of a country with phone numbers.
pub fn is_country(code: &str) -> bool {
    code.parse::<Id>().is_ok_and(|id| id.as_ref() == code)
}

/// The ISO 3166-1 code and the calling code of a number in E.164 form. Test numbers belong to no country.
pub(super) fn of_number(number: &str) -> Option<(String, String)> {
    let parsed = phonenumber::parse(None, number).ok()?;
    let country = parsed.country();
    Some((country.id()?.as_ref().to_owned(), country.code().to_string()))
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
        for (number, code, calling_code) in [
            ("+4930901820", "DE", "49"),
            ("+442079460958", "GB", "44"),
            ("+14158675309", "US", "1"),
            ("+14165550123", "CA", "1"),
        ] {
            assert_eq!(of_number(number), Some((code.to_owned(), calling_code.to_owned())), "{number}");
        }
    }
}
