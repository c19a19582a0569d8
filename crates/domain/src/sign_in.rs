//! Sign-in attempts: a state machine from the identifier to a session.
//!
//! An attempt records its user's generation at the moment it is identified, and every proof ends in
//! [`SignIn::proven`]: the factor was proven, now the choke point decides. So an attempt begun before a ban
//! dies with it, and a ban is told only to who has proven the credential.

use std::time::Duration;

use beadle_types::{ClientId, SessionId, SignInId, SignInStatus, Timestamp, UserId, code};

use crate::{
    credential::{self, Generation, LiveCredential, Refusal, Standing},
    error::{Error, Result},
    strategy::Strategy,
    verification::Verification,
};

/// How long an attempt stays open.
pub const LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

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
    pub first_factor: Option<Verification>,
    /// The second factor, once prepared or attempted.
    pub second_factor: Option<Verification>,
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
            first_factor: None,
            second_factor: None,
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

    /// Binds the attempt to the user of a credential that was made under this generation.
    pub fn identify_by(&mut self, user_id: &UserId, made_under: Generation) {
        self.subject = Some((user_id.clone(), made_under));
        self.status = SignInStatus::NeedsFirstFactor;
    }

    /// Whom a passkey names that was just proven, unless the attempt named them before: then the generation of that
    /// moment counts.
    pub fn identify_by_proof(&mut self, standing: &Standing) {
        if self.subject.is_none() {
            self.subject = Some((standing.user_id.clone(), standing.generation));
            self.status = SignInStatus::NeedsFirstFactor;
        }
    }

    /// Binds the attempt to whom an account at a provider belongs to, under the generation of the moment when that was
    /// proven. A subject that it has already stays as it is, with an earlier generation.
    pub fn identify_by_account(&mut self, user_id: &UserId, generation: Generation) {
        if self.subject.as_ref().is_none_or(|(known, _)| known != user_id) {
            self.subject = Some((user_id.clone(), generation));
        }
        self.status = SignInStatus::NeedsFirstFactor;
    }

    /// Whether a proof of this strategy would be taken now.
    pub fn awaits(&self, strategy: &Strategy) -> bool {
        let open = matches!(self.status, SignInStatus::NeedsIdentifier | SignInStatus::NeedsFirstFactor);
        open && self.first_factor.as_ref().is_some_and(|first| first.awaits(strategy))
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

    /// Whom a passkey may be prepared or attempted for; `None` where the passkey itself is to name them.
    ///
    /// # Errors
    /// When the attempt is past the first factor.
    pub fn awaiting_passkey(&self) -> Result<Option<&UserId>> {
        match (&self.subject, self.status) {
            (None, SignInStatus::NeedsIdentifier) => Ok(None),
            _ => self.awaiting_first_factor().map(Some),
        }
    }

    /// Whom a second factor may be prepared or attempted for.
    ///
    /// # Errors
    /// When the first has not been proven, or the attempt is complete.
    pub fn awaiting_second_factor(&self) -> Result<&UserId> {
        match (&self.subject, self.status) {
            (Some((user_id, _)), SignInStatus::NeedsSecondFactor) => Ok(user_id),
            (_, SignInStatus::Complete) => Err(Error::verification_already_verified()),
            _ => Err(Error::verification_missing()),
        }
    }

    /// Who may set a new password.
    ///
    /// # Errors
    /// When no reset code was accepted.
    pub fn awaiting_new_password(&self) -> Result<&UserId> {
        match (&self.subject, self.status) {
            (Some((user_id, _)), SignInStatus::NeedsNewPassword) => Ok(user_id),
            _ => Err(Error::verification_missing()),
        }
    }

    /// A first factor is under way.
    pub fn prepared(&mut self, verification: Verification, now: Timestamp) {
        self.first_factor = Some(verification);
        self.updated_at = now;
    }

    /// A second factor is under way.
    pub fn second_prepared(&mut self, verification: Verification, now: Timestamp) {
        // Wrong answers of other kinds stay counted.
        let attempts = self.second_factor.as_ref().map_or(0, |second| second.attempts);
        self.second_factor = Some(Verification { attempts, ..verification });
        self.updated_at = now;
    }

    /// A second factor that needs no preparation is tried.
    pub fn second_attempted(&mut self, strategy: &Strategy, now: Timestamp) -> &mut Verification {
        if self.second_factor.as_ref().is_none_or(|second| second.strategy != *strategy) {
            self.second_prepared(Verification::new(strategy.clone()), now);
        }
        self.updated_at = now;
        self.second_factor.get_or_insert_with(|| Verification::new(strategy.clone()))
    }

    /// The first factor was proven. The choke point decides whether that is worth anything.
    pub fn proven(&self, standing: Option<&Standing>) -> Result<LiveCredential, Refusal> {
        let (_, generation) = self.subject.as_ref().ok_or(Refusal::UserGone)?;
        credential::admit(standing, *generation)
    }

    /// The attempt goes on under the user's next generation, which it has itself begun: it was live until then.
    pub fn carry_over(&mut self, live: &LiveCredential, next: Generation) {
        self.subject = Some((live.user_id().clone(), next));
    }

    /// What is needed once the first factor was proven by this strategy.
    pub fn next_after(strategy: &Strategy, has_second_factor: bool) -> SignInStatus {
        if strategy.is_reset() {
            SignInStatus::NeedsNewPassword
        } else if has_second_factor && !strategy.covers_second_factor() {
            SignInStatus::NeedsSecondFactor
        } else {
            SignInStatus::Complete
        }
    }

    /// What the reader of the link was not let in for. The browser that waits for the link has proven as much as its reader.
    pub fn refused_at_link(&self) -> Option<Error> {
        let first = self.first_factor.as_ref().filter(|first| first.strategy == Strategy::EmailLink)?;
        let is_banned = first.error.as_ref().is_some_and(|error| error.code == code::USER_BANNED);
        is_banned.then(|| refusal(Refusal::Banned))
    }

    /// The first factor was proven by this strategy, and the attempt goes on.
    pub fn first_factor_proven(&mut self, strategy: Strategy, next: SignInStatus, now: Timestamp) {
        prove(&mut self.first_factor, strategy);
        self.status = next;
        self.updated_at = now;
    }

    /// The second factor was proven by this strategy.
    pub fn second_factor_proven(&mut self, strategy: Strategy, now: Timestamp) {
        prove(&mut self.second_factor, strategy);
        self.updated_at = now;
    }

    /// The attempt led to a session.
    pub fn complete(&mut self, session_id: SessionId, now: Timestamp) {
        self.status = SignInStatus::Complete;
        self.created_session_id = Some(session_id);
        self.updated_at = now;
    }
}

fn prove(slot: &mut Option<Verification>, strategy: Strategy) {
    match slot {
        Some(verification) if verification.strategy == strategy => {
            verification.status = beadle_types::VerificationStatus::Verified;
        }
        _ => *slot = Some(Verification::verified(strategy)),
    }
}

/// What a refused credential is told on the Frontend API, once it was proven.
pub fn refusal(refusal: Refusal) -> Error {
    match refusal {
        Refusal::Banned => Error::user_banned(),
        Refusal::Superseded | Refusal::UserGone => Error::authentication_invalid(),
    }
}
