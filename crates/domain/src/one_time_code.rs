//! One-time codes that go out by mail or message and come back typed.

use std::time::Duration;

use beadle_types::{Timestamp, VerificationStatus};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::rng::Rng;
use crate::secret::{bound_hash, constant_time_eq};

/// How long a code can be used.
pub const LIFETIME: Duration = Duration::from_secs(600);
/// How many guesses a code withstands: 5 of 1,000,000, after which even the right one is refused.
pub const MAX_ATTEMPTS: u32 = 5;
/// What test addresses and test numbers are verified with while the instance is in test mode.
pub const TEST_CODE: &str = "424242";

const DIGITS: usize = 6;

/// The stored side of one code. The code itself is known to its recipient only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeState {
    /// Hash of the code, bound to the attempt that it was issued for.
    pub hash: String,
    /// How many codes were tried, the right one included.
    pub attempts: u32,
    /// From when on the code is refused.
    pub expire_at: Timestamp,
    /// Whether the right code was given: it works once.
    pub verified: bool,
}

/// What became of one typed code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The right code, for the first time.
    Verified,
    /// A wrong code; more may be tried.
    Incorrect,
    /// Too late, whatever the code.
    Expired,
    /// Too many codes were tried, whatever this one is.
    TooMany,
    /// The right code was given before.
    AlreadyVerified,
}

impl CodeState {
    /// Draws a code for the attempt `owner` (a sign-in, sign-up or identification id). Returns what to store
    /// and what to send.
    pub fn issue(rng: &dyn Rng, owner: &str, now: Timestamp) -> (Self, String) {
        let code = rng.digits(DIGITS);
        (Self::for_code(owner, &code, now), code)
    }

    /// The state for a code that is known beforehand, which is [`TEST_CODE`].
    pub fn for_code(owner: &str, code: &str, now: Timestamp) -> Self {
        Self { hash: hash(owner, code), attempts: 0, expire_at: now.plus(LIFETIME), verified: false }
    }

    /// Draws the secret of a link for `owner`. It is too long to be guessed, and works once like a code.
    pub fn issue_link(rng: &dyn Rng, owner: &str, now: Timestamp) -> (Self, String) {
        let secret = rng.token("", 32);
        (
            Self {
                hash: link_hash(owner, &secret),
                attempts: 0,
                expire_at: now.plus(LIFETIME),
                verified: false,
            },
            secret,
        )
    }

    /// Follows a link. Wrong secrets are not counted: they cannot be guessed, and must not spoil the right one.
    pub fn follow(&mut self, owner: &str, secret: &str, now: Timestamp) -> Outcome {
        if !constant_time_eq(self.hash.as_bytes(), link_hash(owner, secret).as_bytes()) {
            return Outcome::Incorrect;
        }
        if self.verified {
            return Outcome::AlreadyVerified;
        }
        if now >= self.expire_at {
            return Outcome::Expired;
        }
        self.verified = true;
        Outcome::Verified
    }

    /// Tries a typed code and counts the try. The state must be stored whatever the outcome is.
    pub fn attempt(&mut self, owner: &str, code: &str, now: Timestamp) -> Outcome {
        if self.verified {
            return Outcome::AlreadyVerified;
        }
        if now >= self.expire_at {
            return Outcome::Expired;
        }
        if self.attempts >= MAX_ATTEMPTS {
            return Outcome::TooMany;
        }
        self.attempts += 1;
        // People copy codes with blanks around or inside them.
        let code: String = code.chars().filter(|c| !c.is_whitespace()).take(DIGITS + 1).collect();
        if constant_time_eq(self.hash.as_bytes(), hash(owner, &code).as_bytes()) {
            self.verified = true;
            Outcome::Verified
        } else if self.attempts >= MAX_ATTEMPTS {
            Outcome::TooMany
        } else {
            Outcome::Incorrect
        }
    }
}

impl Outcome {
    /// What a verification that was tried this way stands at.
    pub fn status(self) -> VerificationStatus {
        match self {
            Self::Verified | Self::AlreadyVerified => VerificationStatus::Verified,
            Self::Incorrect => VerificationStatus::Unverified,
            Self::Expired => VerificationStatus::Expired,
            Self::TooMany => VerificationStatus::Failed,
        }
    }

    /// Whether somebody guessed, which counts towards the user's lockout.
    pub fn is_wrong_guess(self) -> bool {
        matches!(self, Self::Incorrect | Self::TooMany)
    }

