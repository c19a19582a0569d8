//! Asks a verifier about everybody, again and again, and notes what it says.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use beadle_client::{AuthState, UserId, Verifier};
use tokio::task::JoinHandle;

use super::{
    crowd::{Crowd, Person},
    gate,
};

/// Who is asked.
#[derive(Clone)]
pub(crate) enum Subject {
    /// A verifier in this process.
    Local(Verifier),
    /// A `beadle gate` at this address.
    Gate(String),
}

/// Accepted, or the reason in one word.
pub(crate) type Verdict = Result<(), String>;

/// What was said about the good user, and when the check began and ended.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) begun: Instant,
    pub(crate) ended: Instant,
    pub(crate) verdict: Verdict,
}

/// What a checker has seen.
#[derive(Default)]
pub(crate) struct Seen {
    /// About the good user, in the order of the answers.
    pub(crate) good: Vec<Answer>,
    /// Who was accepted at least once: only then does a refusal show something.
    pub(crate) accepted: HashSet<UserId>,
    /// Who was refused because of a revocation.
    pub(crate) revoked: HashSet<UserId>,
    /// How late tokens were accepted that had to be refused.
    pub(crate) late: Vec<Duration>,
}

/// A checker at work; it stops when dropped.
pub(crate) struct Checker {
    seen: Arc<Mutex<Seen>>,
    task: JoinHandle<()>,
}

impl Drop for Checker {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Subject {
    pub(crate) async fn judge(&self, token: &str) -> Verdict {
        match self {
            Self::Local(verifier) => match verifier.verify_token(token).await.unwrap() {
                AuthState::SignedIn(_) => Ok(()),
                AuthState::SignedOut(reason) => Err(reason.word().to_owned()),
            },
            Self::Gate(address) => gate::ask(address, token).await,
        }
    }
}

impl Checker {
    pub(crate) fn start(subject: Subject, crowd: &Crowd) -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let good = crowd.good.id.clone();
        let people: Vec<_> = crowd.everybody().cloned().collect();
        let noted = seen.clone();
        let task = tokio::spawn(async move {
            loop {
                for person in &people {
                    let check = check(subject.clone(), person.clone(), person.id == good, noted.clone());
                    match subject {
                        Subject::Local(_) => check.await,
                        // Requests must wait in its queue while it is paused, so none waits for another.
                        Subject::Gate(_) => drop(tokio::spawn(check)),
                    }
                }
                let pause = if matches!(subject, Subject::Local(_)) { 5 } else { 100 };
                tokio::time::sleep(Duration::from_millis(pause)).await;
            }
        });
        Self { seen, task }
    }

    pub(crate) fn seen(&self) -> MutexGuard<'_, Seen> {
        lock(&self.seen)
    }

    /// Whether it still checks; a broken one would see nothing wrong.
    pub(crate) fn is_at_work(&self) -> bool {
        !self.task.is_finished()
    }

    /// Waits until the checker has seen something.
    pub(crate) async fn until(&self, what: &str, limit: Duration, is_seen: impl Fn(&Seen) -> bool) {
        let start = Instant::now();
        while !is_seen(&self.seen()) {
            assert!(start.elapsed() < limit, "within {limit:?}, {what}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

async fn check(subject: Subject, person: Arc<Person>, is_good: bool, noted: Arc<Mutex<Seen>>) {
    // The beginning counts: what a busy machine adds to the check makes no verdict late.
    let begun = Instant::now();
    let verdict = subject.judge(&person.token).await;
    let mut seen = lock(&noted);
    match &verdict {
        Ok(()) => {
            seen.accepted.insert(person.id.clone());
            if let Some(late) = person.overdue(begun) {
                seen.late.push(late);
            }
        }
        Err(reason) if reason == "revoked" => {
            seen.revoked.insert(person.id.clone());
        }
        Err(_) => {}
    }
    if is_good {
        seen.good.push(Answer { begun, ended: Instant::now(), verdict });
    }
}

/// Also once the test has failed, which says why by itself.
fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}
