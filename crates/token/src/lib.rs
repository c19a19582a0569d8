//! RS256 tokens: signing with a key that is parsed once, and verification without a network call.
//!
//! Used by the server, which signs, and by the Rust SDK, which only verifies. Pure: the time comes from the
//! caller, and randomness is needed for nothing but a new key.

pub mod carried;
mod category;
mod claims;
#[cfg(test)]
mod fixtures;
pub mod gate;
mod signing;
mod verification;
mod verifying_key;
pub mod webhook;

pub use category::Category;
pub use claims::{MachineClaims, SessionClaims, VerifiedClaims};
pub use signing::{KeyError, SigningKey};
pub use verification::{
    DEFAULT_SKEW, Expiry, MAX_FRAME_LENGTH, MAX_TOKEN_LENGTH, Validation, VerifyError, verify,
    verify_machine, verify_revocations,
};
pub use verifying_key::VerifyingKey;

/// The only signature algorithm, in a token's header and in a key's `alg`.
const ALGORITHM: &str = "RS256";
