//! What this node knows of the feed, for all its subscribers. A subscriber holds a position and nothing else, so a
//! slow one costs no memory.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use beadle_store::{
    Store,
    feed::{Load, Revocation as Stored, RevocationRow},
};
use beadle_types::{Revocation, RevocationEntry, Timestamp};
use tokio::sync::{Notify, watch};

use super::{
    frame::Frame,
    window::{SLACK, Window},
};
use crate::instance::Instance;

/// Entries in a frame at most.
pub(super) const FRAME: usize = 500;
/// How long this node may take to learn of what another has told.
const CATCH_UP: Duration = Duration::from_millis(200);
/// Finished frames kept at most.
const FINISHED: usize = 256;
/// Subscribers of one node at most.
const SUBSCRIBERS: usize = 10_000;

/// The feed of this node.
pub(crate) struct Feed {
    shared: Mutex<Shared>,
    /// Counts changes; subscribers wait for the next one.
    changes: watch::Sender<u64>,
    closed: AtomicBool,
    /// Rung when something was committed, or somebody wants to know.
    pub(super) doorbell: Notify,
    /// Looks into the database that have begun.
    looks: AtomicU64,
    /// The number of the newest look that is done.
    looked: watch::Sender<u64>,
}

struct Shared {
    window: Window,
    /// The newest heartbeat and its number.
    heartbeat: Option<(u64, Arc<Frame>)>,
    /// Finished frames by what they continue, for subscribers that are at the same place.
    finished: HashMap<Option<i64>, Arc<Frame>>,
}

/// What the outside may see of the state.
pub(crate) struct Progress {
    /// The newest position.
    pub(crate) head: i64,
    /// A time at which it was the newest.
    pub(crate) as_of: Timestamp,
    /// Entries that still matter.
    pub(crate) entries: usize,
    /// Who listens.
    pub(crate) subscribers: usize,
}

impl Feed {
    /// Loads what still matters.
    pub(crate) async fn open(store: &Store, now: Timestamp) -> Result<Self, beadle_store::Error> {
        let (head, rows) = store.scan(Load { expire_after: now.minus(SLACK) }).await?;
        let window = Window::new(head, rows.into_iter().map(entry).collect(), now);
        Ok(Self {
            shared: Mutex::new(Shared { window, heartbeat: None, finished: HashMap::new() }),
            changes: watch::Sender::new(0),
            closed: AtomicBool::new(false),
            doorbell: Notify::new(),
            looks: AtomicU64::new(0),
            looked: watch::Sender::new(0),
        })
    }

    /// Has the reader look at once.
    pub(crate) fn wake(&self) {
        self.doorbell.notify_one();
    }

    /// Ends all subscriptions, for an orderly stop.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.changes.send_modify(|count| *count += 1);
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    pub(crate) fn progress(&self) -> Progress {
        let shared = self.shared();
        let Window { head, as_of, .. } = shared.window;
        let subscribers = self.changes.receiver_count();
        Progress { head, as_of, entries: shared.window.len(), subscribers }
    }

    /// Waits until this node knows of a position, but not for long.
    pub(super) async fn wait_for(&self, seq: i64) {
        let mut changes = self.changes.subscribe();
        let known = changes.wait_for(|_| self.shared().window.head >= seq);
        drop(tokio::time::timeout(CATCH_UP, known).await);
    }

    /// To wait for changes; `None` when there are too many subscribers already.
    pub(super) fn subscribe(&self) -> Option<watch::Receiver<u64>> {
        (self.changes.receiver_count() < SUBSCRIBERS).then(|| self.changes.subscribe())
    }

