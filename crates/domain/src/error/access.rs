//! Refusals of people whom the operator does not want.

use beadle_types::error::code;

use super::Error;

impl Error {
    /// These identifiers are on the block-list, or not on the allow-list, or of a kind that is not wanted.
    pub fn identifiers_not_allowed<'a>(identifiers: impl IntoIterator<Item = &'a str>) -> Self {
        let identifiers: Vec<_> = identifiers.into_iter().map(str::to_owned).collect();
        Self::new(
            code::NOT_ALLOWED_ACCESS,
            "Access not allowed",
            "This application does not let you in with this identifier. Please ask its operator.",
        )
        .with_meta("identifiers", identifiers)
    }

    /// The address has a part that its owner can make up, and that is not wanted.
    pub fn subaddress_not_allowed() -> Self {
        Self::new(
            code::NOT_ALLOWED_ACCESS,
            "Access not allowed",
            "Email addresses with the characters +, = or # are not accepted here.",
        )
        .param("email_address")
    }

    /// The address is another spelling of one that somebody has.
    pub fn mailbox_already_used() -> Self {
        Self::new(
            code::NOT_ALLOWED_ACCESS,
            "Access not allowed",
            "Another spelling of this email address is in use already.",
        )
        .param("email_address")
    }

    /// Numbers of this country, with this calling code, get no SMS.
    pub fn country_unsupported(alpha2: &str, calling_code: &str) -> Self {
        Self::new(
            code::UNSUPPORTED_COUNTRY_CODE,
            "Country not supported",
            format!("Phone numbers of this country (+{calling_code}) are not accepted here."),
        )
        .with_meta("alpha2", alpha2)
        .with_meta("country_code", calling_code)
    }

    /// The list has this entry already.
    pub fn identifier_listed(list: &str) -> Self {
        Self::new(
            code::DUPLICATE_RECORD,
            "Duplicate record",
            format!("The identifier is on the {list} already."),
        )
    }
}
