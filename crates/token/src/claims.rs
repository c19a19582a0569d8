//! What session tokens say, on both sides.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The claims of a session token, version 2. All times are Unix seconds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SessionClaims {
    /// Who acts as the user, if somebody else does: `{"sub": …}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub act: Option<Value>,
    /// The origin of the page that the token is made for; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub azp: Option<String>,
    /// When the token ends.
    pub exp: i64,
    /// Minutes since the first and the second factor were verified; -1 if never.
    pub fva: [i64; 2],
    /// The user's generation: verifiers that know of a later one refuse the token. Beadle's own claim.
    pub r#gen: i64,
    /// When the token is issued.
    pub iat: i64,
    /// The issuer: `https://` and the host inside the publishable key.
    pub iss: String,
    /// A value that no other token has.
    pub jti: String,
    /// From when on the token is valid: ten seconds before its issue, for verifiers whose clock is behind.
    pub nbf: i64,
    /// The session.
    pub sid: String,
    /// The session's status: `active`.
    pub sts: String,
    /// The user.
    pub sub: String,
    /// The version of this set of claims: 2.
    pub v: u8,
}

/// The claims of a token whose signature and times were found good; made by [`crate::verify`] only.
///
/// Tokens of Clerk itself and of older versions lack some of them. All times are Unix seconds.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct VerifiedClaims {
    /// Who acts as the user, if somebody else does.
    pub act: Option<Value>,
    /// The origin of the page that the token was made for.
    pub azp: Option<String>,
    /// When the token ends.
    pub exp: i64,
    /// Minutes since the first and the second factor were verified; -1 if never.
    pub fva: Option<[i64; 2]>,
    /// The user's generation when the token was made; Clerk's own tokens have none.
    pub r#gen: Option<i64>,
    /// When the token was issued.
    pub iat: Option<i64>,
    /// The issuer.
    pub iss: Option<String>,
    /// A value that no other token has.
    pub jti: Option<String>,
    /// From when on the token is valid.
    pub nbf: Option<i64>,
    /// The session; tokens made from templates have none.
    pub sid: Option<String>,
    /// The session's status: `active` or `pending`.
    pub sts: Option<String>,
    /// The user.
    pub sub: String,
    /// The version of the set of claims; 1 if it is absent.
    pub v: Option<u8>,
    /// Whatever else the token says.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The claims of a machine's token whose signature and times were found good; made by [`crate::verify_machine`] only.
/// All times are Unix seconds.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct MachineClaims {
    /// When the token ends.
    pub exp: i64,
    /// The generation of the user for whom the machine asks, if it asks for one.
    pub r#gen: Option<i64>,
    /// When the token was issued.
    pub iat: Option<i64>,
    /// The issuer.
    pub iss: Option<String>,
    /// The token's id.
    pub jti: Option<String>,
    /// From when on the token is valid.
    pub nbf: Option<i64>,
    /// The machine.
    pub sub: String,
    /// Whatever else the token says.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}
