//! Refusals around users, sign-ins and sessions.

use beadle_types::Timestamp;
use beadle_types::error::code;

use super::{Error, time_left};

impl Error {
    /// 403: that is for the user alone to do.
    pub fn not_while_impersonating() -> Self {
        Self::new(
            code::RESOURCE_FORBIDDEN,
            "Not as somebody else",
            "Who acts as the user cannot do this for them.",
        )
    }

    /// The attempt is complete, or was given up.
    pub fn sign_up_cannot_be_updated() -> Self {
        Self::new(
            code::SIGN_UP_CANNOT_BE_UPDATED,
            "Sign-up over",
            "This sign-up is complete or was given up; it cannot be changed any more.",
        )
    }

    /// The user is banned. Only one who has proven the credential may be told.
    pub fn user_banned() -> Self {
        Self::new(
            code::USER_BANNED,
            "User banned",
            "This account has been banned. If you believe that this is a mistake, please write to support.",
        )
    }

    /// Sign-in is locked after too many failures; `until` is `None` if only an administrator can unlock it.
    pub fn user_locked(now: Timestamp, until: Option<Timestamp>) -> Self {
        let retry =
            until.map_or_else(String::new, |until| format!(" You can try again {}.", time_left(now, until)));
        Self::new(
            code::USER_LOCKED,
            "Account locked",
            format!("This account is locked.{retry} If you need help, please write to support."),
        )
    }

    /// The code or link was not used in time.
    pub fn verification_expired() -> Self {
        Self::new(
            code::VERIFICATION_EXPIRED,
            "Verification expired",
            "This verification has expired. Please start a new one.",
        )
    }

    /// Too many wrong codes were tried; this verification can no longer succeed.
    pub fn verification_failed() -> Self {
        Self::new(
            code::VERIFICATION_FAILED,
            "Verification failed",
            "Too many attempts have failed. Please start a new verification.",
        )
    }

    /// The verification has succeeded before and cannot be used again.
    pub fn verification_already_verified() -> Self {
        Self::new(
            code::VERIFICATION_ALREADY_VERIFIED,
            "Already verified",
            "This verification has already been completed.",
        )
    }

    /// 400 where a step comes before the proof that it needs.
    pub fn verification_missing() -> Self {
        Self::new(
            code::VERIFICATION_MISSING,
            "Verification missing",
            "A proof that has to come first was not given.",
        )
    }

    /// An attempt came before anything was sent that could be answered.
    pub fn verification_not_sent() -> Self {
        Self::new(
            code::VERIFICATION_NOT_SENT,
            "Verification not sent",
            "Nothing has been sent that could be verified. Please prepare the verification first.",
        )
    }

    /// The address was sent too many codes of late.
    pub fn verification_code_too_many_requests() -> Self {
        Self::new(
            code::VERIFICATION_CODE_TOO_MANY_REQUESTS,
            "Too many codes",
            "Too many codes were sent to this address. Try again in a few minutes.",
        )
    }

    /// The attempt names another strategy than the one that was prepared, or one that is not offered.
    pub fn verification_strategy_invalid() -> Self {
        Self::new(
            code::VERIFICATION_STRATEGY_INVALID,
            "Invalid strategy",
            "This strategy cannot be used for this verification.",
        )
    }

    /// The user cannot sign in with this strategy.
    pub fn strategy_for_user_invalid() -> Self {
        Self::new(
            code::STRATEGY_FOR_USER_INVALID,
            "Invalid strategy",
            "This account cannot sign in with this strategy.",
        )
    }

    /// There is nobody signed in.
    pub fn signed_out() -> Self {
        Self::new(code::SIGNED_OUT, "Signed out", "Nobody is signed in.")
    }

    /// Somebody is signed in already, and the instance lets a browser hold one session.
    pub fn session_exists() -> Self {
        Self::new(code::SESSION_EXISTS, "Already signed in", "You are signed in already. Sign out first.")
    }

    /// The request needs a live session and has none.
    pub fn authentication_invalid() -> Self {
        Self::new(
            code::AUTHENTICATION_INVALID,
            "Not signed in",
            "The request could not be authenticated: it needs an active session.",
        )
    }

    /// The session has ended, so there is nothing more to be done with it.
    pub fn invalid_action_for_session() -> Self {
        Self::new(code::INVALID_ACTION_FOR_SESSION, "Invalid action", "The session has ended already.")
    }

    /// The session is too old a proof for this: who one is must be shown again.
    pub fn session_reverification_required() -> Self {
        Self::new(
            code::SESSION_REVERIFICATION_REQUIRED,
            "Reverification required",
            "Please confirm that it is you, and try again.",
        )
    }

    /// The user may not delete themself.
    pub fn user_delete_self_not_enabled() -> Self {
        Self::new(
            code::USER_DELETE_SELF_NOT_ENABLED,
            "Deletion not enabled",
            "This account cannot be deleted by its owner.",
        )
    }

    /// The caller is known but may not do this.
    pub fn authorization_invalid() -> Self {
        Self::new(code::AUTHORIZATION_INVALID, "Not allowed", "You are not allowed to make this request.")
    }

    /// A refresh names a session that is no longer active.
    pub fn session_refresh_inactive_session() -> Self {
        Self::new(
            code::SESSION_REFRESH_INACTIVE_SESSION,
            "Session inactive",
            "The session cannot be refreshed because it is no longer active.",
        )
    }

    /// Who has no account can only ask for one.
    pub fn sign_up_restricted_waitlist() -> Self {
        Self::new(
            code::SIGN_UP_RESTRICTED_WAITLIST,
            "Sign-up closed",
            "New accounts are given to those on the waitlist. Please join it first.",
        )
    }

    /// There is no waitlist, or no room on it.
    pub fn waitlist_not_accepting_entries() -> Self {
        Self::new(
            code::WAITLIST_NOT_ACCEPTING_ENTRIES,
            "Waitlist closed",
            "The waitlist takes no entries at the moment.",
        )
    }

    /// The instance does not let strangers create accounts.
    pub fn sign_up_mode_restricted() -> Self {
        Self::new(
            code::SIGN_UP_MODE_RESTRICTED,
            "Sign-up closed",
            "New accounts can be created by invitation only.",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_without_end_gives_no_time() {
        let now = Timestamp::from_millis(0);
        let timed = Error::user_locked(now, Some(Timestamp::from_millis(3_600_000)));
        assert!(timed.long_message().contains("in 1 hour."), "{timed}");
        let indefinite = Error::user_locked(now, None);
        assert!(!indefinite.long_message().contains("try again"), "{indefinite}");
        assert_eq!(indefinite.code(), "user_locked");
    }
}
