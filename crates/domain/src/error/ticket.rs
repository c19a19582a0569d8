//! Refusals of tickets: sign-in tokens, actor tokens, invitations and links.

use beadle_types::code;

use super::Error;

impl Error {
    /// 400: nothing goes by this ticket.
    pub fn ticket_invalid() -> Self {
        Self::new(code::TICKET_INVALID_CODE, "Ticket invalid", "This ticket is not valid.").param("ticket")
    }

    /// 400: too late.
    pub fn ticket_expired() -> Self {
        Self::new(code::TICKET_EXPIRED_CODE, "Ticket expired", "This ticket has expired. Ask for a new one.")
            .param("ticket")
    }

    /// 400: it works once.
    pub fn sign_in_token_used() -> Self {
        Self::new(
            code::SIGN_IN_TOKEN_ALREADY_USED_CODE,
            "Ticket used",
            "This sign-in token has been used already. Ask for a new one.",
        )
    }

    /// 400: it was taken back.
    pub fn sign_in_token_revoked() -> Self {
        Self::new(code::SIGN_IN_TOKEN_REVOKED_CODE, "Ticket revoked", "This sign-in token has been revoked.")
    }

    /// 400: only a pending token can be taken back.
    pub fn sign_in_token_not_pending() -> Self {
        Self::new(
            code::SIGN_IN_TOKEN_CANNOT_BE_REVOKED_CODE,
            "Not pending",
            "Only a sign-in token that was neither used nor revoked can be revoked.",
        )
    }

    /// 400: a sign-up is no place for it.
    pub fn sign_in_token_not_in_sign_in() -> Self {
        Self::new(
            code::SIGN_IN_TOKEN_NOT_IN_SIGN_IN_CODE,
            "Sign-in only",
            "A sign-in token signs its user in; nobody signs up with it.",
        )
    }

    /// 400: it works once.
    pub fn actor_token_used() -> Self {
        Self::new(
            code::ACTOR_TOKEN_ALREADY_USED_CODE,
            "Ticket used",
            "This actor token has been used already. Ask for a new one.",
        )
    }

    /// 400: it was taken back.
    pub fn actor_token_revoked() -> Self {
        Self::new(code::ACTOR_TOKEN_REVOKED_CODE, "Ticket revoked", "This actor token has been revoked.")
    }

    /// 400: only a pending token can be taken back.
    pub fn actor_token_not_pending() -> Self {
        Self::new(
            code::ACTOR_TOKEN_CANNOT_BE_REVOKED_CODE,
            "Not pending",
            "Only an actor token that was neither used nor revoked can be revoked.",
        )
    }

    /// 400: a sign-up is no place for it.
    pub fn actor_token_not_in_sign_in() -> Self {
        Self::new(
            code::ACTOR_TOKEN_NOT_IN_SIGN_IN_CODE,
            "Sign-in only",
            "An actor token opens a session of an existing user; nobody signs up with it.",
        )
    }

    /// 404: as whom it lets its holder act is no more.
    pub fn actor_token_subject_not_found() -> Self {
        Self::new(
            code::ACTOR_TOKEN_SUBJECT_NOT_FOUND,
            "User not found",
            "The user of this actor token does not exist any more.",
        )
    }

    /// 400: there is one for each of these addresses.
    pub fn invitation_exists(addresses: Vec<String>) -> Self {
        Self::new(
            code::DUPLICATE_RECORD,
            "Invited already",
            "There is an open invitation for this e-mail address.",
        )
        .with_meta("email_addresses", addresses)
    }

    /// 400: somebody signed up with it.
    pub fn invitation_accepted() -> Self {
        Self::new(
            code::INVITATION_ALREADY_ACCEPTED,
            "Invitation used",
            "This invitation has been accepted already. Sign in instead.",
        )
    }

    /// 400: it was taken back, says who follows it.
    pub fn invitation_revoked() -> Self {
        Self::new(code::REVOKED_INVITATION, "Invitation revoked", "This invitation has been revoked.")
    }

    /// 400: it was taken back before.
    pub fn invitation_already_revoked() -> Self {
        Self::new(
            code::INVITATION_ALREADY_REVOKED,
            "Revoked already",
            "This invitation has been revoked before.",
        )
    }

    /// 400: the address has an account by now.
    pub fn invitation_account_exists() -> Self {
        Self::new(
            code::INVITATION_ACCOUNT_EXISTS,
            "Account exists",
            "There is an account with this e-mail address already. Sign in instead.",
        )
    }

    /// 400: nobody has this address yet.
    pub fn invitation_account_not_exists() -> Self {
        Self::new(
            code::INVITATION_ACCOUNT_NOT_EXISTS,
            "No account",
            "There is no account with the e-mail address of this invitation. Sign up instead.",
        )
    }

    /// 400: no link has this token.
    pub fn link_token_invalid() -> Self {
        Self::new(code::VERIFICATION_LINK_TOKEN_INVALID, "Link invalid", "This link is not valid.")
    }

    /// 403: nothing was proven for a session that is to prove again.
    pub fn reverification_missing() -> Self {
        Self::new(
            code::SESSION_REVERIFICATION_MISSING,
            "Verification not begun",
            "The verification of this session was not begun.",
        )
    }
}
