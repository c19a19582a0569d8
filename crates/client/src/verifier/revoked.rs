//! What is revoked, shared between the task that follows the feed and the checks. Checks read without a lock.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use beadle_types::{Revocation, RevocationEntry, Timestamp};
use papaya::HashMap;
use tokio::sync::watch;

use super::status::{Counts, FeedStatus};

/// No time at all, in [`Revoked::known_at`].
const NEVER: i64 = i64::MIN;

/// A user's revocation.
#[derive(Clone, Copy)]
struct Generation {
    value: i64,
    expires_at: Timestamp,
}

/// The shared state.
pub(super) struct Revoked {
    users: HashMap<Arc<str>, Generation>,
    sessions: HashMap<Arc<str>, Timestamp>,
    /// When times below begin.
    start: Instant,
    /// The latest time at which everything revoked until then was known, in milliseconds since `start`.
    known_at: AtomicI64,
    seq: AtomicI64,
    head: AtomicI64,
    connected: AtomicBool,
    pub(super) counts: Counts,
    /// Changes with every frame.
    pub(super) news: watch::Sender<()>,
}

/// What an entry is filed under.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    User(Arc<str>),
    Session(Arc<str>),
}

impl Revoked {
    pub(super) fn new() -> Self {
        Self {
            users: HashMap::new(),
            sessions: HashMap::new(),
            start: Instant::now(),
            known_at: AtomicI64::new(NEVER),
            seq: AtomicI64::new(0),
            head: AtomicI64::new(0),
            connected: AtomicBool::new(false),
            counts: Counts::default(),
            news: watch::Sender::new(()),
        }
    }

    /// Whether a token with these claims is revoked. One without a generation is of nobody who was ever banned, or
    /// not of Beadle; where there is a revocation it is refused.
    pub(super) fn has(&self, user: &str, session: &str, generation: Option<i64>) -> bool {
        let users = self.users.pin();
        let by_user =
            users.get(user).is_some_and(|first_good| generation.is_none_or(|own| own < first_good.value));
        by_user || self.sessions.pin().contains_key(session)
    }

    /// Files an entry. `None` if nothing is new about it; nothing is ever taken back.
    pub(super) fn insert(&self, entry: &RevocationEntry) -> Option<Key> {
        let expires_at = entry.expires_at;
        match &entry.revocation {
            Revocation::User { user_id, generation } => {
                let users = self.users.pin();
                let known = users.get(user_id.as_str()).copied();
                let newer =
                    known.is_none_or(|known| *generation > known.value || expires_at > known.expires_at);
                newer.then(|| {
                    let merged = Generation {
                        value: known.map_or(*generation, |known| known.value.max(*generation)),
                        expires_at: known.map_or(expires_at, |known| known.expires_at.max(expires_at)),
                    };
                    let key: Arc<str> = user_id.as_str().into();
                    users.insert(key.clone(), merged);
                    Key::User(key)
                })
            }
            Revocation::Session { session_id } => {
                let sessions = self.sessions.pin();
                let known = sessions.get(session_id.as_str()).is_some_and(|known| *known >= expires_at);
                (!known).then(|| {
                    let key: Arc<str> = session_id.as_str().into();
                    sessions.insert(key.clone(), expires_at);
                    Key::Session(key)
                })
            }
        }
    }

    /// Forgets an entry unless it has been prolonged.
    pub(super) fn forget(&self, key: &Key, expired_at: Timestamp) {
        match key {
            Key::User(user) => {
                let users = self.users.pin();
                if users.get(user).is_some_and(|known| known.expires_at <= expired_at) {
                    users.remove(user);
                }
            }
            Key::Session(session) => {
                let sessions = self.sessions.pin();
                if sessions.get(session).is_some_and(|known| *known <= expired_at) {
                    sessions.remove(session);
                }
            }
        }
    }

    /// Milliseconds since the verifier was made, by a clock that never jumps.
    pub(super) fn elapsed(&self) -> i64 {
        i64::try_from(self.start.elapsed().as_millis()).unwrap_or(i64::MAX)
    }

    /// Everything that was revoked until a time is known; says whether that is more than before.
    pub(super) fn knows_until(&self, elapsed: i64) -> bool {
        self.known_at.fetch_max(elapsed, Ordering::AcqRel) < elapsed
    }

    pub(super) fn reached(&self, seq: i64, head: i64) {
        self.seq.store(seq, Ordering::Relaxed);
        self.head.store(head, Ordering::Relaxed);
    }

    pub(super) fn seq(&self) -> i64 {
        self.seq.load(Ordering::Relaxed)
    }

    pub(super) fn set_connected(&self, connected: bool) {
        self.connected.store(connected, Ordering::Relaxed);
        self.news.send_replace(());
    }

    /// Whether the knowledge is no older than the bound.
    pub(super) fn is_fresh(&self, bound: Duration) -> bool {
        self.lag().is_some_and(|lag| lag <= bound)
    }

    pub(super) fn lag(&self) -> Option<Duration> {
        let known_at = self.known_at.load(Ordering::Acquire);
        let lag = self.elapsed().saturating_sub(known_at);
        (known_at != NEVER).then(|| Duration::from_millis(u64::try_from(lag).unwrap_or(0)))
    }

    pub(super) fn entries(&self) -> usize {
        self.users.len() + self.sessions.len()
    }

    pub(super) fn status(&self, bound: Duration) -> FeedStatus {
        let lag = self.lag();
        let mut status = FeedStatus {
            connected: self.connected.load(Ordering::Relaxed),
            current: lag.is_some_and(|lag| lag <= bound),
            lag,
            seq: self.seq(),
            head: self.head.load(Ordering::Relaxed),
            entries: self.entries(),
            refused: 0,
            stale: 0,
            accepted_stale: 0,
            bad_frames: 0,
            connections: 0,
        };
        self.counts.fill(&mut status);
        status
    }
}
