//! Long write transactions of somebody else in the database, each with an entry of the feed that it was given a row
//! number for early and commits late.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use beadle_testkit::postgres;

/// Transactions at the same time.
const WRITERS: usize = 2;

/// The transactions under way.
pub(crate) struct Writers {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<Vec<String>>>,
}

impl Writers {
    pub(crate) fn start(url: &str) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let writer = |writer: usize| {
            let (stopped, url) = (stop.clone(), url.to_owned());
            thread::spawn(move || {
                // They begin at different times, so that one is open at every moment.
                thread::sleep(Duration::from_millis(900) * u32::try_from(writer).unwrap());
                let mut users = Vec::new();
                while !stopped.load(Ordering::Relaxed) {
                    let user = format!("user_{writer}{:026}", users.len());
                    postgres::shared().psql(&url, &transaction(&user));
                    users.push(user);
                }
                users
            })
        };
        let threads = (0..WRITERS).map(writer).collect();
        Self { stop, threads }
    }

    /// Ends them; gives those whose entries were committed.
    pub(crate) fn join(self) -> Vec<String> {
        self.stop.store(true, Ordering::Relaxed);
        self.threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    }
}

fn transaction(user: &str) -> String {
    format!(
        "BEGIN; \
         INSERT INTO revocations (user_id, generation, created_at, expire_at) \
         SELECT '{user}', 2, now, now + 600000 \
         FROM (SELECT CAST(extract(epoch FROM now()) * 1000 AS BIGINT) AS now) AS clock; \
         SELECT pg_sleep(2); \
         COMMIT"
    )
}
