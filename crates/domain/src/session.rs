//! Sessions: their derived status, and the tokens that only a live one yields.

use std::time::Duration;

use beadle_token::SessionClaims;
use beadle_types::{
    ClientId, SessionId, Timestamp, UserId,
    session::{SessionActivity, SessionStatus},
};
use serde_json::Value;

use crate::{
    credential::{self, Generation, LiveCredential, Refusal, Standing},
    error::Error,
};

/// How long a proof counts as fresh.
const FRESH: Duration = Duration::from_secs(600);

/// A session as stored. `status` is what was last written; use [`Session::status_at`] to report it.
#[derive(Debug, Clone)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose session.
    pub user_id: UserId,
    /// The device it lives on.
    pub client_id: ClientId,
    /// The generation of the user under which it was made.
    pub generation: Generation,
    /// The status last written, before time and generation are taken into account.
    pub stored_status: SessionStatus,
    /// Who acts through it, when somebody impersonates the user: what is told of them.
    pub actor: Option<Value>,
    /// The same, where it is a user too: what decides over it.
    pub acting_user: Option<ActingUser>,
    /// SHA-256 of its refresh token, hexadecimal.
    pub refresh_token_hash: Option<String>,
    /// The device and address that last used it.
    pub latest_activity: Option<SessionActivity>,
    /// Last use.
    pub last_active_at: Timestamp,
    /// When the first factor was last verified.
    pub verified_at: Timestamp,
    /// When a second factor was last verified.
    pub second_verified_at: Option<Timestamp>,
    /// Maximum lifetime.
    pub expire_at: Timestamp,
    /// When inactivity ends it.
    pub abandon_at: Timestamp,
    /// Creation.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
}

/// A user who acts as another. The session is theirs as well: it dies with the credentials of either.
#[derive(Debug, Clone)]
pub struct ActingUser {
    /// Who acts.
    pub user_id: UserId,
    /// Their generation when the right to act was given.
    pub generation: Generation,
    /// How they stand, read together with the session (`None`: they were deleted).
    pub standing: Option<Standing>,
}

/// How long sessions live.
#[derive(Debug, Clone, Copy)]
pub struct Lifetimes {
    /// From creation to `expire_at`.
    pub lifetime: Duration,
    /// From the last use to `abandon_at`; `None` means only the lifetime counts.
    pub inactivity: Option<Duration>,
}

impl Lifetimes {
    fn abandon_at(self, now: Timestamp, expire_at: Timestamp) -> Timestamp {
        self.inactivity.map_or(expire_at, |inactivity| now.plus(inactivity).min(expire_at))
    }
}

impl Session {
    /// Starts a session for a credential that was just proven live. It inherits the credential's generation.
    pub fn start(
        id: SessionId,
        client_id: ClientId,
        credential: &LiveCredential,
        lifetimes: Lifetimes,
        now: Timestamp,
    ) -> Self {
        let expire_at = now.plus(lifetimes.lifetime);
        Self {
            id,
            user_id: credential.user_id().clone(),
            client_id,
            generation: credential.generation(),
            stored_status: SessionStatus::Active,
            actor: None,
            acting_user: None,
            refresh_token_hash: None,
            latest_activity: None,
            last_active_at: now,
            verified_at: now,
            second_verified_at: None,
            expire_at,
            abandon_at: lifetimes.abandon_at(now, expire_at),
            created_at: now,
            updated_at: now,
        }
    }

    /// Minutes since the first and since the second factor were verified; -1 for never.
    pub fn factor_verification_age(&self, now: Timestamp) -> [i64; 2] {
        let minutes =
            |at: Timestamp| i64::try_from(now.saturating_since(at).as_secs() / 60).unwrap_or(i64::MAX);
        [minutes(self.verified_at), self.second_verified_at.map_or(-1, minutes)]
    }

    /// The choke point's word on the session's user, and on whoever acts through it.
    fn credential(&self, standing: Option<&Standing>) -> Result<LiveCredential, Refusal> {
        let live = credential::admit(standing, self.generation)?;
        if let Some(acting) = &self.acting_user {
            credential::admit(acting.standing.as_ref(), acting.generation)?;
        }
        Ok(live)
    }

