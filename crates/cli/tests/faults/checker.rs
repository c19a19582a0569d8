//! Asks a verifier about everybody, again and again, and notes what it says.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use beadle_client::{AuthState, Verifier};
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

/// The reason of a refusal, in one word.
pub(crate) type Verdict = Result<(), String>;

/// What was said about the good user, and when the check began and ended.
pub(crate) struct Answer {
    pub(crate) begun: Instant,
    pub(crate) ended: Instant,
    pub(crate) verdict: Verdict,
}

/// What a checker has seen.
#[derive(Default)]
pub(crate) struct Seen {
    /// About the good user.
    pub(crate) good: Vec<Answer>,
    /// Users who were accepted at least once: their refusal afterwards shows something.
    accepted: HashSet<String>,
    /// The newest verdict on each user who is due.
    refused: HashSet<(String, String)>,
    /// Tokens that were accepted although they were due.
    late: Vec<String>,
}

/// A checker at work.
pub(crate) struct Checker {
    subject: Subject,
    seen: Arc<Mutex<Seen>>,
    task: JoinHandle<()>,
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

    /// A gate is asked from so many connections at once, and less often: some requests must wait in its queue while
    /// it is paused.
    fn interval(&self) -> Duration {
        Duration::from_millis(if matches!(self, Self::Local(_)) { 5 } else { 100 })
    }
}

impl Checker {
    pub(crate) fn start(subject: Subject, crowd: &Crowd) -> Self {
        let people: Vec<_> = crowd.everybody().cloned().collect();
        let good = crowd.good.id.clone();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let (asked, noted) = (subject.clone(), seen.clone());
        let task = tokio::spawn(async move {
            loop {
                for person in &people {
                    let (asked, noted, person) = (asked.clone(), noted.clone(), person.clone());
                    let is_good = person.id == good;
                    let check = async move {
                        let begun = Instant::now();
                        let verdict = asked.judge(&person.token).await;
                        noted.lock().unwrap().note(&person, is_good, begun, verdict);
                    };
                    match &subject_kind(&people, person) {
                        () => check.await,
                    }
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
        Self { subject, seen, task }
    }
}
