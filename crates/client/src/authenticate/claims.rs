//! What a good session token says.

use beadle_types::{Map, SessionId, UserId};
use serde_json::Value;

/// The claims of a session token whose signature, times and origin are in order. Times are Unix seconds.
///
/// Every field that is an `Option` is missing from some tokens of Clerk or of older versions.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SessionClaims {
    /// The user.
    pub sub: UserId,
    /// The session.
    pub sid: SessionId,
    /// When the token ends.
    pub exp: i64,
    /// When it was made.
    pub iat: Option<i64>,
    /// From when on it is valid, some seconds before it was made.
    pub nbf: Option<i64>,
    /// Who made it: `https://` and the instance's host.
    pub iss: Option<String>,
    /// The origin of the page it was made for.
    pub azp: Option<String>,
    /// The session's status, `active` or `pending`.
    pub sts: Option<String>,
    /// Minutes since the first and the second factor were proven; -1 if never.
    pub fva: Option<[i64; 2]>,
    /// The version of the set of claims; 1 if missing.
    pub v: Option<u8>,
    /// A text that no other token has.
    pub jti: Option<String>,
    /// Beadle's claim `gen`: rises with every ban and sign-out everywhere. Clerk's tokens have none.
    pub generation: Option<i64>,
    /// Who acts as the user, when an administrator impersonates them.
    pub act: Option<Value>,
    /// Every other claim, such as the organisation `o` and the instance's own.
    pub rest: Map,
}
