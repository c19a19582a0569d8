//! The private side: an RSA key that signs tokens.

use std::fmt;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use beadle_types::jwks::Jwk;
use serde::Serialize;

use crate::{ALGORITHM, Category, VerifyingKey};

/// Bytes of a typical set of session claims; more only costs a second allocation.
const TYPICAL_CLAIMS: usize = 512;
/// Bytes of a signature: the size of the modulus, of 2048 bits for the keys made here.
const TYPICAL_SIGNATURE: usize = 256;

/// An RSA key with the id under which verifiers know it. Signing needs no lock and no randomness.
pub struct SigningKey {
    pair: KeyPair,
    kid: String,
    /// Finished first parts of tokens, up to and including the dot.
    session_header: String,
    template_header: String,
    machine_header: String,
    bare_header: String,
    revocations_header: String,
}

/// A key that cannot be made or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The bytes are not a private RSA key of at least 2048 bits in PKCS#8 DER.
    #[error("not a PKCS#8 RSA private key of at least 2048 bits")]
    InvalidPrivateKey,
    /// The text is not a public RSA key of at least 2048 bits.
    #[error("not an RS256 public key of at least 2048 bits")]
    InvalidPublicKey,
    /// The crypto library could not make a key.
    #[error("the RSA key could not be generated")]
    Generation,
}

impl SigningKey {
    /// A new 2048-bit key, and its PKCS#8 DER to be kept. Takes a good part of a second.
    pub fn generate(kid: impl Into<String>) -> Result<(Self, Vec<u8>), KeyError> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::Generation)?;
        let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).map_err(|_| KeyError::Generation)?.as_ref().to_vec();
        Ok((Self::new(pair, kid.into()), der))
    }

    /// Reads a key that [`Self::generate`] or OpenSSL has made.
    pub fn from_pkcs8(kid: impl Into<String>, der: &[u8]) -> Result<Self, KeyError> {
        let pair = KeyPair::from_pkcs8(der).map_err(|_| KeyError::InvalidPrivateKey)?;
        Ok(Self::new(pair, kid.into()))
    }

    fn new(pair: KeyPair, kid: String) -> Self {
        Self {
            session_header: encoded_header(&kid, Category::Session),
            template_header: encoded_header(&kid, Category::Template),
            machine_header: encoded_header(&kid, Category::Machine),
            bare_header: encoded_header(&kid, Category::None),
            revocations_header: encoded_header(&kid, Category::Revocations),
            pair,
            kid,
        }
    }

    /// The id of the key, which is the instance's.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// A session token with these claims, usually [`crate::SessionClaims`].
    ///
    /// # Panics
    /// If the claims cannot be written as JSON, such as a map whose keys are not text.
    pub fn sign(&self, claims: &impl Serialize) -> String {
        self.sign_as(Category::Session, claims)
    }

    /// A token of any category with these claims.
    ///
    /// # Panics
    /// As [`Self::sign`].
    pub fn sign_as(&self, category: Category, claims: &impl Serialize) -> String {
        let header = match category {
            Category::Session => &self.session_header,
            Category::Template => &self.template_header,
            Category::Machine => &self.machine_header,
            Category::None => &self.bare_header,
            Category::Revocations => &self.revocations_header,
        };
        let mut payload = Vec::with_capacity(TYPICAL_CLAIMS);
        serde_json::to_writer(&mut payload, claims).expect("claims are structs or maps with text keys");

        self.sign_parts(header, &payload)
    }

    /// The token of an encoded header, which ends in a dot, and a payload in plain bytes.
    pub(crate) fn sign_parts(&self, header: &str, payload: &[u8]) -> String {
        let encoded_length = (payload.len() + TYPICAL_SIGNATURE) * 4 / 3 + 4;
        let mut token = String::with_capacity(header.len() + 1 + encoded_length);
        token.push_str(header);
        URL_SAFE_NO_PAD.encode_string(payload, &mut token);

        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), token.as_bytes(), &mut signature)
            .expect("a parsed RSA key of 2048 bits or more signs every SHA-256 digest");
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(&signature, &mut token);
        token
    }

    /// The public key for the JWKS.
    pub fn public_jwk(&self) -> Jwk {
        let public = self.pair.public_key();
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        Jwk {
            use_: "sig".into(),
            kty: "RSA".into(),
            kid: self.kid.clone(),
            alg: ALGORITHM.into(),
            n: encode(public.modulus().big_endian_without_leading_zero()),
            e: encode(public.exponent().big_endian_without_leading_zero()),
        }
    }

    /// The public key in PEM (SPKI), which server libraries take as `CLERK_JWT_KEY` to verify without JWKS.
    pub fn public_pem(&self) -> String {
        let der = AsDer::<PublicKeyX509Der<'_>>::as_der(self.pair.public_key())
            .expect("the public half of a parsed RSA key can be encoded");
        let text = STANDARD.encode(der.as_ref());
        let mut pem = String::from("-----BEGIN PUBLIC KEY-----\n");
        for start in (0..text.len()).step_by(64) {
            pem.push_str(&text[start..text.len().min(start + 64)]);
            pem.push('\n');
        }
        pem.push_str("-----END PUBLIC KEY-----\n");
        pem
    }

    /// The public key, ready to verify.
    pub fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey::from_der(self.pair.public_key().as_ref())
            .expect("the public half of a parsed RSA key can be parsed")
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

