//! Public keys in COSE form (RFC 9053), of the three kinds that authenticators use.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};

use super::cbor;

const ES256: i64 = -7;
const EDDSA: i64 = -8;
const RS256: i64 = -257;

/// What devices may choose from, best first.
pub(super) const ALGORITHMS: [i64; 3] = [ES256, EDDSA, RS256];

pub(super) enum PublicKey<'a> {
    /// An uncompressed point.
    Es256([u8; 65]),
    EdDsa(&'a [u8]),
    Rs256 {
        n: &'a [u8],
        e: &'a [u8],
    },
}

impl<'a> PublicKey<'a> {
    /// `None` for another kind, or no key at all.
    pub(super) fn parse(cose: &'a [u8]) -> Option<Self> {
        let map = cbor::read_whole(cose)?;
        let int = |key: i64| map.int_key(key).and_then(cbor::Value::as_int);
        let bytes = |key: i64| map.int_key(key).and_then(cbor::Value::as_bytes);
        // Key type, algorithm, curve.
        match (int(1)?, int(3)?, int(-1)) {
            (2, ES256, Some(1)) => {
                let mut point = [4; 65];
                point[1..33].copy_from_slice(bytes(-2).filter(|x| x.len() == 32)?);
                point[33..].copy_from_slice(bytes(-3).filter(|y| y.len() == 32)?);
                Some(Self::Es256(point))
            }
            (1, EDDSA, Some(6)) => bytes(-2).filter(|x| x.len() == 32).map(Self::EdDsa),
            (3, RS256, None) => Some(Self::Rs256 { n: bytes(-1)?, e: bytes(-2)? }),
            _ => None,
        }
    }

    /// Whether the signature is this key's.
    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Es256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(message, signature)
            }
            Self::EdDsa(x) => UnparsedPublicKey::new(&ED25519, x).verify(message, signature),
            Self::Rs256 { n, e } => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            }
        }
        .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::{
        rand::SystemRandom,
        rsa::KeySize,
        signature::{
            ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
            RsaKeyPair,
        },
    };

    use super::*;

    const MESSAGE: &[u8] = b"what was signed";

    fn bytes(key: u8, value: &[u8]) -> Vec<u8> {
        let length = u16::try_from(value.len()).unwrap().to_be_bytes();
        [&[key, 0x59][..], &length, value].concat()
    }

    #[track_caller]
    fn signs(cose: &[u8], signature: &[u8]) {
        let key = PublicKey::parse(cose).unwrap();
        assert!(key.verify(MESSAGE, signature));
        assert!(!key.verify(b"something else", signature));
        let mut other = signature.to_vec();
        *other.last_mut().unwrap() ^= 1;
        assert!(!key.verify(MESSAGE, &other));
        assert!(PublicKey::parse(&cose[..cose.len() - 1]).is_none());
    }

    #[test]
    fn es256() {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let point = pair.public_key().as_ref();
        // {1: 2, 3: -7, -1: 1, -2: x, -3: y}
        let head = [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01];
        let cose = [&head[..], &bytes(0x21, &point[1..33]), &bytes(0x22, &point[33..])].concat();
        signs(&cose, pair.sign(&SystemRandom::new(), MESSAGE).unwrap().as_ref());
    }

    #[test]
    fn eddsa() {
        let pair = Ed25519KeyPair::generate().unwrap();
        // {1: 1, 3: -8, -1: 6, -2: x}
        let cose =
            [&[0xA4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06][..], &bytes(0x21, pair.public_key().as_ref())]
                .concat();
        signs(&cose, pair.sign(MESSAGE).as_ref());
    }

    #[test]
    fn rs256() {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let key = pair.public_key();
        let (n, e) = (
            key.modulus().big_endian_without_leading_zero(),
            key.exponent().big_endian_without_leading_zero(),
        );
        // {1: 3, 3: -257, -1: n, -2: e}
        let cose =
            [&[0xA4, 0x01, 0x03, 0x03, 0x39, 0x01, 0x00][..], &bytes(0x20, n), &bytes(0x21, e)].concat();
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), MESSAGE, &mut signature).unwrap();
        signs(&cose, &signature);
    }

    #[test]
    fn other_kinds_are_no_keys() {
        let x = [7; 32];
        // A curve that does not belong to the algorithm, an algorithm that nobody asked for.
        for head in [[0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x02], [0xA5, 0x01, 0x02, 0x03, 0x25, 0x20, 0x01]] {
            let cose = [&head[..], &bytes(0x21, &x), &bytes(0x22, &x)].concat();
            assert!(PublicKey::parse(&cose).is_none());
        }
    }
}