    /// The status to report. Terminal statuses stay; an active or pending session is `revoked` as soon as its
    /// credential is dead, whatever the row says, and `expired` or `abandoned` by time.
    pub fn status_at(&self, standing: Option<&Standing>, now: Timestamp) -> SessionStatus {
        if !matches!(self.stored_status, SessionStatus::Active | SessionStatus::Pending) {
            self.stored_status
        } else if self.credential(standing).is_err() {
            SessionStatus::Revoked
        } else if self.expire_at <= now {
            SessionStatus::Expired
        } else if self.abandon_at <= now {
            SessionStatus::Abandoned
        } else {
            self.stored_status
        }
    }
}

/// Why a session cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeadSession {
    /// Its user's credentials are refused.
    Refused(Refusal),
    /// It ended for a reason of its own.
    Ended(SessionStatus),
}

/// A session that was live when it was checked. The only thing that yields a session token.
#[derive(Debug, Clone)]
pub struct LiveSession {
    session: Session,
}

impl LiveSession {
    /// Lets a stored session through if it is live now.
    pub fn admit(session: Session, standing: Option<&Standing>, now: Timestamp) -> Result<Self, DeadSession> {
        session.credential(standing).map_err(DeadSession::Refused)?;
        match session.status_at(standing, now) {
            SessionStatus::Active | SessionStatus::Pending => Ok(Self { session }),
            ended => Err(DeadSession::Ended(ended)),
        }
    }

    /// The session behind it.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Lets through what only somebody may do who has lately shown who they are, by all of their factors.
    ///
    /// # Errors
    /// `session_reverification_required` for everybody else.
    pub fn require_fresh_proof(&self, has_second_factor: bool, now: Timestamp) -> Result<(), Error> {
        let is_fresh = |at: Timestamp| now.saturating_since(at) < FRESH;
        let second = self.session.second_verified_at.is_some_and(is_fresh);
        if is_fresh(self.session.verified_at) && (second || !has_second_factor) {
            Ok(())
        } else {
            Err(Error::session_reverification_required())
        }
    }

    /// The session in its user's next generation: the one that stays when its user signs out everywhere else.
    ///
    /// # Errors
    /// Of a banned user nothing is carried over.
    pub fn carried_over(mut self, standing: &Standing) -> Result<Self, Refusal> {
        let credential = credential::admit_new(standing)?;
        if *credential.user_id() != self.session.user_id {
            return Err(Refusal::UserGone);
        }
        self.session.generation = credential.generation();
        Ok(self)
    }

    /// Records a use: what [`crate::session`] rows change on touch.
    pub fn touch(&mut self, lifetimes: Lifetimes, activity: Option<SessionActivity>, now: Timestamp) {
        self.session.last_active_at = now;
        self.session.updated_at = now;
        self.session.abandon_at = lifetimes.abandon_at(now, self.session.expire_at);
        if activity.is_some() {
            self.session.latest_activity = activity;
        }
    }

    /// The claims of a session token made now. The lifetime asked for is not cut at the session's own end: the
    /// Backend API may ask for years.
    pub fn claims(&self, issue: &Issue<'_>, now: Timestamp) -> SessionClaims {
        let session = &self.session;
        let expire_at = now.plus(issue.lifetime);
        SessionClaims {
            azp: issue.authorized_party.map(str::to_owned),
            exp: expire_at.as_secs(),
            fva: session.factor_verification_age(now),
            iat: now.as_secs(),
            iss: issue.issuer.to_owned(),
            jti: issue.jti.clone(),
            nbf: now.as_secs() - 10,
            sid: session.id.to_string(),
            sts: session.stored_status.as_str().to_owned(),
            sub: session.user_id.to_string(),
            v: 2,
            act: session.actor.clone(),
            r#gen: session.generation.get(),
        }
    }
}

/// What a token is issued with, besides its session.
#[derive(Debug, Clone)]
pub struct Issue<'a> {
    /// `iss`: the Frontend API's origin.
    pub issuer: &'a str,
    /// `azp`: the origin the request came from.
    pub authorized_party: Option<&'a str>,
    /// How long it is valid.
    pub lifetime: Duration,
    /// A value that makes the token unique.
    pub jti: String,
}
