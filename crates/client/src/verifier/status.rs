//! What can be seen of a verifier from outside.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// What a verifier knows, and what it has done so far.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FeedStatus {
    /// Whether a connection to the feed is open.
    pub connected: bool,
    /// Whether the knowledge is no older than the bound.
    pub current: bool,
    /// How old the knowledge is; `None` before there is any.
    pub lag: Option<Duration>,
    /// The position up to which everything is known.
    pub seq: i64,
    /// The newest position that was heard of.
    pub head: i64,
    /// Revocations that are kept.
    pub entries: usize,
    /// Tokens refused because of a revocation.
    pub refused: u64,
    /// Good tokens that met stale knowledge.
    pub stale: u64,
    /// Those of them that were accepted.
    pub accepted_stale: u64,
    /// Frames that were refused: wrongly signed, or of another instance.
    pub bad_frames: u64,
    /// How often the connection was made.
    pub connections: u64,
}

/// What only ever grows.
#[derive(Debug, Default)]
pub(super) struct Counts {
    refused: AtomicU64,
    stale: AtomicU64,
    accepted_stale: AtomicU64,
    bad_frames: AtomicU64,
    connections: AtomicU64,
}

macro_rules! counted {
    ($($name:ident),*) => {$(
        /// Counts one, and tells how many there were before.
        pub(super) fn $name(&self) -> u64 {
            self.$name.fetch_add(1, Ordering::Relaxed)
        }
    )*};
}

impl Counts {
    counted!(refused, stale, accepted_stale, bad_frames, connections);

    /// Fills the counts of a status in.
    pub(super) fn fill(&self, status: &mut FeedStatus) {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        status.refused = read(&self.refused);
        status.stale = read(&self.stale);
        status.accepted_stale = read(&self.accepted_stale);
        status.bad_frames = read(&self.bad_frames);
        status.connections = read(&self.connections);
    }
}