    /// The refusal that belongs to the outcome.
    pub fn into_result(self) -> Result<()> {
        match self {
            Self::Verified => Ok(()),
            Self::Incorrect => Err(Error::code_incorrect()),
            Self::Expired => Err(Error::verification_expired()),
            Self::TooMany => Err(Error::verification_failed()),
            Self::AlreadyVerified => Err(Error::verification_already_verified()),
        }
    }
}

fn link_hash(owner: &str, secret: &str) -> String {
    bound_hash("link", owner, secret)
}

fn hash(owner: &str, code: &str) -> String {
    bound_hash("one-time code", owner, code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::tests::TestRng;

    const OWNER: &str = "sua_1";

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn issued() -> (CodeState, String) {
        CodeState::issue(&TestRng::default(), OWNER, at(0))
    }

    fn wrong(code: &str) -> String {
        code.bytes().rev().map(|digit| char::from(b'0' + (digit - b'0' + 1) % 10)).rev().collect()
    }

    #[test]
    fn the_right_code_works_once() {
        let (mut state, code) = issued();
        assert_eq!(code.len(), 6);
        assert_eq!(state.attempt(OWNER, &code, at(1)), Outcome::Verified);
        assert_eq!(state.attempt(OWNER, &code, at(2)), Outcome::AlreadyVerified);
        assert_eq!(state.attempts, 1);
    }

    #[test]
    fn blanks_do_not_matter() {
        let (mut state, code) = issued();
        let spaced = format!(" {} {}\n", &code[..3], &code[3..]);
        assert_eq!(state.attempt(OWNER, &spaced, at(1)), Outcome::Verified);
    }

    #[test]
    fn a_code_is_bound_to_its_attempt() {
        let (mut state, code) = issued();
        assert_eq!(state.attempt("sua_2", &code, at(1)), Outcome::Incorrect);
    }

    #[test]
    fn the_fifth_wrong_code_is_the_last() {
        let (mut state, code) = issued();
        for _ in 1..MAX_ATTEMPTS {
            assert_eq!(state.attempt(OWNER, &wrong(&code), at(1)), Outcome::Incorrect);
        }
        assert_eq!(state.attempt(OWNER, &wrong(&code), at(1)), Outcome::TooMany);
        assert_eq!(state.attempt(OWNER, &code, at(1)), Outcome::TooMany);
        assert_eq!(state.attempts, MAX_ATTEMPTS);
        assert!(!state.verified);
    }

    #[test]
    fn the_last_try_may_be_right() {
        let (mut state, code) = issued();
        for _ in 1..MAX_ATTEMPTS {
            state.attempt(OWNER, &wrong(&code), at(1));
        }
        assert_eq!(state.attempt(OWNER, &code, at(1)), Outcome::Verified);
    }

    #[test]
    fn a_code_expires_after_ten_minutes() {
        let (state, code) = issued();
        assert_eq!(state.clone().attempt(OWNER, &code, at(599_999)), Outcome::Verified);
        assert_eq!(state.clone().attempt(OWNER, &code, at(600_000)), Outcome::Expired);
    }

    #[test]
    fn a_link_works_once_and_not_for_ever() {
        let (state, secret) = CodeState::issue_link(&TestRng::default(), OWNER, at(0));
        let mut followed = state.clone();
        assert_eq!(followed.follow(OWNER, &secret[1..], at(1)), Outcome::Incorrect);
        assert_eq!(followed.follow("sua_2", &secret, at(1)), Outcome::Incorrect);
        assert_eq!(followed.follow(OWNER, &secret, at(1)), Outcome::Verified);
        assert_eq!(followed.follow(OWNER, &secret, at(2)), Outcome::AlreadyVerified);
        assert_eq!(state.clone().follow(OWNER, &secret, at(600_000)), Outcome::Expired);
        // A link's secret is no code and the other way round.
        assert_eq!(state.clone().attempt(OWNER, &secret, at(1)), Outcome::Incorrect);
    }

    #[test]
    fn odd_input_is_just_wrong() {
        let (state, code) = issued();
        for typed in ["", "12345", &format!("{code}0"), &format!("0{code}"), "\0", "４２４２４２"] {
            assert_eq!(state.clone().attempt(OWNER, typed, at(1)), Outcome::Incorrect, "{typed:?}");
        }
    }

    #[test]
    fn outcomes_have_their_codes() {
        let code = |outcome: Outcome| outcome.into_result().unwrap_err().code();
        assert!(Outcome::Verified.into_result().is_ok());
        assert_eq!(code(Outcome::Incorrect), "form_code_incorrect");
        assert_eq!(code(Outcome::Expired), "verification_expired");
        assert_eq!(code(Outcome::TooMany), "verification_failed");
        assert_eq!(code(Outcome::AlreadyVerified), "verification_already_verified");
    }
}
