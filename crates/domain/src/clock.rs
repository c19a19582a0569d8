//! Time as a parameter: rules never ask what time it is, they are told.

use std::time::{SystemTime, UNIX_EPOCH};

use beadle_types::Timestamp;

/// Where the current time comes from: the system in a server, a hand-set value in tests.
pub trait Clock: Send + Sync + 'static {
    /// The current time, in Unix milliseconds.
    fn now(&self) -> Timestamp;
}

/// The machine's clock, and the only place in the workspace that reads it.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    fn now(&self) -> Timestamp {
        // A clock set before 1970 counts as 1970: every comparison then refuses rather than accepts.
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_clock_is_in_milliseconds_of_this_century() {
        let now = SystemClock.now().as_millis();
        // 2020-01-01 and 2100-01-01: seconds or microseconds would fall outside.
        assert!((1_577_836_800_000..4_102_444_800_000).contains(&now), "{now}");
    }
}
