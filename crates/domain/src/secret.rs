//! How secrets are stored and compared: hashed, and in constant time.

use aws_lc_rs::digest::{Context, SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;

/// The stored form of a long random token: unpadded base64url of its SHA-256, 43 characters.
///
/// A fast hash is right only because such tokens cannot be guessed; passwords go through
/// [`crate::password`].
pub fn token_hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, token.as_bytes()))
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
    URL_SAFE_NO_PAD.encode(context.finish())
}

/// Whether two secrets are equal, in a time that depends on their lengths only.
pub fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_hash_is_sha256() {
        // SHA-256("abc") of FIPS 180-2, appendix B.1.
        assert_eq!(token_hash("abc"), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
    }

    #[test]
    fn bound_hash_separates_its_parts() {
        let hash = bound_hash("code", "sia_1", "123456");
        assert_ne!(hash, bound_hash("code", "sia_11", "23456"));
        assert_ne!(hash, bound_hash("link", "sia_1", "123456"));
        assert_ne!(hash, bound_hash("code", "sia_2", "123456"));
        assert_eq!(hash, bound_hash("code", "sia_1", "123456"));
        assert_eq!(hash.len(), 43);
    }

    #[test]
    fn comparison_sees_every_difference() {
        assert!(constant_time_eq(b"", b""));
        assert!(constant_time_eq(b"abc", b"abc"));
        assert!(!constant_time_eq(b"abc", b"abd"));
        assert!(!constant_time_eq(b"abc", b"ab"));
    }
}
