//! The course of a test: bans in peace, a fault, bans in peace again. Checkers look on all the time.

use std::time::{Duration, Instant};

use beadle_client::{Clerk, VerifierBuilder};

use super::{
    AT_ONCE, BOUND, TOLERANCE,
    checker::{Checker, Seen, Subject},
    crowd::Crowd,
    instance::Instance,
};

/// Bans before the first fault, and after each.
const IN_PEACE: usize = 3;
/// How long the first contact may take.
const FIRST_CONTACT: Duration = Duration::from_secs(10);

/// A test under way.
pub(crate) struct Run {
    pub(crate) crowd: Crowd,
    checkers: Vec<Checker>,
    faults: Vec<Fault>,
}

/// A fault and when it was what.
#[derive(Debug)]
#[must_use = "a fault is followed by a recovery"]
pub(crate) struct Fault {
    began: Instant,
    /// From here on it may be over.
    ending: Instant,
    /// From here on it is.
    over: Instant,
}

impl Fault {
    /// From now on something fails.
    pub(crate) fn begin() -> Self {
        let now = Instant::now();
        Self { began: now, ending: now, over: now }
    }

    /// From now on it may be over. What comes next ends it.
    pub(crate) fn ends(mut self) -> Self {
        self.ending = Instant::now();
        self
    }
}

/// What the checkers have seen in all.
pub(crate) struct Report {
    checkers: Vec<Checker>,
    faults: Vec<Fault>,
}

/// A verifier that follows the feed at this address; the rest is as applications get it.
pub(crate) fn verifier(instance: &Instance, url: &str) -> VerifierBuilder {
    Clerk::new(&instance.secret_key).api_url(url).verifier().name("in-test")
}

impl Run {
    pub(crate) async fn prepare(instance: &Instance) -> Self {
        Self { crowd: Crowd::gather(instance).await, checkers: Vec::new(), faults: Vec::new() }
    }

    /// Has one more verifier checked, from its first success on.
    pub(crate) async fn watch(&mut self, subject: Subject) {
        let start = Instant::now();
        while subject.judge(&self.crowd.good.token).await.is_err() {
            assert!(start.elapsed() < FIRST_CONTACT, "the verifier does not get ready");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.checkers.push(Checker::start(subject, &self.crowd));
    }

    /// Everybody is accepted before the first ban: a verifier that refuses for another reason shows nothing.
    pub(crate) async fn begin(&mut self) {
        let everybody = self.crowd.everybody().count();
        for checker in &self.checkers {
            let all = |seen: &Seen| seen.accepted.len() == everybody;
            checker.until("everybody is accepted at first", FIRST_CONTACT, all).await;
        }
        self.ban(IN_PEACE, AT_ONCE).await;
        self.all_are_revoked(AT_ONCE).await;
    }

    /// Bans some, who must be refused so long after the answer.
    pub(crate) async fn ban(&mut self, count: usize, within: Duration) {
        for _ in 0..count {
            self.crowd.ban(within).await;
        }
    }

    /// From now on nothing fails any more: the good user is accepted within the bound, by a verifier that also knows
    /// whom to refuse. What comes then is as before the fault.
    pub(crate) async fn recover(&mut self, mut fault: Fault) {
        let end = Instant::now();
        fault.over = end;
        self.faults.push(fault);
        let limit = BOUND + TOLERANCE;
        for checker in &self.checkers {
            let accepted = |seen: &Seen| {
                seen.good.iter().rev().any(|answer| answer.begun > end && answer.verdict.is_ok())
            };
            let left = limit.saturating_sub(end.elapsed());
            checker.until("the good user is accepted after the fault", left, accepted).await;
        }
        // Each banned user is now refused by name, and not only because of stale knowledge.
        self.all_are_revoked(AT_ONCE).await;
        self.ban(IN_PEACE, AT_ONCE).await;
        self.all_are_revoked(AT_ONCE).await;
    }

    async fn all_are_revoked(&self, limit: Duration) {
        for checker in &self.checkers {
            let all =
                |seen: &Seen| self.crowd.banned().iter().all(|person| seen.revoked.contains(&person.id));
            checker.until("all bans are in force", limit + TOLERANCE, all).await;
        }
    }

    /// Ends the checks. Nobody was accepted too late.
    pub(crate) fn end(self) -> Report {
        for checker in &self.checkers {
            assert!(checker.is_at_work());
            let seen = checker.seen();
            let (count, worst) = (seen.late.len(), seen.late.iter().max());
            assert!(worst.is_none(), "the banned were accepted {count} times, at worst {worst:?} too late");
        }
        assert!(self.crowd.banned().len() >= 10, "too few bans show too little");
        Report { checkers: self.checkers, faults: self.faults }
    }
}

impl Report {
    /// The good user was refused because of stale knowledge alone, during a fault and for the bound after it.
    pub(crate) fn refused_good_only_in_faults(&self) {
        for checker in &self.checkers {
            for answer in &checker.seen().good {
                let Err(reason) = &answer.verdict else { continue };
                let excused = self
                    .faults
                    .iter()
                    .any(|fault| answer.ended > fault.began && answer.begun < fault.over + BOUND + TOLERANCE);
                assert!(excused && reason == "feed-stale", "{answer:?} with faults {:?}", self.faults);
            }
        }
    }

    /// From the bound after the beginning of a fault on, nobody was accepted until it was over: the verifier did not
    /// take for fresh what it could not know.
    pub(crate) fn accepted_nobody_in_faults(&self) {
        for checker in &self.checkers {
            for Fault { began, ending, .. } in &self.faults {
                let dark = *began + BOUND + TOLERANCE..*ending;
                let mut answers = 0;
                for answer in checker.seen().good.iter().filter(|answer| dark.contains(&answer.begun)) {
                    // A check that ends after the fault may rely on what came with its end.
                    assert!(answer.verdict.is_err() || answer.ended > *ending, "{answer:?}, dark {dark:?}");
                    answers += 1;
                }
                assert!(answers > 0, "nobody was asked in {dark:?}");
            }
        }
    }

    /// The good user was accepted all the time.
    pub(crate) fn accepted_good_always(&self) {
        for checker in &self.checkers {
            let refused: Vec<_> =
                checker.seen().good.iter().filter_map(|answer| answer.verdict.clone().err()).collect();
            assert!(refused.is_empty(), "{refused:?}");
        }
    }
}
