//! What follows from a frame: entries to keep and to forget, the position reached, and how old the knowledge is.

use std::{cmp::Reverse, collections::BinaryHeap, time::Duration};

use beadle_types::{RevocationFrame, Timestamp};

use super::revoked::{Key, Revoked};

/// How long an entry is kept beyond its end, for clocks that differ.
const SLACK: Duration = Duration::from_secs(30);
/// By how much the server's clock may differ from this machine's: with more no token could be judged anyway, and
/// entries would be forgotten at the wrong time.
const MAX_CLOCK_DIFFERENCE: Duration = Duration::from_secs(10);
/// How fast two clocks may drift apart: a millisecond in two seconds, what NTP corrects at the most.
const DRIFT: i64 = 2000;

/// What the task that follows the feed knows.
pub(super) struct Knowledge {
    /// Everything up to here is known.
    position: Option<i64>,
    /// What to forget, by when.
    expiries: BinaryHeap<Reverse<(Timestamp, Key)>>,
    /// Of the connection in use.
    contact: Contact,
}

/// What is known of the way between the server's clock and this machine's elapsed time.
enum Contact {
    /// Nothing yet: any frame may be an old one, sent again by a relay or by a node that has lost its database.
    Asked {
        /// What the server is to repeat in a frame that it makes after the request.
        nonce: String,
        /// When that was.
        at: i64,
    },
    /// The smallest difference between the two that is certain: a frame of the server's time `t` is knowledge of the
    /// elapsed time `t + difference` or later, whenever it arrives.
    Met {
        difference: i64,
        /// When that was found.
        at: i64,
    },
}

/// What became of a frame.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Applied {
    /// Everything is known as of a later time than before.
    Current,
    /// Everything is known, but no later than before; or it is not known as of when.
    Nothing,
    /// More is known, and more frames follow.
    Behind,
    /// Frames before it are missing; nothing was applied.
    Gap,
    /// Its time is too far off; nothing was applied.
    OffClock,
}

impl Knowledge {
    pub(super) fn new() -> Self {
        let contact = Contact::Asked { nonce: String::new(), at: 0 };
        Self { position: None, expiries: BinaryHeap::new(), contact }
    }

    /// The position to go on from.
    pub(super) fn position(&self) -> Option<i64> {
        self.position
    }

    /// A new connection is asked for now, with this nonce. Another node may answer, with another clock.
    pub(super) fn connecting(&mut self, nonce: String, revoked: &Revoked) {
        self.contact = Contact::Asked { nonce, at: revoked.elapsed() };
    }

    /// Takes a frame in that arrived now, which is `wall` by this machine's clock.
    pub(super) fn apply(&mut self, frame: &RevocationFrame, revoked: &Revoked, wall: Timestamp) -> Applied {
        let difference = wall.saturating_since(frame.time).max(frame.time.saturating_since(wall));
        if difference > MAX_CLOCK_DIFFERENCE {
            return Applied::OffClock;
        }
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
        let moved = self.position.replace(position) != Some(position);
        revoked.reached(position, frame.head);
        let known_at = self.known_at(frame, revoked.elapsed());
        if position < frame.head {
            return if moved { Applied::Behind } else { Applied::Nothing };
        }
        let is_later = known_at.is_some_and(|at| revoked.knows_until(at));
        if is_later { Applied::Current } else { Applied::Nothing }
    }

    fn forget(&mut self, revoked: &Revoked, now: Timestamp) {
        while let Some(Reverse((expires_at, _))) = self.expiries.peek()
            && expires_at.plus(SLACK) <= now
        {
            let Some(Reverse((expires_at, key))) = self.expiries.pop() else { return };
            revoked.forget(&key, expires_at);
        }
    }

    /// The elapsed time up to which a frame's knowledge reaches at the least; `None` before the server has answered.
    fn known_at(&mut self, frame: &RevocationFrame, elapsed: i64) -> Option<i64> {
        let time = frame.time.as_millis();
        let (difference, at) = match &self.contact {
            // Made after the request, so it knows all that was acknowledged until then.
            Contact::Asked { nonce, at } if frame.nonce.as_ref() == Some(nonce) => (*at - time, *at),
            Contact::Asked { .. } => return None,
            Contact::Met { difference, at } => {
                let drifted = difference + (elapsed - at) / DRIFT;
                let smallest = drifted.min(elapsed - time);
                // The allowance is counted in whole milliseconds, so the time it is counted from stays otherwise.
                (smallest, if smallest == *difference { *at } else { elapsed })
            }
        };
        self.contact = Contact::Met { difference, at };
        Some(time + difference)
    }
}

#[cfg(test)]
mod tests;