/// The header in base64url and the dot after it.
fn encoded_header(kid: &str, category: Category) -> String {
    #[derive(Serialize)]
    struct Header<'a> {
        alg: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        cat: Option<&'a str>,
        kid: &'a str,
        typ: &'a str,
    }
    let header = Header { alg: ALGORITHM, cat: category.header_value(), kid, typ: category.typ() };
    let json = serde_json::to_vec(&header).expect("a struct of texts is always valid JSON");
    let mut encoded = URL_SAFE_NO_PAD.encode(json);
    encoded.push('.');
    encoded
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::fixtures::{KID, key};

    fn part(token: &str, index: usize) -> Value {
        let encoded = token.split('.').nth(index).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(encoded).unwrap()).unwrap()
    }

    #[test]
    fn headers_name_key_and_purpose() {
        let claims = json!({"sub": "user_1"});
        let header = |category| part(&key().sign_as(category, &claims), 0);
        assert_eq!(
            part(&key().sign(&claims), 0),
            json!({"alg": "RS256", "cat": "cl_B7d4PD111AAA", "kid": KID, "typ": "JWT"})
        );
        assert_eq!(header(Category::Template)["cat"], "cl_B7d4PD222AAA");
        assert_eq!(header(Category::Machine)["cat"], "cl_B7d4PD333AAA");
        assert_eq!(
            header(Category::Revocations),
            json!({"alg": "RS256", "kid": KID, "typ": "beadle-revocations+jwt"})
        );
        assert_eq!(header(Category::None), json!({"alg": "RS256", "kid": KID, "typ": "JWT"}));
    }

    #[test]
    fn the_payload_is_the_claims() {
        let claims = json!({"sub": "user_1", "o": {"id": "org_1"}, "n": "naïve"});
        assert_eq!(part(&key().sign(&claims), 1), claims);
    }

    #[test]
    fn equal_claims_make_equal_tokens() {
        assert_eq!(key().sign(&json!({"a": 1})), key().sign(&json!({"a": 1})));
    }

    #[test]
    fn a_key_survives_being_stored() {
        let (made, der) = SigningKey::generate("ins_2").unwrap();
        let read = SigningKey::from_pkcs8("ins_2", &der).unwrap();
        assert_eq!(made.public_jwk(), read.public_jwk());
        assert_eq!(made.sign(&json!({})), read.sign(&json!({})));
        assert_ne!(made.public_jwk().n, key().public_jwk().n);
    }

    #[test]
    fn the_jwk_is_complete() {
        let jwk = key().public_jwk();
        assert_eq!((&*jwk.use_, &*jwk.kty, &*jwk.alg, &*jwk.kid), ("sig", "RSA", "RS256", KID));
        assert_eq!(jwk.e, "AQAB");
        assert_eq!(URL_SAFE_NO_PAD.decode(&jwk.n).unwrap().len(), 256);
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for der in [&b""[..], b"\x30", b"-----BEGIN PRIVATE KEY-----", &[0x30; 2000]] {
            assert_eq!(SigningKey::from_pkcs8("k", der).unwrap_err(), KeyError::InvalidPrivateKey);
        }
    }

    #[test]
    fn debug_output_has_no_key_material() {
        assert_eq!(format!("{:?}", key()), format!("SigningKey {{ kid: {KID:?}, .. }}"));
    }
}
