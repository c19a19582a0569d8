//! The Frontend API as browsers use it, on both engines.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic too")]

mod at_once;
mod backup_codes;
mod client;
mod client_operations;
mod dev_browser;
mod dev_outbox;
mod domains;
mod environment;
mod factor;
mod handshake;
mod health;
mod lockout;
mod me_password;
mod me_profile;
mod me_sessions;
mod native;
mod npm;
mod organizations;
mod rate_limit;
mod refused;
mod reset_password;
mod second_factor;
mod sessions;
mod sign_in;
mod sign_in_codes;
mod sign_up;
mod sign_up_codes;
mod template_tokens;
mod tickets;
mod tokens;
mod totp;
mod transport;
mod visit;
mod waitlist;
mod well_known;
