//! How often one caller may try.

use std::time::Duration;

use beadle_types::Timestamp;

/// An allowance that is used up by use and comes back evenly within its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    tries: u32,
    window: Duration,
}

impl Rate {
    /// So many tries in this time, all at once if need be; `None` for no limit, which 0 stands for.
    pub fn new(tries: u32, window: Duration) -> Option<Self> {
        (tries > 0).then_some(Self { tries, window })
    }

    /// So many tries per minute.
    pub fn per_minute(tries: u32) -> Option<Self> {
        Self::new(tries, Duration::from_secs(60))
    }

    /// One more try. `full_at` is when the allowance is full again after the tries before; the answer is when it
    /// will be after this one.
    ///
    /// # Errors
    /// How long to wait, if it is used up.
    pub fn admit(self, full_at: Option<Timestamp>, now: Timestamp) -> Result<Timestamp, Duration> {
        let start = full_at.map_or(now, |full_at| full_at.max(now));
        let after = start.plus(self.window / self.tries);
        match after.saturating_since(now.plus(self.window)) {
            Duration::ZERO => Ok(after),
            wait => Err(wait),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(1_000_000).plus(Duration::from_millis(millis))
    }

    #[test]
    fn the_allowance_is_spent_at_once_and_comes_back_evenly() {
        let rate = Rate::per_minute(4).unwrap();
        let mut full_at = None;
        for _ in 0..4 {
            full_at = Some(rate.admit(full_at, at(0)).unwrap());
        }
        assert_eq!(rate.admit(full_at, at(0)), Err(Duration::from_secs(15)));
        assert_eq!(rate.admit(full_at, at(14_999)), Err(Duration::from_millis(1)));
        full_at = Some(rate.admit(full_at, at(15_000)).unwrap());
        assert!(rate.admit(full_at, at(15_000)).is_err());
        // Who waits long gets no more than the whole.
        let mut tries = 0;
        while let Ok(next) = rate.admit(full_at, at(3_600_000)) {
            full_at = Some(next);
            tries += 1;
        }
        assert_eq!(tries, 4);
    }

    #[test]
    fn other_times_have_other_rates() {
        let rate = Rate::new(5, Duration::from_secs(10)).unwrap();
        let mut full_at = None;
        for _ in 0..5 {
            full_at = Some(rate.admit(full_at, at(0)).unwrap());
        }
        assert_eq!(rate.admit(full_at, at(0)), Err(Duration::from_secs(2)));
        assert!(rate.admit(full_at, at(2_000)).is_ok());
    }

    #[test]
    fn no_limit_is_no_rate() {
        assert_eq!(Rate::per_minute(0), None);
    }
}
