//! The entries that still matter, in order.

use std::{collections::VecDeque, time::Duration};

use beadle_types::{RevocationEntry, RevocationFrame, Timestamp, object::RevocationsObject};

/// How long an entry is kept beyond its end, for clocks that differ and verifiers that come late.
pub(super) const SLACK: Duration = Duration::from_secs(60);

pub(super) struct Window {
    entries: VecDeque<RevocationEntry>,
    /// The last position that was forgotten: whoever knows less starts anew.
    floor: i64,
    /// The newest position.
    pub(super) head: i64,
    /// A time at which `head` was known to be the newest.
    pub(super) as_of: Timestamp,
}

impl Window {
    /// `entries` in order.
    pub(super) fn new(head: i64, entries: Vec<RevocationEntry>, as_of: Timestamp) -> Self {
        let floor = entries.first().map_or(head, |oldest| oldest.seq - 1);
        Self { entries: entries.into(), floor, head, as_of }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Takes newer entries in, in order.
    pub(super) fn extend(&mut self, entries: impl IntoIterator<Item = RevocationEntry>) {
        for entry in entries {
            self.head = entry.seq;
            self.entries.push_back(entry);
        }
    }

    /// Forgets what does not matter any more.
    pub(super) fn expire(&mut self, now: Timestamp) {
        let floor = &mut self.floor;
        self.entries.retain(|entry| {
            let matters = entry.expires_at.plus(SLACK) > now;
            if !matters {
                *floor = (*floor).max(entry.seq);
            }
            matters
        });
    }

    /// The position that a subscriber goes on from: `None` means from the start, with a snapshot.
    pub(super) fn resume(&self, after: Option<i64>) -> Option<i64> {
        after.filter(|after| (self.floor..=self.head).contains(after))
    }

    /// What comes after a position, with so many entries at most.
    pub(super) fn frame(&self, after: Option<i64>, limit: usize) -> RevocationFrame {
        let first = after.map_or(0, |after| self.entries.partition_point(|entry| entry.seq <= after));
        let entries: Vec<_> = self.entries.range(first..).take(limit).cloned().collect();
        let is_all = first + entries.len() == self.entries.len();
        let reached = entries.last().filter(|_| !is_all).map_or(self.head, |last| last.seq);
        RevocationFrame {
            object: RevocationsObject,
            snapshot: after.is_none(),
            after: after.unwrap_or(0),
            seq: reached,
            head: self.head,
            time: self.as_of,
            entries,
            nonce: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use beadle_types::Revocation;

    use super::*;

    const START: Timestamp = Timestamp::from_secs(1_000_000);

    fn entry(seq: i64, lifetime: u64) -> RevocationEntry {
        RevocationEntry {
            seq,
            revocation: Revocation::Session { session_id: format!("sess_{seq}").parse().unwrap() },
            created_at: START,
            expires_at: START.plus(Duration::from_secs(lifetime)),
        }
    }

    fn seqs(frame: &RevocationFrame) -> Vec<i64> {
        frame.entries.iter().map(|entry| entry.seq).collect()
    }

    #[test]
    fn frames_follow_each_other() {
        let mut window = Window::new(2, vec![entry(1, 60), entry(2, 60)], START);
        window.extend([entry(3, 60), entry(4, 60), entry(5, 60)]);
        let first = window.frame(None, 2);
        assert_eq!((first.snapshot, first.after, first.seq, first.head), (true, 0, 2, 5));
        let second = window.frame(Some(first.seq), 2);
        assert_eq!((second.snapshot, second.after, second.seq, seqs(&second)), (false, 2, 4, vec![3, 4]));
        let last = window.frame(Some(second.seq), 2);
        assert_eq!((last.after, last.seq, seqs(&last)), (4, 5, vec![5]));
        assert!(window.frame(Some(5), 2).is_heartbeat());
    }

    #[test]
    fn an_empty_snapshot_reaches_the_head() {
        let frame = Window::new(41, Vec::new(), START).frame(None, 10);
        assert_eq!((frame.snapshot, frame.after, frame.seq, frame.head), (true, 0, 41, 41));
    }

    #[test]
    fn what_has_expired_is_forgotten_and_who_knows_less_starts_anew() {
        let mut window = Window::new(0, Vec::new(), START);
        window.extend([entry(1, 60), entry(2, 100_000), entry(3, 60), entry(4, 120)]);
        window.expire(START.plus(Duration::from_secs(60) + SLACK));
        assert_eq!(seqs(&window.frame(None, 10)), [2, 4]);
        assert_eq!([2, 3, 4, 5].map(|after| window.resume(Some(after))), [None, Some(3), Some(4), None]);
        assert_eq!(window.resume(None), None);
    }

    #[test]
    fn a_new_node_takes_every_position_from_its_oldest_entry_on() {
        let window = Window::new(9, vec![entry(5, 60), entry(8, 60)], START);
        assert_eq!(
            [3, 4, 6, 9, 10].map(|after| window.resume(Some(after)).is_some()),
            [false, true, true, true, false]
        );
    }
}