    /// Begins a look into the database; gives its number.
    pub(super) fn begin_look(&self) -> u64 {
        self.looks.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// The look has found all there was when it began.
    pub(super) fn end_look(&self, look: u64) {
        self.looked.send_replace(look);
    }

    /// Asks for a look that begins after this call, and tells when it is done.
    pub(super) fn ask(&self) -> Look {
        let look = Look { after: self.looks.load(Ordering::SeqCst), looked: self.looked.subscribe() };
        self.wake();
        look
    }

    /// What comes after a position, for a subscriber who asked with a nonce and whose look is done: answers it, unless
    /// there is more to tell first.
    pub(super) fn answer(&self, nonce: &str, after: Option<i64>, limit: usize, instance: &Instance) -> Frame {
        let mut frame = self.shared().window.frame(after, limit);
        frame.nonce = (frame.seq == frame.head).then(|| nonce.to_owned());
        Frame::new(frame, instance)
    }

    /// Takes newer entries in. `as_of` is given when there are no more for the time being.
    pub(super) fn publish(&self, rows: Vec<RevocationRow>, as_of: Option<Timestamp>, instance: &Instance) {
        let has_news = !rows.is_empty();
        let frame = {
            let mut shared = self.shared();
            let before = shared.window.head;
            shared.window.extend(rows.into_iter().map(entry));
            if let Some(as_of) = as_of {
                shared.window.as_of = as_of;
            }
            if has_news {
                // Frames that reach the old head go on now.
                shared.finished.retain(|_, frame| frame.seq < before);
            }
            // Somebody waits at the old head for most of the time: their frame is made once, here.
            (has_news && self.changes.receiver_count() > 0).then(|| shared.window.frame(Some(before), FRAME))
        };
        if let Some(frame) = frame.map(|frame| Arc::new(Frame::new(frame, instance))) {
            self.keep(Some(frame.after), &frame);
        }
        if has_news {
            self.changes.send_modify(|count| *count += 1);
        }
    }

    /// Tells everybody that the head is still the newest, and forgets what does not matter any more.
    pub(crate) fn beat(&self, instance: &Instance) {
        let (frame, number) = {
            let mut shared = self.shared();
            let now = shared.window.as_of;
            shared.window.expire(now);
            shared.finished.clear();
            let number = shared.heartbeat.as_ref().map_or(1, |(number, _)| number + 1);
            (shared.window.frame(Some(shared.window.head), FRAME), number)
        };
        if self.changes.receiver_count() == 0 {
            return;
        }
        let frame = Arc::new(Frame::new(frame, instance));
        self.shared().heartbeat = Some((number, frame));
        self.changes.send_modify(|count| *count += 1);
    }

    /// The newest heartbeat and its number.
    pub(super) fn heartbeat(&self) -> Option<(u64, Arc<Frame>)> {
        self.shared().heartbeat.clone()
    }

    /// Where a subscriber goes on: `None` means with a snapshot.
    pub(super) fn resume(&self, after: Option<i64>) -> Option<i64> {
        self.shared().window.resume(after)
    }

    /// What comes next after a position, if there is anything; `None` asks for the snapshot.
    pub(super) fn news(&self, after: Option<i64>, limit: usize, instance: &Instance) -> Option<Arc<Frame>> {
        self.has_news(after).then(|| self.frame(after, limit, instance))
    }

    /// Whether anything comes after a position.
    pub(super) fn has_news(&self, after: Option<i64>) -> bool {
        after != Some(self.shared().window.head)
    }

    /// What comes after a position, which may be nothing: then it is a heartbeat.
    pub(super) fn frame(&self, after: Option<i64>, limit: usize, instance: &Instance) -> Arc<Frame> {
        let frame = {
            let shared = self.shared();
            if let Some(finished) = shared.finished.get(&after).filter(|_| limit == FRAME) {
                return finished.clone();
            }
            shared.window.frame(after, limit)
        };
        // Without the lock: signing takes a while. Two that do it at once make the same.
        let frame = Arc::new(Frame::new(frame, instance));
        if limit == FRAME {
            self.keep(after, &frame);
        }
        frame
    }

    /// Keeps a finished frame for others, unless there is news since it was begun.
    fn keep(&self, after: Option<i64>, frame: &Arc<Frame>) {
        let mut shared = self.shared();
        if shared.window.head == frame.head {
            if shared.finished.len() >= FINISHED {
                shared.finished.clear();
            }
            shared.finished.insert(after, frame.clone());
        }
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A look into the database that was asked for.
pub(super) struct Look {
    /// It is a later one than this.
    after: u64,
    looked: watch::Receiver<u64>,
}

impl Look {
    /// Waits until it is done.
    pub(super) async fn done(&mut self) {
        let after = self.after;
        // The feed lives as long as the server.
        drop(self.looked.wait_for(|done| *done > after).await);
    }

    pub(super) fn is_done(&self) -> bool {
        *self.looked.borrow() > self.after
    }
}

fn entry(row: RevocationRow) -> RevocationEntry {
    let revocation = match row.revocation {
        Stored::User(user_id, generation) => Revocation::User { user_id, generation: generation.get() },
        Stored::Session(session_id) => Revocation::Session { session_id },
    };
    RevocationEntry { seq: row.seq, revocation, created_at: row.created_at, expires_at: row.expire_at }
}
