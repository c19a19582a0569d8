//! Every list of the Backend API, asked with each parameter that Clerk documents for it. A new list is among them as soon
//! as it is mounted.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod asked;
mod plans;
mod wrong;
