//! ID tokens: who signed in, signed by the provider.

use std::time::Duration;

use beadle_domain::secret::{constant_time_eq, token_hash};
use beadle_types::Timestamp;
use jsonwebtoken::{
    Algorithm, DecodingKey, Validation,
    jwk::{Jwk, PublicKeyUse},
};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Signatures that only the provider can make. The symmetric ones are not among them: whoever knows a public key could
/// "sign" with it.
const ALLOWED: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];
/// How far two clocks may be apart.
const SKEW: Duration = Duration::from_secs(60);

/// What is looked at in a token, and in the answer of the userinfo endpoint.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Claims {
    #[serde(default)]
    iss: String,
    #[serde(default)]
    aud: Audience,
    azp: Option<String>,
    exp: Option<f64>,
    nbf: Option<f64>,
    iat: Option<f64>,
    nonce: Option<String>,
    #[serde(default)]
    pub(super) sub: String,
    pub(super) email: Option<String>,
    #[serde(default, deserialize_with = "flag")]
    pub(super) email_verified: Option<bool>,
    pub(super) name: Option<String>,
    pub(super) given_name: Option<String>,
    pub(super) family_name: Option<String>,
    pub(super) preferred_username: Option<String>,
    pub(super) picture: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(from = "Value")]
struct Audience(Vec<String>);

impl From<Value> for Audience {
    fn from(value: Value) -> Self {
        match value {
            Value::String(one) => Self(vec![one]),
            Value::Array(several) => {
                Self(several.iter().filter_map(Value::as_str).map(str::to_owned).collect())
            }
            _ => Self::default(),
        }
    }
}

/// Some providers write it as a text.
fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Bool(flag) => Some(flag),
        Value::String(text) => text.parse().ok(),
        _ => None,
    })
}

/// What a token must say.
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) nonce_hash: &'a str,
    pub(super) now: Timestamp,
}

/// Why a token is not believed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    /// None of the keys may have signed it; newer ones might.
    #[error("the ID token is signed by a key that is not known")]
    UnknownKey,
    #[error("the ID token {0}")]
    Invalid(&'static str),
}

/// Reads a token that one of the keys has signed for us, in answer to our request, and that has not ended.
pub(super) fn verify(token: &str, keys: &[Jwk], expected: &Expected<'_>) -> Result<Claims, Refusal> {
    let header = jsonwebtoken::decode_header(token).map_err(|_| Refusal::Invalid("cannot be read"))?;
    if !ALLOWED.contains(&header.alg) {
        return Err(Refusal::Invalid("has an algorithm that is not allowed"));
    }
    let mut validation = Validation::new(header.alg);
    // Time is a parameter here, and the audience has rules that the library does not have.
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let candidates = keys.iter().filter(|key| may_have_signed(key, header.kid.as_deref(), header.alg));
    let mut tried = false;
    for key in candidates.filter_map(|key| DecodingKey::from_jwk(key).ok()) {
        if key.family() != header.alg.family() {
            continue;
        }
        tried = true;
        if let Ok(signed) = jsonwebtoken::decode::<Claims>(token, &key, &validation) {
            check(&signed.claims, expected).map_err(Refusal::Invalid)?;
            return Ok(signed.claims);
        }
    }
    Err(if tried { Refusal::Invalid("has a wrong signature") } else { Refusal::UnknownKey })
}

fn may_have_signed(key: &Jwk, kid: Option<&str>, algorithm: Algorithm) -> bool {
    let common = &key.common;
    let fits = common.key_algorithm.is_none_or(|named| named.to_string() == format!("{algorithm:?}"));
    let for_signing =
        common.public_key_use.as_ref().is_none_or(|purpose| *purpose == PublicKeyUse::Signature);
    let named = kid.is_none_or(|kid| common.key_id.as_deref() == Some(kid));
    fits && for_signing && named
}

fn check(claims: &Claims, expected: &Expected<'_>) -> Result<(), &'static str> {
    if claims.iss != expected.issuer {
        return Err("is from another issuer");
    }
    let Audience(audience) = &claims.aud;
    if !audience.iter().any(|party| party == expected.client_id) {
        return Err("is for somebody else");
    }
    let party = claims.azp.as_deref();
    if party.is_some_and(|party| party != expected.client_id) || (audience.len() > 1 && party.is_none()) {
        return Err("was handed to somebody else");
    }
    let nonce = claims.nonce.as_deref().unwrap_or_default();
    if !constant_time_eq(token_hash(nonce).as_bytes(), expected.nonce_hash.as_bytes()) {
        return Err("does not answer this request");
    }
    #[expect(clippy::cast_precision_loss, reason = "seconds are far below 2^52")]
    let (earliest, latest) =
        (expected.now.minus(SKEW).as_secs() as f64, expected.now.plus(SKEW).as_secs() as f64);
    if claims.exp.is_none_or(|exp| exp <= earliest) {
        return Err("has ended");
    }
    if [claims.nbf, claims.iat].into_iter().flatten().any(|begin| begin > latest) {
        return Err("is from the future");
    }
    Ok(())
}

#[cfg(test)]
mod tests;
