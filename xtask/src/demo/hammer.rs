//! A signed-in client that asks one service again and again, until it is refused.

use std::{
    sync::mpsc::Sender,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use anyhow::{Result, anyhow, bail};

use super::services::Service;
use crate::http::Connection;

/// A client at work.
pub(super) struct Hammer(JoinHandle<Result<Answers>>);

/// What it was answered.
pub(super) struct Answers {
    /// When the accepted requests were begun.
    pub(super) accepted: Vec<Instant>,
    /// When the first refusal was there.
    pub(super) refused_at: Instant,
    /// Its status.
    pub(super) status: u16,
}

impl Hammer {
    /// Begins; `report` hears of the first request that is accepted.
    pub(super) fn start(
        service: &Service,
        token: &str,
        pace: Duration,
        limit: Duration,
        report: &Sender<()>,
    ) -> Self {
        let (address, token, report) = (service.address.clone(), token.to_owned(), report.clone());
        let name = service.name;
        Self(thread::spawn(move || {
            let mut connection = Connection::open(&address, &token)?;
            let mut accepted = Vec::new();
            let start = Instant::now();
            loop {
                let begun = Instant::now();
                let (status, _) = connection.send("GET", "/", None)?;
                if status != 200 {
                    return Ok(Answers { accepted, refused_at: Instant::now(), status });
                }
                if accepted.is_empty() {
                    // Nobody listens any more once all have begun.
                    let _ = report.send(());
                }
                accepted.push(begun);
                if start.elapsed() > limit {
                    bail!("{name} still accepts the token after {limit:?}");
                }
                thread::sleep(pace);
            }
        }))
    }

    /// Waits until it is refused.
    pub(super) fn join(self) -> Result<Answers> {
        self.0.join().map_err(|_| anyhow!("a client panicked"))?
    }
}
