//! Email addresses: the part of RFC 5321 that mail systems really use.

use super::canonical_string;
use crate::error::{Error, Result};

/// The longest address that fits into an SMTP path (RFC 5321, erratum 1690).
const MAX_LENGTH: usize = 254;
const MAX_LOCAL_LENGTH: usize = 64;

/// An email address in lower case.
///
/// Refused on purpose: quoted local parts, address literals, domains without a dot, and anything outside
/// ASCII. An international domain is given in its `xn--` form, so that each address has one spelling.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EmailAddress(String);

canonical_string!(EmailAddress);

impl EmailAddress {
    /// Checks an address and brings it into canonical form; `param` is named by the error.
    pub fn parse(value: &str, param: &str) -> Result<Self> {
        let address = value.trim_matches(' ');
        let valid = address.len() <= MAX_LENGTH
            && address
                .rsplit_once('@')
                .is_some_and(|(local, domain)| is_local_part(local) && is_domain(domain));
        if valid {
            Ok(Self(address.to_ascii_lowercase()))
        } else {
            Err(Error::param_format_invalid(param, "a valid email address"))
        }
    }

    /// Everything before the `@`.
    pub fn local_part(&self) -> &str {
        self.0.split_once('@').map_or("", |(local, _)| local)
    }

    /// Everything after the `@`.
    pub fn domain(&self) -> &str {
        self.0.split_once('@').map_or("", |(_, domain)| domain)
    }

    /// Whether the address carries the `+clerk_test` tag, for which a test instance sends no mail and
    /// accepts a fixed code.
    pub fn is_test_address(&self) -> bool {
        self.local_part().split('+').skip(1).any(|tag| tag.starts_with("clerk_test"))
    }

    /// The address for somebody who has not shown that it is theirs: `a****@example.com`.
    pub fn masked(&self) -> String {
        let first = self.0.chars().next().unwrap_or('*');
        format!("{first}****@{}", self.domain())
    }
}

/// The dot-atom of RFC 5321.
fn is_local_part(local: &str) -> bool {
    local.len() <= MAX_LOCAL_LENGTH
        && local.split('.').all(|atom| {
            !atom.is_empty()
                && atom.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
        })
}

/// Host name rules: two labels or more, letters, digits and inner hyphens, and no number as the last label.
fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    domain.split('.').all(is_label)
        && domain.rsplit_once('.').is_some_and(|(_, top)| !top.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(value: &str) -> Option<String> {
        EmailAddress::parse(value, "email_address").ok().map(EmailAddress::into_string)
    }

    #[test]
    fn canonical_form_is_lower_case_and_trimmed() {
        assert_eq!(
            parse(" Ada.Lovelace+News@Example.COM ").as_deref(),
            Some("ada.lovelace+news@example.com")
        );
        assert_eq!(parse("o'hara@xn--bcher-kva.example").as_deref(), Some("o'hara@xn--bcher-kva.example"));
    }

    #[test]
    fn refused_forms() {
        for value in [
            "",
            "@",
            "a",
            "a@",
            "@b.c",
            "a@b",
            "a@b.",
            "a@.b",
            "a@b..c",
            "a@-b.c",
            "a@b-.c",
            "a@1.2.3.4",
            "a@[1.2.3.4]",
            "a b@c.d",
            "a@b c.d",
            ".a@b.c",
            "a.@b.c",
            "a..b@c.d",
            "\"a\"@b.c",
            "a@b@c.d",
            "ä@b.de",
            "a@bücher.de",
            "a\0@b.c",
            "a@b.c\n",
            "a@b.c\0",
            "<a@b.c>",
            "a@b_c.de",
        ] {
            assert_eq!(parse(value), None, "{value:?}");
        }
    }

    #[test]
    fn length_limits_are_inclusive() {
        let local = "a".repeat(64);
        assert!(parse(&format!("{local}@b.de")).is_some());
        assert!(parse(&format!("a{local}@b.de")).is_none());
        let label = "b".repeat(63);
        assert!(parse(&format!("a@{label}.de")).is_some());
        assert!(parse(&format!("a@b{label}.de")).is_none());
        // 64 + 1 + 63 + 1 + 63 + 1 + 58 + 3 = 254.
        let longest = format!("{local}@{label}.{label}.{}.de", "c".repeat(58));
        assert_eq!(longest.len(), 254);
        assert!(parse(&longest).is_some());
        assert!(parse(&longest.replace(".de", ".dex")).is_none());
    }

    #[test]
    fn the_error_names_the_parameter() {
        let error = EmailAddress::parse("nobody", "identifier").unwrap_err();
        assert_eq!((error.code(), error.param_name()), ("form_param_format_invalid", Some("identifier")));
    }

    #[test]
    fn test_addresses_carry_the_tag() {
        let is_test = |value: &str| EmailAddress::parse(value, "e").unwrap().is_test_address();
        assert!(is_test("ada+clerk_test@example.com"));
        assert!(is_test("ada+x+CLERK_TEST_7@example.com"));
        assert!(!is_test("clerk_test@example.com"));
        assert!(!is_test("ada+other@clerk-test.example.com"));
        assert!(!is_test("ada+not_clerk_test@example.com"));
    }

    #[test]
    fn masking_hides_the_name() {
        assert_eq!(EmailAddress::parse("ada@example.com", "e").unwrap().masked(), "a****@example.com");
    }
}
