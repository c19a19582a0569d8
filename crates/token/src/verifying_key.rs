//! The public side: a key that checks signatures.

use std::fmt;

use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use beadle_types::jwks::Jwk;

use crate::{ALGORITHM, KeyError};

const PEM_BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
const PEM_END: &str = "-----END PUBLIC KEY-----";
/// 2048 bits.
const MIN_MODULUS_BYTES: usize = 256;
/// 8192 bits.
const MAX_MODULUS_BYTES: usize = 1024;

/// An RSA public key of 2048 to 8192 bits, parsed once. It verifies RS256 and nothing else.
#[derive(Clone)]
pub struct VerifyingKey(ParsedPublicKey);

impl VerifyingKey {
    /// Reads a key of a JWKS. Refused are keys of another type, for another algorithm, or not for signatures.
    pub fn from_jwk(jwk: &Jwk) -> Result<Self, KeyError> {
        if jwk.kty != "RSA" || jwk.alg != ALGORITHM || jwk.use_ != "sig" {
            return Err(KeyError::InvalidPublicKey);
        }
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| KeyError::InvalidPublicKey);
        let (n, e) = (decode(&jwk.n)?, decode(&jwk.e)?);
        if !(MIN_MODULUS_BYTES..=MAX_MODULUS_BYTES).contains(&n.len()) || e.len() > 8 {
            return Err(KeyError::InvalidPublicKey);
        }
        PublicKeyComponents { n, e }
            .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
            .map(Self)
            .map_err(|_| KeyError::InvalidPublicKey)
    }

    /// Reads a `PUBLIC KEY` block (SPKI), the form of `CLERK_JWT_KEY`. Its line breaks may be missing or
    /// written as `\n`, which is what environment variables tend to make of them.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let pem = pem.replace("\\n", "\n");
        let body = pem
            .trim()
            .strip_prefix(PEM_BEGIN)
            .and_then(|rest| rest.strip_suffix(PEM_END))
            .ok_or(KeyError::InvalidPublicKey)?;
        let body: String = body.split_ascii_whitespace().collect();
        let der = STANDARD.decode(body).map_err(|_| KeyError::InvalidPublicKey)?;
        Self::from_der(&der)
    }

    pub(crate) fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der)
            .map(Self)
            .map_err(|_| KeyError::InvalidPublicKey)
    }

    /// Whether `signature` is this key's RS256 signature of `message`.
    pub(crate) fn is_signature(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify_sig(message, signature).is_ok()
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerifyingKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{key, public_pem};

    fn is_refused(change: impl FnOnce(&mut Jwk)) -> bool {
        let mut jwk = key().public_jwk();
        change(&mut jwk);
        VerifyingKey::from_jwk(&jwk).is_err()
    }

    #[test]
    fn jwks_for_other_purposes_are_refused() {
        assert!(!is_refused(|_| {}));
        assert!(is_refused(|jwk| jwk.kty = "EC".into()));
        assert!(is_refused(|jwk| jwk.alg = "HS256".into()));
        assert!(is_refused(|jwk| jwk.alg = "RS512".into()));
        assert!(is_refused(|jwk| jwk.use_ = "enc".into()));
    }

    #[test]
    fn malformed_jwks_are_refused() {
        assert!(is_refused(|jwk| jwk.n.clear()));
        assert!(is_refused(|jwk| jwk.e.clear()));
        assert!(is_refused(|jwk| jwk.n.push('=')));
        assert!(is_refused(|jwk| jwk.n.replace_range(..4, "+/+/")));
        // 1024 and 16384 bits: too weak, and too much work.
        assert!(is_refused(|jwk| jwk.n.truncate(171)));
        assert!(is_refused(|jwk| jwk.n = jwk.n.repeat(8)));
        assert!(is_refused(|jwk| jwk.e = "AQABAQABAQAB".into()));
    }

    #[test]
    fn pem_in_all_the_ways_it_arrives() {
        let pem = public_pem();
        for text in [
            pem.clone(),
            format!("\n {pem}\n\n"),
            pem.replace('\n', "\r\n"),
            pem.replace('\n', "\\n"),
            pem.replace('\n', ""),
        ] {
            assert!(VerifyingKey::from_pem(&text).is_ok(), "{text}");
        }
    }

    #[test]
    fn other_pem_is_refused() {
        // A P-256 public key: well-formed, but not RSA.
        let elliptic = "-----BEGIN PUBLIC KEY-----\n\
            MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYD54V/vp+54P9DXarYqx4MPcm+HK\n\
            RIQzNasYSoRQHQ/6S6Ps8tpMcT+KvIIC8W/e9k0W7Cm72M1P9jU7SLf/vg==\n-----END PUBLIC KEY-----";
        for text in [
            "",
            "-----BEGIN PUBLIC KEY-----",
            "-----BEGIN PUBLIC KEY----------END PUBLIC KEY-----",
            "-----BEGIN PUBLIC KEY-----\n!!!!\n-----END PUBLIC KEY-----",
            elliptic,
            &public_pem().replace("PUBLIC", "PRIVATE"),
            &public_pem().replace("PUBLIC KEY", "CERTIFICATE"),
            &public_pem()[10..],
        ] {
            assert!(VerifyingKey::from_pem(text).is_err(), "{text}");
        }
    }
}
