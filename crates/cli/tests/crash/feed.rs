//! The revocation feed as a caller sees it: followed entry by entry, or read from its beginning.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Instant,
};

use super::{http::Http, instance::Instance};

/// A position, and the user whose tokens are refused from there on.
pub(crate) type Entry = (i64, String);

/// Entries in a frame at most: few, so that reading takes several.
const PAGE: usize = 100;

/// Everything that a node's feed has, from a snapshot on.
pub(crate) fn read(instance: &Instance) -> Vec<Entry> {
    let mut http = Http::connect(instance);
    let (mut entries, mut position) = (Vec::new(), None);
    loop {
        let (seq, head) = frame(&mut http, position, 0, &mut entries);
        position = Some(seq);
        if seq == head {
            return entries;
        }
    }
}

/// Reads one frame, which continues what is known; gives the position it reaches, and the newest.
fn frame(http: &mut Http, position: Option<i64>, wait: u64, entries: &mut Vec<Entry>) -> (i64, i64) {
    let after = position.map_or(String::new(), |position| format!("&after={position}"));
    let (status, frame) = http.get(&format!("/v1/revocations?limit={PAGE}&wait={wait}{after}"));
    assert_eq!(status, 200, "{frame}");
    assert_eq!(frame["snapshot"], position.is_none(), "{frame}");
    assert_eq!(frame["after"], position.unwrap_or(0), "{frame}");
    for entry in frame["entries"].as_array().unwrap() {
        let seq = entry["seq"].as_i64().unwrap();
        assert!(entries.last().is_none_or(|last| last.0 < seq), "out of order: {frame}");
        entries.push((seq, entry["user_id"].as_str().unwrap().to_owned()));
    }
    let number = |name: &str| frame[name].as_i64().unwrap();
    (number("seq"), number("head"))
}

/// Follows a node's feed from the first entry on.
pub(crate) struct Follower {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Vec<(Entry, Instant)>>,
}

impl Follower {
    pub(crate) fn start(instance: &Instance) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (stopped, mut http) = (stop.clone(), Http::connect(instance));
        let thread = thread::spawn(move || {
            let (mut position, mut entries, mut arrived) = (None, Vec::new(), Vec::new());
            loop {
                let is_last = stopped.load(Ordering::Relaxed);
                let (seq, head) = frame(&mut http, position, u64::from(!is_last), &mut entries);
                position = Some(seq);
                arrived.resize(entries.len(), Instant::now());
                if is_last && seq == head {
                    return entries.into_iter().zip(arrived).collect();
                }
            }
        });
        Self { stop, thread }
    }

    /// What has arrived, and when.
    pub(crate) fn join(self) -> Vec<(Entry, Instant)> {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}
