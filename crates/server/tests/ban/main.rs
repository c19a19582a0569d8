//! The ban, from outside: every route that has to do with credentials, every phase of a user's life, all at
//! once, and what a stranger can tell from the answers.

mod answers;
mod matrix;
mod probes;
mod race;
mod scene;
mod secrecy;
mod stories;
