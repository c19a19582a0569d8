//! The verdict on a request.

use beadle_types::{SessionId, UserId};

use super::SessionClaims;

/// Whether a request came from a signed-in user.
#[derive(Clone, Debug, PartialEq)]
pub enum AuthState {
    /// It did; the token says who.
    SignedIn(Box<SessionClaims>),
    /// It did not. Treat the sender as a visitor.
    SignedOut(SignedOutReason),
}

impl AuthState {
    /// True if the request came from a signed-in user.
    pub fn is_signed_in(&self) -> bool {
        matches!(self, Self::SignedIn(_))
    }

    /// What the token says, if signed in.
    pub fn claims(&self) -> Option<&SessionClaims> {
        match self {
            Self::SignedIn(claims) => Some(claims),
            Self::SignedOut(_) => None,
        }
    }

    /// The user, if signed in.
    pub fn user_id(&self) -> Option<&UserId> {
        self.claims().map(|claims| &claims.sub)
    }

    /// The session, if signed in.
    pub fn session_id(&self) -> Option<&SessionId> {
        self.claims().map(|claims| &claims.sid)
    }

    /// Why not, if signed out.
    pub fn reason(&self) -> Option<SignedOutReason> {
        match self {
            Self::SignedIn(_) => None,
            Self::SignedOut(reason) => Some(*reason),
        }
    }
}

/// Why a request does not count as signed in. For logs; do not tell the sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum SignedOutReason {
    /// There is neither a bearer token nor a session cookie.
    #[error("no session token")]
    NoToken,
    /// Not a token at all, or one with broken claims.
    #[error("the token is malformed")]
    Malformed,
    /// Signed otherwise than with RS256.
    #[error("the token is not signed with RS256")]
    WrongAlgorithm,
    /// A token of the instance for another purpose, such as one made from a template.
    #[error("the token is not a session token")]
    WrongCategory,
    /// Signed with a key that the instance does not publish.
    #[error("the token is signed with an unknown key")]
    UnknownKey,
    /// Changed after it was signed.
    #[error("the token's signature is wrong")]
    BadSignature,
    /// Over; the browser normally brings a new one in time.
    #[error("the token has expired")]
    Expired,
    /// Not valid yet.
    #[error("the token is not active yet")]
    NotActiveYet,
    /// Made later than now; one of the clocks is wrong.
    #[error("the token was issued in the future")]
    IssuedInFuture,
    /// Of another issuer.
    #[error("the token has the wrong issuer")]
    WrongIssuer,
    /// Made for a page of another origin.
    #[error("the token was made for another origin")]
    WrongAuthorizedParty,
    /// The user must do something first, such as choose an organisation.
    #[error("the session is pending")]
    Pending,
    /// The user was banned, or the session ended, after the token was made; told by a [`crate::Verifier`].
    #[error("the session has been revoked")]
    Revoked,
    /// A [`crate::Verifier`] has not heard of revocations for too long.
    #[error("what is revoked is not known")]
    Stale,
}

impl SignedOutReason {
    /// True if the token has passed the check of its signature.
    pub(super) fn is_signed_by_instance(self) -> bool {
        matches!(
            self,
            Self::Expired
                | Self::NotActiveYet
                | Self::IssuedInFuture
                | Self::WrongIssuer
                | Self::WrongAuthorizedParty
                | Self::Pending
                | Self::Revoked
        )
    }

    /// The reason in one word, as the header `X-Beadle-Auth-Reason` has it.
    pub fn word(self) -> &'static str {
        match self {
            Self::NoToken => "no-token",
            Self::Malformed | Self::WrongAlgorithm => "malformed",
            Self::WrongCategory => "wrong-category",
            Self::UnknownKey | Self::BadSignature => "bad-signature",
            Self::Expired => "expired",
            Self::NotActiveYet => "not-active-yet",
            Self::IssuedInFuture => "issued-in-future",
            Self::WrongIssuer => "wrong-issuer",
            Self::WrongAuthorizedParty => "wrong-authorized-party",
            Self::Pending => "pending",
            Self::Revoked => "revoked",
            Self::Stale => "feed-stale",
        }
    }
}
