//! What secrets that live long have in common: whether one is live, and how long it lives.

use std::time::Duration;

use beadle_types::Timestamp;

use crate::{
    credential::{self, Generation, Refusal, Standing},
    error::{Error, Result},
};

/// Beyond this a lifetime is a mistake: 100 years.
const LONGEST: f64 = 100.0 * 365.25 * 86_400.0;
/// How exactly it is known when a secret was last shown. A busy one is written once in this time, not once per use.
const LAST_USE: Duration = Duration::from_secs(60);

/// What decides whether an API key or a machine's token is live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    /// The generation of the user behind it when it was made; none where there is no user behind it.
    pub generation: Option<Generation>,
    /// When somebody took it back.
    pub revoked_at: Option<Timestamp>,
    /// When its time is over.
    pub expire_at: Option<Timestamp>,
}

/// Why it is dead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dead {
    /// The credentials of the user behind it are refused.
    Refused(Refusal),
    /// It was taken back.
    Revoked,
    /// Its time is over.
    Expired,
}

impl Life {
    /// Lets it through if it is live now, given the standing of the user behind it as the database has it.
    ///
    /// # Errors
    /// Why it is dead.
    pub fn admit(&self, standing: Option<&Standing>, now: Timestamp) -> std::result::Result<(), Dead> {
        self.check_user(standing).map_err(Dead::Refused)?;
        if self.revoked_at.is_some() {
            Err(Dead::Revoked)
        } else if self.is_expired(now) {
            Err(Dead::Expired)
        } else {
            Ok(())
        }
    }

    /// Whether the user behind it, if there is one, still has it.
    ///
    /// # Errors
    /// Why they have not.
    pub fn check_user(&self, standing: Option<&Standing>) -> std::result::Result<(), Refusal> {
        self.generation.map_or(Ok(()), |made_under| credential::admit(standing, made_under).map(drop))
    }

    /// Whether to report it as revoked: taken back by hand, or dead with its user.
    pub fn is_revoked(&self, standing: Option<&Standing>) -> bool {
        self.revoked_at.is_some() || self.check_user(standing).is_err()
    }

    /// Whether its time is over.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expire_at.is_some_and(|expire_at| expire_at <= now)
    }
}

/// Whether a use is to be written down: only if the last one that was is a while ago.
pub fn is_new_use(last_used_at: Option<Timestamp>, now: Timestamp) -> bool {
    last_used_at.is_none_or(|last| now.saturating_since(last) >= LAST_USE)
}

/// A lifetime that somebody gives in seconds, of which fractions count.
///
/// # Errors
/// For nothing at all, less, or more than a hundred years.
pub fn lifetime(seconds: f64) -> Result<Duration> {
    if seconds > 0.0 && seconds <= LONGEST {
        // Whole milliseconds, so that something is left of the least.
        return Ok(Duration::from_secs_f64(seconds).max(Duration::from_millis(1)));
    }
    Err(Error::param_rule_broken(
        "seconds_until_expiration",
        "seconds_until_expiration must be more than 0 and not more than a hundred years.",
    ))
}

#[cfg(test)]
mod tests {
    use beadle_types::UserId;

    use super::*;

    fn standing(generation: i64, banned: bool) -> Standing {
        Standing {
            user_id: UserId::from_parts(Timestamp::from_millis(0), [7; 16]),
            generation: Generation::from_stored(generation),
            banned,
        }
    }

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);
    const FREE: Life = Life { generation: None, revoked_at: None, expire_at: None };

    #[test]
    fn a_users_secret_dies_with_the_generation() {
        let life = Life { generation: Some(Generation::FIRST), ..FREE };
        assert_eq!(life.admit(Some(&standing(1, false)), NOW), Ok(()));
        assert!(!life.is_revoked(Some(&standing(1, false))));
        for (standing, refusal) in [
            (Some(standing(1, true)), Refusal::Banned),
            (Some(standing(2, false)), Refusal::Superseded),
            (None, Refusal::UserGone),
        ] {
            assert_eq!(life.admit(standing.as_ref(), NOW), Err(Dead::Refused(refusal)));
            assert!(life.is_revoked(standing.as_ref()));
        }
    }

    #[test]
    fn without_a_user_only_time_and_hand_end_it() {
        assert_eq!(FREE.admit(None, NOW), Ok(()));
        assert_eq!(Life { revoked_at: Some(NOW), ..FREE }.admit(None, NOW), Err(Dead::Revoked));
        assert_eq!(Life { expire_at: Some(NOW), ..FREE }.admit(None, NOW), Err(Dead::Expired));
        let later = Some(Timestamp::from_millis(1_000_001));
        assert_eq!(Life { expire_at: later, ..FREE }.admit(None, NOW), Ok(()));
    }

    #[test]
    fn lifetimes_are_bounded() {
        assert_eq!(lifetime(1.5).unwrap(), Duration::from_millis(1_500));
        assert_eq!(lifetime(1e-9).unwrap(), Duration::from_millis(1));
        for seconds in [0.0, -1.0, 1e18, f64::NAN, f64::INFINITY] {
            assert!(lifetime(seconds).is_err(), "{seconds}");
        }
    }

    #[test]
    fn uses_are_written_once_a_minute() {
        assert!(is_new_use(None, NOW));
        assert!(!is_new_use(Some(NOW), NOW.plus(Duration::from_millis(59_999))));
        assert!(is_new_use(Some(NOW), NOW.plus(Duration::from_secs(60))));
    }
}
