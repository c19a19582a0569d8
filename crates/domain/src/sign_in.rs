//! Sign-in attempts: a state machine from the identifier to a session.
//!
//! An attempt records its user's generation at the moment it is identified, and ends in
//! [`SignIn::proven`]: the factor was proven, now the choke point decides. So an attempt begun before a ban
//! dies with it, and a ban is told only to who has proven the credential.

use std::time::Duration;

use beadle_types::{
    ClientId, IdentificationId, SessionId, SignInId, SignInStatus, Timestamp, UserId, VerificationStatus,
};

use crate::{
    credential::{self, Generation, LiveCredential, Refusal, Standing},
    error::{Error, Result},
    one_time_code::CodeState,
};

/// How long an attempt stays open.
pub const LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// How a first factor is proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstFactor {
    /// The user's password.
    Password,
    /// A code sent to an e-mail address.
    EmailCode,
}

impl FirstFactor {
    /// The strategy's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::EmailCode => "email_code",
        }
    }

    /// Reads the `strategy` parameter.
    pub fn parse(strategy: &str) -> Result<Self> {
        match strategy {
            "password" => Ok(Self::Password),
            "email_code" => Ok(Self::EmailCode),
            other => Err(Error::param_value_invalid("strategy", other)),
        }
    }
}

/// The first factor under way.
#[derive(Debug, Clone)]
pub struct FirstFactorVerification {
    /// How it is to be proven.
    pub factor: FirstFactor,
    /// Where it stands.
    pub status: VerificationStatus,
    /// The address a code went to.
    pub identification_id: Option<IdentificationId>,
    /// The code, for factors that have one.
    pub code: Option<CodeState>,
}

/// An attempt, as stored.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// Its id.
    pub id: SignInId,
    /// The device it happens on.
    pub client_id: ClientId,
    /// What it needs next.
    pub status: SignInStatus,
    /// The identifier as typed.
    pub identifier: Option<String>,
    /// Whom it names, with their generation at that moment.
    pub subject: Option<(UserId, Generation)>,
    /// The first factor, once prepared or attempted.
    pub verification: Option<FirstFactorVerification>,
    /// What it led to.
    pub created_session_id: Option<SessionId>,
    /// When it stops being usable.
    pub abandon_at: Timestamp,
    /// Creation.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
}

impl SignIn {
    /// An attempt that names nobody yet.
    pub fn begin(id: SignInId, client_id: ClientId, now: Timestamp) -> Self {
        Self {
            id,
            client_id,
            status: SignInStatus::NeedsIdentifier,
            identifier: None,
            subject: None,
            verification: None,
            created_session_id: None,
            abandon_at: now.plus(LIFETIME),
            created_at: now,
            updated_at: now,
        }
    }

    /// Binds the attempt to a user, banned or not: that must not show here.
    pub fn identify(&mut self, identifier: &str, standing: &Standing) {
        self.identifier = Some(identifier.to_owned());
        self.subject = Some((standing.user_id.clone(), standing.generation));
        self.status = SignInStatus::NeedsFirstFactor;
    }

    /// Whether it can still be used.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.abandon_at > now && self.status != SignInStatus::Abandoned
    }

    /// Whom a first factor may be prepared or attempted for.
    ///
    /// # Errors
    /// When the attempt names nobody yet, or is complete.
    pub fn awaiting_first_factor(&self) -> Result<&UserId> {
        match (&self.subject, self.status) {
            (Some((user_id, _)), SignInStatus::NeedsFirstFactor) => Ok(user_id),
            (_, SignInStatus::Complete) => Err(Error::verification_already_verified()),
            _ => Err(Error::param_missing("identifier")),
        }
    }

    /// A code was sent.
    pub fn prepared(&mut self, identification_id: IdentificationId, code: CodeState, now: Timestamp) {
        self.verification = Some(FirstFactorVerification {
            factor: FirstFactor::EmailCode,
            status: VerificationStatus::Unverified,
            identification_id: Some(identification_id),
            code: Some(code),
        });
        self.updated_at = now;
    }

    /// The first factor was proven. The choke point decides whether that is worth anything.
    pub fn proven(&self, standing: Option<&Standing>) -> Result<LiveCredential, Refusal> {
        let (_, generation) = self.subject.as_ref().ok_or(Refusal::UserGone)?;
        credential::admit(standing, *generation)
    }

    /// The attempt led to a session.
    pub fn complete(&mut self, factor: FirstFactor, session_id: SessionId, now: Timestamp) {
        let verification = self.verification.get_or_insert(FirstFactorVerification {
            factor,
            status: VerificationStatus::Verified,
            identification_id: None,
            code: None,
        });
        verification.factor = factor;
        verification.status = VerificationStatus::Verified;
        self.status = SignInStatus::Complete;
        self.created_session_id = Some(session_id);
        self.updated_at = now;
    }
}

/// What a refused credential is told on the Frontend API, once it was proven.
pub fn refusal(refusal: Refusal) -> Error {
    match refusal {
        Refusal::Banned => Error::user_banned(),
        Refusal::Superseded | Refusal::UserGone => Error::authentication_invalid(),
    }
}
