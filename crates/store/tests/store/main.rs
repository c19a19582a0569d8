//! What the seam between the engines promises, on both of them.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod contention;
mod leases;
mod lifecycle;
mod search;
mod work;
mod writes;
