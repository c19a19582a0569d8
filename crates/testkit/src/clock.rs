//! Time that passes when a test says so.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use beadle_domain::clock::Clock;
use beadle_types::Timestamp;

/// When every test begins: 2026-01-15, 10:00:00 UTC, in Unix milliseconds.
pub const START: Timestamp = Timestamp::from_millis(1_768_471_200_000);

/// A clock that stands still until it is advanced.
#[derive(Debug)]
pub struct FakeClock(AtomicI64);

impl Default for FakeClock {
    fn default() -> Self {
        Self(AtomicI64::new(START.as_millis()))
    }
}

impl FakeClock {
    /// Lets time pass.
    pub fn advance(&self, duration: Duration) {
        let millis =
            i64::try_from(duration.as_millis()).expect("tests span less than the age of the universe");
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}
