//! Proving again, inside a session, who one is.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{
    object::SessionReverificationObject, session::ClientSession, sign_in::SignInFactor,
    verification::Verification,
};

/// A reverification.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionReverification {
    /// Always `session_reverification`.
    pub object: SessionReverificationObject,
    /// Which proofs are asked for: `first_factor`, `second_factor` or `multi_factor`.
    pub level: Cow<'static, str>,
    /// What is needed next: `needs_first_factor`, `needs_second_factor`, or `complete`.
    pub status: Cow<'static, str>,
    /// First proofs this user can give; null once one was given.
    pub supported_first_factors: Option<Vec<SignInFactor>>,
    /// Second proofs this user can give; null unless one is needed.
    pub supported_second_factors: Option<Vec<SignInFactor>>,
    /// The first proof under way.
    pub first_factor_verification: Option<Verification>,
    /// The second proof under way.
    pub second_factor_verification: Option<Verification>,
    /// The session that they are for.
    pub session: ClientSession,
}
