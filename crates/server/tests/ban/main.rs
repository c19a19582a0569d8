//! The ban, from outside: every route that has to do with credentials, every phase of a user's life, all at
//! once, and what a stranger can tell from the answers.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic too")]

mod answers;
mod impersonation;
mod links;
mod matrix;
mod overtaken;
mod probes;
mod race;
mod scene;
mod secrecy;
mod stories;
