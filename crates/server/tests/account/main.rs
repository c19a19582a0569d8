//! The account pages as browsers without scripts use them, on both engines.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic too")]

mod banned;
mod connections;
mod dev_browser;
mod forms;
mod identifications;
mod invitations;
mod links;
mod passkeys;
mod phones;
mod profile;
mod redirects;
mod reverification;
mod second_factor;
mod sessions;
mod sign_in;
mod sign_up;
mod social;
mod two_step;
mod visitor;
