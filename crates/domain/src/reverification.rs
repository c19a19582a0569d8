//! Proving again, inside a session, who one is: for what a session alone is not enough.

use beadle_types::{Timestamp, VerificationStatus};
use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, Result},
    session::Session,
    verification::Verification,
};

/// Which proofs are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The first factor.
    FirstFactor,
    /// The second factor.
    SecondFactor,
    /// Both, one after the other.
    MultiFactor,
}

impl Level {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FirstFactor => "first_factor",
            Self::SecondFactor => "second_factor",
            Self::MultiFactor => "multi_factor",
        }
    }

    /// Reads the `level` parameter.
    pub fn parse(word: &str) -> Result<Self> {
        [Self::FirstFactor, Self::SecondFactor, Self::MultiFactor]
            .into_iter()
            .find(|level| level.as_str() == word)
            .ok_or_else(|| Error::param_value_invalid("level", word))
    }
}

/// What is needed next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The first proof.
    NeedsFirstFactor,
    /// The second proof.
    NeedsSecondFactor,
    /// Nothing.
    Complete,
}

/// A reverification, stored with its session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reverification {
    /// Which proofs are asked for.
    pub level: Level,
    /// What is needed next.
    pub status: Status,
    /// The first factor, once prepared or attempted.
    pub first_factor: Option<Verification>,
    /// The second factor, once prepared or attempted.
    pub second_factor: Option<Verification>,
}

impl Status {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NeedsFirstFactor => "needs_first_factor",
            Self::NeedsSecondFactor => "needs_second_factor",
            Self::Complete => "complete",
        }
    }
}

impl Reverification {
    /// Begins one. Who has no second factor proves the first instead: more cannot be asked of them.
    pub fn begin(level: Level, has_second_factor: bool) -> Self {
        let status = match level {
            Level::SecondFactor if has_second_factor => Status::NeedsSecondFactor,
            _ => Status::NeedsFirstFactor,
        };
        Self { level, status, first_factor: None, second_factor: None }
    }

    /// Lets a step of this status happen.
    ///
    /// # Errors
    /// `verification_missing` out of turn.
    pub fn awaits(&self, status: Status) -> Result<()> {
        if self.status == status { Ok(()) } else { Err(Error::verification_missing()) }
    }

    /// The proof that a step of this status is about.
    pub fn proof(&mut self, status: Status) -> &mut Option<Verification> {
        if status == Status::NeedsSecondFactor { &mut self.second_factor } else { &mut self.first_factor }
    }

    /// The first factor was proven: the session knows it.
    pub fn first_proven(
        &mut self,
        session: &mut Session,
        verification: Verification,
        has_second_factor: bool,
        now: Timestamp,
    ) {
        self.first_factor = Some(Verification { status: VerificationStatus::Verified, ..verification });
        session.verified_at = now;
        let more = self.level == Level::MultiFactor && has_second_factor;
        self.status = if more { Status::NeedsSecondFactor } else { Status::Complete };
    }

    /// The second factor was proven: the session knows it.
    pub fn second_proven(&mut self, session: &mut Session, verification: Verification, now: Timestamp) {
        self.second_factor = Some(Verification { status: VerificationStatus::Verified, ..verification });
        session.second_verified_at = Some(now);
        self.status = Status::Complete;
    }
}
