//! Sign-ups.
