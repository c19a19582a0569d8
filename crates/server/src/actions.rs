//! Units of work that every API shares: one file, one thing that happens, in one transaction.

pub(crate) mod authenticate_session;
pub(crate) mod ban_user;
pub(crate) mod client;
pub(crate) mod compose;
pub(crate) mod create_session;
pub(crate) mod create_token;
pub(crate) mod create_user;
pub(crate) mod delete_user;
pub(crate) mod end_session;
pub(crate) mod events;
pub(crate) mod factors;
pub(crate) mod join_waitlist;
pub(crate) mod lock_user;
pub(crate) mod new_user;
pub(crate) mod one_time_code;
pub(crate) mod password;
pub(crate) mod refresh_session;
pub(crate) mod revoke;
pub(crate) mod sign_in;
pub(crate) mod sign_in_token;
pub(crate) mod sign_up;
pub(crate) mod touch_session;
pub(crate) mod update_metadata;
pub(crate) mod update_user;
