//! Persistence of Beadle on SQLite or PostgreSQL: the only crate that knows SQL.
//!
//! Start at [`db`] for the seam between the engines. Each resource has one repository file; every statement is a
//! constant there and is listed in `registry.rs`, whose test prepares all of them on both engines.

pub mod actor_tokens;
pub mod api_keys;
pub mod clients;
mod db;
mod error;
pub mod factors;
pub mod feed;
pub mod handshakes;
#[doc(hidden)]
pub mod hooks;
pub mod identifications;
pub mod images;
pub mod instance;
pub mod invitations;
pub mod jwt_templates;
pub mod leases;
pub mod listed_identifiers;
pub mod listing;
pub mod m2m_tokens;
pub mod machines;
pub mod mails;
mod migrate;
pub mod oauth_states;
pub mod outbox;
pub mod redirect_urls;
#[cfg(test)]
mod registry;
pub mod satellite_domains;
pub mod sessions;
pub mod sign_in_tokens;
pub mod sign_ins;
pub mod sign_ups;
pub mod sweeps;
pub mod users;
pub mod verifiers;
pub mod waitlist;
pub mod webhook_deliveries;
pub mod webhook_endpoints;
mod words;

pub use db::{Conn, Engine, Location, PostgresOptions, Reader, Store, UnitOfWork, WorkError};
pub use error::{Error, Result};
