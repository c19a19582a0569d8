//! Locking an account after too many failed attempts to prove a credential.
//!
//! A lock keeps new sign-ins out; sessions that exist go on.

use std::time::Duration;

use beadle_types::Timestamp;

use crate::error::{Error, Result};
use crate::settings::LockoutSettings;

/// What is remembered about the failed attempts of one user.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lockout {
    /// Failures since the last success, unlock or expired lock.
    pub failed_attempts: u32,
    /// Whether a lock was set. It may have expired since: ask [`Self::is_locked`].
    pub locked: bool,
    /// When the lock ends; `None` with `locked` means that only an administrator ends it.
    pub lockout_expires_at: Option<Timestamp>,
}

impl Lockout {
    /// Whether sign-in is refused now. A lock ends at its expiry, not after it.
    pub fn is_locked(&self, now: Timestamp) -> bool {
        self.locked && self.lockout_expires_at.is_none_or(|end| now < end)
    }

    /// Refuses a sign-in to a locked account, saying how long it lasts.
    pub fn check(&self, now: Timestamp) -> Result<()> {
        if self.is_locked(now) { Err(Error::user_locked(now, self.lockout_expires_at)) } else { Ok(()) }
    }

    /// The state after one more failure. A running lock is neither lengthened nor shortened, so that nobody
    /// can keep somebody else out by going on to fail.
    #[must_use]
    pub fn after_failure(self, settings: &LockoutSettings, now: Timestamp) -> Self {
        if !settings.enabled || self.is_locked(now) {
            return self;
        }
        let before = if self.locked { Self::default() } else { self };
        let failed_attempts = before.failed_attempts.saturating_add(1);
        if failed_attempts < settings.max_attempts {
            Self { failed_attempts, ..before }
        } else {
            Self { failed_attempts, ..Self::locked_from(settings, now) }
        }
    }

    /// The state after a proven credential: failures are forgotten and an expired lock is cleared. A running
    /// lock stays, because success does not lift it.
    #[must_use]
    pub fn after_success(self, now: Timestamp) -> Self {
        if self.is_locked(now) { self } else { Self::default() }
    }

    /// The state after an administrator has locked the account, for as long as the settings say.
    #[must_use]
    pub fn lock(self, settings: &LockoutSettings, now: Timestamp) -> Self {
        Self { failed_attempts: self.failed_attempts, ..Self::locked_from(settings, now) }
    }

    /// The state after an administrator has unlocked the account: nothing is remembered.
    #[must_use]
    pub fn unlock(self) -> Self {
        Self::default()
    }

    /// How many failures are left before the account is locked; `None` if the instance does not lock.
    pub fn attempts_remaining(&self, settings: &LockoutSettings, now: Timestamp) -> Option<u32> {
        let expired = self.locked && !self.is_locked(now);
        let failed = if expired { 0 } else { self.failed_attempts };
        settings
            .enabled
            .then(|| if self.is_locked(now) { 0 } else { settings.max_attempts.saturating_sub(failed) })
    }

    /// Whole seconds until the lock ends, rounded up; `None` if there is no lock or it has no end.
    pub fn expires_in_seconds(&self, now: Timestamp) -> Option<i64> {
        let end = self.lockout_expires_at.filter(|_| self.is_locked(now))?;
        let left = Duration::from_millis(u64::try_from(end.as_millis() - now.as_millis()).ok()?);
        i64::try_from(left.as_millis().div_ceil(1000)).ok()
    }

    fn locked_from(settings: &LockoutSettings, now: Timestamp) -> Self {
        Self {
            failed_attempts: 0,
            locked: true,
            lockout_expires_at: settings.duration().map(|duration| now.plus(duration)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: LockoutSettings =
        LockoutSettings { enabled: true, max_attempts: 5, duration_seconds: 60 };

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn after_failures(count: u32, settings: &LockoutSettings) -> Lockout {
        (0..count).fold(Lockout::default(), |lockout, _| lockout.after_failure(settings, at(0)))
    }

    #[test]
    fn the_last_attempt_locks() {
        let almost = after_failures(4, &SETTINGS);
        assert!(!almost.is_locked(at(0)));
        assert_eq!(almost.attempts_remaining(&SETTINGS, at(0)), Some(1));
        let locked = after_failures(5, &SETTINGS);
        assert!(locked.is_locked(at(0)));
        assert_eq!(locked.attempts_remaining(&SETTINGS, at(0)), Some(0));
        assert_eq!(locked.check(at(0)).unwrap_err().code(), "user_locked");
    }

    #[test]
    fn a_lock_ends_at_its_expiry() {
        let locked = after_failures(5, &SETTINGS);
        assert!(locked.is_locked(at(59_999)));
        assert_eq!(locked.expires_in_seconds(at(59_999)), Some(1));
        assert_eq!(locked.expires_in_seconds(at(0)), Some(60));
        assert!(!locked.is_locked(at(60_000)));
        assert_eq!(locked.expires_in_seconds(at(60_000)), None);
        assert_eq!(locked.attempts_remaining(&SETTINGS, at(60_000)), Some(5));
        assert!(locked.check(at(60_000)).is_ok());
    }

    #[test]
    fn failing_on_does_not_lengthen_a_lock() {
        let locked = after_failures(5, &SETTINGS);
        assert_eq!(locked.after_failure(&SETTINGS, at(59_000)), locked);
        let again = locked.after_failure(&SETTINGS, at(60_000));
        assert_eq!(again, Lockout { failed_attempts: 1, locked: false, lockout_expires_at: None });
    }

    #[test]
    fn success_forgets_failures_but_lifts_no_lock() {
        assert_eq!(after_failures(4, &SETTINGS).after_success(at(0)), Lockout::default());
        let locked = after_failures(5, &SETTINGS);
        assert_eq!(locked.after_success(at(1)), locked);
        assert_eq!(locked.after_success(at(60_000)), Lockout::default());
    }

    #[test]
    fn without_duration_only_an_administrator_unlocks() {
        let settings = LockoutSettings { duration_seconds: 0, ..SETTINGS };
        let locked = after_failures(5, &settings);
        assert!(locked.is_locked(at(i64::MAX)));
        assert_eq!(locked.expires_in_seconds(at(0)), None);
        assert_eq!(locked.unlock(), Lockout::default());
    }

    #[test]
    fn disabled_never_locks_by_itself() {
        let settings = LockoutSettings { enabled: false, ..SETTINGS };
        assert_eq!(after_failures(100, &settings), Lockout::default());
        assert_eq!(Lockout::default().attempts_remaining(&settings, at(0)), None);
        assert!(Lockout::default().lock(&settings, at(0)).is_locked(at(0)));
    }

    #[test]
    fn an_administrator_locks_at_once() {
        let locked = after_failures(2, &SETTINGS).lock(&SETTINGS, at(1_000));
        assert_eq!(locked.lockout_expires_at, Some(at(61_000)));
        assert!(locked.is_locked(at(1_000)));
    }
}
