//! What follows from a frame: entries to keep and to forget, the position reached, and how old the knowledge is.

use std::{cmp::Reverse, collections::BinaryHeap, time::Duration};

use beadle_types::{RevocationFrame, Timestamp};

use super::revoked::{Key, Revoked};

/// How long an entry is kept beyond its end, for clocks that differ.
const SLACK: Duration = Duration::from_secs(30);
/// By how much the server's clock may differ from this machine's: more means that the stream is an old one, or that
/// no token could be judged anyway.
const MAX_CLOCK_DIFFERENCE: Duration = Duration::from_secs(10);
/// How fast two clocks may drift apart: a millisecond in a second.
const DRIFT: i64 = 1000;

/// What the task that follows the feed knows.
pub(super) struct Knowledge {
    /// Everything up to here is known.
    position: Option<i64>,
    /// What to forget, by when.
    expiries: BinaryHeap<Reverse<(Timestamp, Key)>>,
    delay: Option<Delay>,
}

/// The smallest difference seen on this connection between this machine's elapsed time and the server's clock: what
/// comes later than that was held up on the way.
struct Delay {
    smallest: i64,
    seen_at: i64,
}

/// What became of a frame.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Applied {
    /// Everything is known.
    Current,
    /// More frames follow.
    Behind,
    /// Frames before it are missing; nothing was applied.
    Gap,
}

impl Knowledge {
    pub(super) fn new() -> Self {
        Self { position: None, expiries: BinaryHeap::new(), delay: None }
    }

    /// The position to go on from.
    pub(super) fn position(&self) -> Option<i64> {
        self.position
    }

    /// A new connection: another node may answer, with another clock.
    pub(super) fn connecting(&mut self) {
        self.delay = None;
    }

    /// Takes a frame in that arrived now, which is `wall` by this machine's clock.
    pub(super) fn apply(&mut self, frame: &RevocationFrame, revoked: &Revoked, wall: Timestamp) -> Applied {
        let position = match self.position {
            // Of a server that was set back to a backup, it may begin before what was known: go on from there.
            _ if frame.snapshot => frame.seq,
            Some(position) if frame.after <= position => position.max(frame.seq),
            _ => return Applied::Gap,
        };
        for entry in &frame.entries {
            if let Some(key) = revoked.insert(entry) {
                self.expiries.push(Reverse((entry.expires_at, key)));
            }
        }
        self.forget(revoked, frame.time);
        self.position = Some(position);
        revoked.reached(position, frame.head);
        let known_at = self.known_at(frame.time, revoked.elapsed());
        if position < frame.head {
            return Applied::Behind;
        }
        let difference = wall.saturating_since(frame.time).max(frame.time.saturating_since(wall));
        if difference <= MAX_CLOCK_DIFFERENCE {
            revoked.knows_until(known_at);
        }
        Applied::Current
    }

    fn forget(&mut self, revoked: &Revoked, now: Timestamp) {
        while let Some(Reverse((expires_at, _))) = self.expiries.peek()
            && expires_at.plus(SLACK) <= now
        {
            let Some(Reverse((expires_at, key))) = self.expiries.pop() else { return };
            revoked.forget(&key, expires_at);
        }
    }

    /// The server's time in this machine's elapsed milliseconds.
    fn known_at(&mut self, time: Timestamp, elapsed: i64) -> i64 {
        let difference = elapsed - time.as_millis();
        let smallest = match &self.delay {
            Some(delay) => difference.min(delay.smallest + (elapsed - delay.seen_at) / DRIFT),
            None => difference,
        };
        // The allowance for drift is only counted in whole milliseconds, so the time it is counted from stays.
        if self.delay.as_ref().is_none_or(|delay| smallest != delay.smallest) {
            self.delay = Some(Delay { smallest, seen_at: elapsed });
        }
        time.as_millis() + smallest
    }
}

#[cfg(test)]
mod tests;
