//! How secrets are stored and compared: hashed, and in constant time.

use aws_lc_rs::digest::{Context, SHA256, digest};
use subtle::ConstantTimeEq as _;

/// The stored form of a long random token: its SHA-256 in 64 lower-case hexadecimal digits.
///
/// A fast hash is right only because such tokens cannot be guessed; passwords go through
/// [`crate::password`].
pub fn token_hash(token: &str) -> String {
    bytes_hash(token.as_bytes())
}

/// The SHA-256 of any bytes, in the same form.
pub fn bytes_hash(bytes: &[u8]) -> String {
    hexadecimal(digest(&SHA256, bytes).as_ref())
}

/// A hash of `secret` that is worth nothing outside its purpose and owner.
///
/// Every part is preceded by its length, so no two different triples share an input.
pub fn bound_hash(purpose: &str, owner: &str, secret: &str) -> String {
    let mut context = Context::new(&SHA256);
    for part in [purpose, owner, secret] {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part.as_bytes());
    }
    hexadecimal(context.finish().as_ref())
}

/// Whether two secrets are equal, in a time that depends on their lengths only.
pub fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

/// Lower-case hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| char::from(DIGITS[usize::from(value)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_hash_is_sha256() {
        // SHA-256("abc") of FIPS 180-2, appendix B.1.
        assert_eq!(token_hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn bound_hash_separates_its_parts() {
        let hash = bound_hash("code", "sia_1", "123456");
        assert_ne!(hash, bound_hash("code", "sia_11", "23456"));
        assert_ne!(hash, bound_hash("link", "sia_1", "123456"));
        assert_ne!(hash, bound_hash("code", "sia_2", "123456"));
        assert_eq!(hash, bound_hash("code", "sia_1", "123456"));
        assert_eq!(hash.len(), 64);
    }

    #[test]
    fn comparison_sees_every_difference() {
        assert!(constant_time_eq(b"", b""));
        assert!(constant_time_eq(b"abc", b"abc"));
        assert!(!constant_time_eq(b"abc", b"abd"));
        assert!(!constant_time_eq(b"abc", b"ab"));
    }
}
