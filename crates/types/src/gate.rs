//! Headers by which a forward-auth endpoint tells a proxy who sent a request. Beadle's own, see `docs/revocations.md`.

/// The user.
pub const USER_ID: &str = "x-beadle-user-id";
/// The session.
pub const SESSION_ID: &str = "x-beadle-session-id";
/// Who acts as the user, if somebody else does.
pub const ACTOR: &str = "x-beadle-actor";
/// Why the request was refused, in one word.
pub const REASON: &str = "x-beadle-auth-reason";
