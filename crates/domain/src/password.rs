//! Passwords: which are accepted, how they are kept, and how digests of other systems are taken over.
//!
//! Nothing here is cheap: callers hash and verify on the hash pool, never inside a transaction.

pub(crate) mod bcrypt;
mod foreign;
mod hash;
mod import;
mod message_digest;
mod pbkdf2;
mod phpass;
mod policy;
mod scrypt;

pub use hash::{PasswordDigest, UnknownDigest, Verification, dummy_digest, hash, verify};
pub use import::import;
pub use policy::{SPECIAL_CHARACTERS, check_policy};
pub use secrecy::{ExposeSecret, SecretString};
