//! What the seam between the engines promises, on both of them.

mod contention;
mod lifecycle;
mod search;
mod work;
mod writes;
