//! When and after how long a failed request is tried again.

use std::{
    collections::hash_map::RandomState,
    hash::{BuildHasher as _, Hasher as _},
    time::Duration,
};

use crate::error::Error;

/// How calls that do no harm when repeated are tried again.
///
/// That is every call with `GET`, `PUT` or `DELETE`, and ban, unban, lock, unlock and revoke. They are repeated
/// after failed connections and after the statuses 429, 502, 503 and 504. A repeated deletion whose first answer
/// was lost answers 404.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// How often to try again after the first try; 0 never does.
    pub retries: u32,
    /// The wait before the first repetition; each further one doubles it. The real wait is a random time between
    /// half of it and all of it, so that many clients do not come back at once.
    pub base_delay: Duration,
    /// The longest wait. If the server's `Retry-After` asks for more, the call fails at once with
    /// [`Error::retry_after`] set, instead of asking again too early.
    pub max_delay: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { retries: 3, base_delay: Duration::from_millis(100), max_delay: Duration::from_secs(10) }
    }
}

impl RetryPolicy {
    /// Tries every request once.
    pub const NEVER: Self = Self { retries: 0, base_delay: Duration::ZERO, max_delay: Duration::ZERO };

    /// How long to wait before repetition number `repetition` (0 is the first); `None` if it is over.
    /// `jitter` is a random number.
    pub(crate) fn delay(&self, repetition: u32, error: &Error, jitter: u64) -> Option<Duration> {
        if repetition >= self.retries || !error.is_transient() {
            return None;
        }
        if let Some(asked) = error.retry_after() {
            return (asked <= self.max_delay).then_some(asked);
        }
        let full = self.base_delay.saturating_mul(1 << repetition.min(20)).min(self.max_delay);
        let half = full / 2;
        let spread = u64::try_from(half.as_nanos()).unwrap_or(u64::MAX).saturating_add(1);
        Some(full.saturating_sub(half) + Duration::from_nanos(jitter % spread))
    }
}

/// A number that nobody can foresee: a hash keyed with the system's randomness. For the spread of waits, and to tell
/// one connection from another; for no secret.
pub(crate) fn jitter() -> u64 {
    RandomState::new().build_hasher().finish()
}

#[cfg(test)]
mod tests {
    use beadle_types::ErrorBody;
    use http::StatusCode;

    use super::*;

    const POLICY: RetryPolicy = RetryPolicy {
        retries: 5,
        base_delay: Duration::from_millis(100),
        max_delay: Duration::from_millis(400),
    };

    fn answer(status: u16, retry_after: Option<u64>) -> Error {
        let status = StatusCode::from_u16(status).expect("a status");
        Error::api(status, ErrorBody::default(), None, retry_after.map(Duration::from_millis))
    }

    #[test]
    fn waits_double_up_to_the_longest_and_spread_over_their_upper_half() {
        let error = answer(503, None);
        let range = |repetition| {
            let delays = (0..10_000).map(|i| POLICY.delay(repetition, &error, i * 48_271_001).unwrap());
            let (low, high) = delays.fold((Duration::MAX, Duration::ZERO), |(l, h), d| (l.min(d), h.max(d)));
            (low.as_millis(), high.as_millis())
        };
        assert_eq!(range(0), (50, 99));
        assert_eq!(range(1), (100, 199));
        assert_eq!(range(2), (200, 399));
        assert_eq!(range(4), (200, 399));
        assert_eq!(POLICY.delay(4, &error, 0), Some(Duration::from_millis(200)));
        assert_eq!(POLICY.delay(5, &error, 0), None);
    }

    #[test]
    fn the_server_decides_the_wait_within_the_longest() {
        assert_eq!(POLICY.delay(0, &answer(429, Some(400)), 7), Some(Duration::from_millis(400)));
        assert_eq!(POLICY.delay(0, &answer(503, Some(0)), 7), Some(Duration::ZERO));
        assert_eq!(POLICY.delay(0, &answer(429, Some(401)), 7), None);
    }

    #[test]
    fn only_passing_failures_are_tried_again() {
        for status in [429, 502, 503, 504] {
            assert!(POLICY.delay(0, &answer(status, None), 0).is_some(), "{status}");
        }
        for status in [400, 401, 402, 403, 404, 409, 422, 500, 501] {
            assert!(POLICY.delay(0, &answer(status, None), 0).is_none(), "{status}");
        }
        assert!(POLICY.delay(0, &Error::timeout(), 0).is_none());
        assert!(POLICY.delay(0, &Error::too_large(1), 0).is_none());
        assert!(RetryPolicy::NEVER.delay(0, &answer(503, None), 0).is_none());
    }

    #[test]
    fn jitter_differs_from_call_to_call() {
        assert_ne!((jitter(), jitter()), (jitter(), jitter()));
    }
}
