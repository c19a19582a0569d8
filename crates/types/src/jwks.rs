//! The public keys with which session tokens are checked.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// A set of RSA public keys. When read, keys of other kinds and malformed keys are passed over, so that a set
/// that also serves other purposes stays usable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Jwks {
    /// The keys, in no particular order.
    #[serde(deserialize_with = "rsa_keys")]
    pub keys: Vec<Jwk>,
}

impl Jwks {
    /// The key with this id.
    pub fn key(&self, kid: &str) -> Option<&Jwk> {
        self.keys.iter().find(|key| key.kid == kid)
    }
}

/// An RSA public key (RFC 7517).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Jwk {
    /// What the key is for: `sig`.
    #[serde(rename = "use", default = "signing")]
    pub use_: Cow<'static, str>,
    /// The kind of key: `RSA`.
    pub kty: Cow<'static, str>,
    /// The id that tokens name in their header.
    pub kid: String,
    /// The algorithm: `RS256`.
    #[serde(default = "rs256")]
    pub alg: Cow<'static, str>,
    /// The modulus: big-endian bytes in unpadded base64url.
    pub n: String,
    /// The public exponent, in the same form.
    pub e: String,
}

fn signing() -> Cow<'static, str> {
    Cow::Borrowed("sig")
}

fn rs256() -> Cow<'static, str> {
    Cow::Borrowed("RS256")
}

fn rsa_keys<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Jwk>, D::Error> {
    let keys = Vec::<Value>::deserialize(deserializer)?;
    Ok(keys
        .into_iter()
        .filter(|key| key["kty"] == "RSA")
        .filter_map(|key| serde_json::from_value(key).ok())
        .collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_of_other_kinds_are_passed_over() {
        let set: Jwks = serde_json::from_value(json!({"keys": [
            {"kty": "EC", "kid": "a", "crv": "P-256", "x": "", "y": ""},
            {"kty": "RSA", "kid": "b", "n": "AQ", "e": "AQAB", "x5c": ["…"]},
            {"kty": "RSA", "kid": "c"},
        ]}))
        .unwrap();
        assert_eq!(set.keys.len(), 1);
        assert!(set.key("a").is_none());
        assert_eq!(
            serde_json::to_value(set.key("b").unwrap()).unwrap(),
            json!({"use": "sig", "kty": "RSA", "kid": "b", "alg": "RS256", "n": "AQ", "e": "AQAB"})
        );
    }
}
