//! How often one caller may try.

use std::time::Duration;

use beadle_types::Timestamp;

/// The time in which a spent allowance is full again.
const WINDOW: Duration = Duration::from_secs(60);

/// An allowance that is used up by use and comes back evenly within a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    per_minute: u32,
}

impl Rate {
    /// So many tries per minute, all at once if need be; `None` for no limit, which 0 stands for.
    pub fn per_minute(tries: u32) -> Option<Self> {
        (tries > 0).then_some(Self { per_minute: tries })
    }

    /// One more try. `full_at` is when the allowance is full again after the tries before; the answer is when it
    /// will be after this one.
    ///
    /// # Errors
    /// How long to wait, if it is used up.
    pub fn admit(self, full_at: Option<Timestamp>, now: Timestamp) -> Result<Timestamp, Duration> {
        let start = full_at.map_or(now, |full_at| full_at.max(now));
        let after = start.plus(WINDOW / self.per_minute);
        match after.saturating_since(now.plus(WINDOW)) {
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
    fn no_limit_is_no_rate() {
        assert_eq!(Rate::per_minute(0), None);
    }
}
