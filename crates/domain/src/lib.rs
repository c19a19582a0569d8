//! Beadle's rules as pure functions and state machines: no SQL, no HTTP, and time and randomness as parameters.

pub mod api_key;
pub mod avatar;
pub mod backup_code;
mod base32;
pub mod clock;
pub mod credential;
pub mod error;
pub mod external_account;
pub mod identifier;
pub mod jwt_template;
pub mod lockout;
pub mod m2m_token;
pub mod metadata;
pub mod name;
pub mod one_time_code;
pub mod passkey;
pub mod password;
pub mod rate_limit;
pub mod redirect_url;
pub mod restrictions;
pub mod reverification;
pub mod rng;
pub mod secret;
pub mod session;
pub mod settings;
pub mod sign_in;
pub mod sign_up;
pub mod strategy;
pub mod testing_token;
pub mod totp;
pub mod verification;
pub mod webhook;

pub use error::{Error, Errors, Findings, Result};
