//! The verifiers that follow this node's feed, and what they say. News is collected and written in batches, so
//! that a thousand receipts cost one transaction.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use beadle_domain::{Error, rng::Rng};
use beadle_store::verifiers::{News, Record};
use beadle_types::{Timestamp, is_verifier_name};
use tokio::sync::{Notify, watch};

use crate::app::App;

/// How long to collect before the next batch is written.
const COLLECT: Duration = Duration::from_millis(20);
/// How often verifiers that are still there are noted as such.
const STILL_THERE: Duration = Duration::from_secs(5);
/// A verifier that was not noted for so long is not there, whatever the last note says: its node has died. Longer than
/// a long-poll.
pub(crate) const GONE_AFTER: Duration = Duration::from_secs(35);
/// News in a batch at most. What is older gives way to what is newer.
const BATCH: usize = 2_000;

/// What is known and not written yet.
pub(crate) struct Verifiers {
    state: Mutex<State>,
    news: Notify,
    /// Which node this is: a verifier may have gone from here to another.
    node: String,
}

#[derive(Default)]
struct State {
    /// Open streams by name.
    listening: HashMap<String, usize>,
    news: Vec<(String, News, Timestamp)>,
}

/// A verifier's open stream. Dropping it says that the verifier has gone.
pub(super) struct Listening {
    app: App,
    name: String,
}

impl Listening {
    /// A verifier streams the feed, knowing everything up to `seq`.
    pub(super) fn start(app: App, name: String, seq: i64) -> Self {
        *app.verifiers.state().listening.entry(name.clone()).or_default() += 1;
        app.verifiers.tell(name.clone(), News::Connected { seq }, app.now());
        Self { app, name }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let mut state = self.app.verifiers.state();
        let Some(streams) = state.listening.get_mut(&self.name) else { return };
        *streams -= 1;
        if *streams == 0 {
            state.listening.remove(&self.name);
            drop(state);
            let name = std::mem::take(&mut self.name);
            self.app.verifiers.tell(name, News::Seen { connected: false }, self.app.now());
        }
    }
}

impl Verifiers {
    pub(crate) fn new(rng: &dyn Rng) -> Self {
        Self { state: Mutex::default(), news: Notify::new(), node: rng.token("node_", 16) }
    }

    /// A verifier asks by long-poll, knowing everything up to `seq`. It is there until it was not heard of for a while.
    pub(super) fn asks(&self, name: String, seq: i64, now: Timestamp) {
        self.tell(name, News::Connected { seq }, now);
    }

    /// A verifier refuses everything up to `seq`.
    pub(super) fn reached(&self, name: String, seq: i64, now: Timestamp) {
        self.tell(name, News::Reached { seq }, now);
    }

    fn tell(&self, name: String, news: News, now: Timestamp) {
        self.state().news.push((name, news, now));
        self.news.notify_one();
    }

    /// How many verifiers follow this node's feed.
    pub(crate) fn listening(&self) -> usize {
        self.state().listening.len()
    }

    /// Runs until stopped.
    pub(crate) async fn run(app: App, mut stop: watch::Receiver<bool>) {
        let mut next_note = tokio::time::Instant::now() + STILL_THERE;
        loop {
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => break,
                () = app.verifiers.news.notified() => {}
                () = tokio::time::sleep_until(next_note) => {
                    next_note += STILL_THERE;
                    app.verifiers.note_presence(app.now());
                }
            }
            Self::flush(&app).await;
            tokio::time::sleep(COLLECT).await;
        }
        Self::flush(&app).await;
    }

    /// Writes what was collected.
    pub(crate) async fn flush(app: &App) {
        let mut news = thinned(std::mem::take(&mut app.verifiers.state().news));
        // In one order for all nodes, or they could wait for each other's rows.
        news.sort_by(|one, other| one.0.cmp(&other.0));
        for some in news.chunks(BATCH) {
            let record = Record { node: app.verifiers.node.clone(), news: some.to_vec() };
            if let Err(error) = app.store.write(record).await {
                tracing::warn!(%error, "what verifiers said could not be written, will retry");
                let mut state = app.verifiers.state();
                let later = std::mem::replace(&mut state.news, some.to_vec());
                state.news.extend(later);
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note_presence(&self, now: Timestamp) {
        let mut state = self.state();
        let names: Vec<_> = state.listening.keys().cloned().collect();
        state.news.extend(names.into_iter().map(|name| (name, News::Seen { connected: true }, now)));
    }
}

/// The newest receipt of each verifier counts when there are more than fit; presence is never left out.
fn thinned(news: Vec<(String, News, Timestamp)>) -> Vec<(String, News, Timestamp)> {
    if news.len() <= BATCH {
        return news;
    }
    let mut newest = HashMap::new();
    for (n, (name, what, _)) in news.iter().enumerate() {
        if matches!(what, News::Reached { .. }) {
            newest.insert(name.clone(), n);
        }
    }
    let keep = |n: usize, news: &(String, News, Timestamp)| {
        !matches!(news.1, News::Reached { .. }) || newest.get(&news.0) == Some(&n)
    };
    news.into_iter().enumerate().filter(|(n, news)| keep(*n, news)).map(|(_, news)| news).collect()
}

/// What answers a subscriber, if it is of the right form.
pub(super) fn check_nonce(nonce: String) -> Result<String, Error> {
    let is_good = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    if !(16..=64).contains(&nonce.len()) || !nonce.bytes().all(is_good) {
        return Err(Error::param_rule_broken(
            "nonce",
            "must be 16 to 64 letters, digits, dashes and underscores",
        ));
    }
    Ok(nonce)
}

/// A verifier's name, if it is one.
pub(super) fn check_name(param: &str, name: String) -> Result<String, Error> {
    if name.is_empty() {
        return Err(Error::param_missing(param));
    }
    if !is_verifier_name(&name) {
        return Err(Error::param_rule_broken(
            param,
            "must be 1 to 64 letters, digits, dots, dashes and underscores",
        ));
    }
    Ok(name)
}
