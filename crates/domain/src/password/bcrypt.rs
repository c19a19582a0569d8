//! bcrypt, also as Django uses it.

use aws_lc_rs::digest::{SHA256, digest};

use super::{
    foreign::{Foreign, Parsed},
    hash::UnknownDigest,
};
use crate::secret;

/// A cost of 14 takes about a second.
const COSTS: std::ops::RangeInclusive<u32> = 4..=14;

struct Bcrypt {
    digest: String,
    /// Django feeds the SHA-256 of the password in hexadecimal, so that all of a long one counts.
    sha256_first: bool,
}

impl Foreign for Bcrypt {
    fn matches(&self, password: &[u8]) -> bool {
        if self.sha256_first {
            fits(secret::hexadecimal(digest(&SHA256, password).as_ref()).as_bytes(), &self.digest)
        } else {
            fits(password, &self.digest)
        }
    }
}

pub(super) fn parse(digest: &str) -> Parsed {
    cost(digest)?;
    Ok(Box::new(Bcrypt { digest: digest.to_owned(), sha256_first: false }))
}

/// `bcrypt_sha256$` and a bcrypt digest.
pub(super) fn parse_sha256_django(digest: &str) -> Parsed {
    let digest = digest
        .strip_prefix("bcrypt_sha256$")
        .ok_or(UnknownDigest("it does not begin with bcrypt_sha256$"))?;
    cost(digest)?;
    Ok(Box::new(Bcrypt { digest: digest.to_owned(), sha256_first: true }))
}

/// Whether a digest that was read is that of the text.
pub(crate) fn fits(text: &[u8], digest: &str) -> bool {
    bcrypt::verify(text, digest).unwrap_or(false)
}

/// Reads a digest strictly; how costly it is.
pub(crate) fn cost(digest: &str) -> Result<u32, UnknownDigest> {
    if !["$2a$", "$2b$", "$2y$"].iter().any(|prefix| digest.starts_with(prefix)) {
        return Err(UnknownDigest("it is not a bcrypt digest of version 2a, 2b or 2y"));
    }
    let parts: bcrypt::HashParts =
        digest.parse().map_err(|_| UnknownDigest("it is not a bcrypt digest of 60 characters"))?;
    // Read again from the text: two digits, where the library would also take a sign.
    let two_digits = digest.as_bytes()[4..6].iter().all(u8::is_ascii_digit);
    if two_digits && COSTS.contains(&parts.get_cost()) {
        Ok(parts.get_cost())
    } else {
        Err(UnknownDigest("its bcrypt cost is not from 4 to 14"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::foreign::tests::{PASSWORD, assert_fits, assert_refused};

    /// Django 5.2: `BCryptSHA256PasswordHasher().encode(PASSWORD, b"$2b$04$abcdefghijklmnopqrstuu")`.
    const DJANGO: &str = "bcrypt_sha256$$2b$04$abcdefghijklmnopqrstuueIpCwjieZ/y/Sbfoxp2F5rYkt1DQ30q";

    #[test]
    fn djangos_digests_fit() {
        assert_fits("bcrypt_sha256_django", DJANGO, PASSWORD);
    }

    #[test]
    fn django_does_not_stop_at_72_bytes() {
        let long = "a".repeat(80);
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, long.as_bytes());
        let digest = bcrypt::hash_with_salt(crate::secret::hexadecimal(digest.as_ref()), 4, [7; 16]).unwrap();
        assert_fits("bcrypt_sha256_django", &format!("bcrypt_sha256${digest}"), &long);
    }

    #[test]
    fn others_are_refused() {
        assert_refused("bcrypt_sha256_django", DJANGO.strip_prefix("bcrypt_sha256$").unwrap());
        assert_refused("bcrypt_sha256_django", &DJANGO.replace("$04$", "$15$"));
        assert_refused("bcrypt_sha256_django", &DJANGO.replace("bcrypt_sha256", "bcrypt"));
        assert_refused("bcrypt", DJANGO);
    }
}
