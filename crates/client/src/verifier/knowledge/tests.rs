use std::time::Duration;

use beadle_types::{Revocation, RevocationEntry, RevocationFrame, Timestamp, object::RevocationsObject};

use super::*;

/// What the verifier has asked with.
const NONCE: &str = "nonce";
/// The server's time when everything begins.
const START: i64 = 1_700_000_000_000;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(START + millis)
}

fn user(seq: i64, name: &str, generation: i64, lives: i64) -> RevocationEntry {
    RevocationEntry {
        seq,
        revocation: Revocation::User { user_id: format!("user_{name}").parse().unwrap(), generation },
        created_at: at(0),
        expires_at: at(lives),
    }
}

fn session(seq: i64, name: &str, lives: i64) -> RevocationEntry {
    let session_id = format!("sess_{name}").parse().unwrap();
    RevocationEntry { revocation: Revocation::Session { session_id }, ..user(seq, "x", 1, lives) }
}

fn frame(after: i64, entries: Vec<RevocationEntry>, head: i64, time: i64) -> RevocationFrame {
    let seq = entries.last().map_or(after, |last| last.seq);
    let object = RevocationsObject;
    RevocationFrame { object, snapshot: false, after, seq, head, time: at(time), entries, nonce: None }
}

/// A snapshot that answers the request.
fn snapshot(entries: Vec<RevocationEntry>, head: i64, time: i64) -> RevocationFrame {
    RevocationFrame { snapshot: true, nonce: Some(NONCE.into()), ..frame(0, entries, head, time) }
}

struct Scene {
    knowledge: Knowledge,
    revoked: Revoked,
}

impl Scene {
    fn new() -> Self {
        let (mut knowledge, revoked) = (Knowledge::new(), Revoked::new());
        knowledge.connecting(NONCE.into(), &revoked);
        Self { knowledge, revoked }
    }

    /// A frame that arrives when it was made, by a clock that agrees.
    fn apply(&mut self, frame: &RevocationFrame) -> Applied {
        self.knowledge.apply(frame, &self.revoked, frame.time)
    }

    fn refuses(&self, user: &str, session: &str, generation: i64) -> bool {
        self.revoked.has(&format!("user_{user}"), &format!("sess_{session}"), Some(generation))
    }
}

#[test]
fn generations_and_sessions_are_refused() {
    let mut scene = Scene::new();
    assert!(!scene.refuses("a", "s", 1));
    let entries = vec![user(1, "a", 3, 60_000), session(2, "s", 60_000)];
    assert_eq!(scene.apply(&snapshot(entries, 2, 0)), Applied::Current);
    assert!(scene.refuses("a", "x", 1) && scene.refuses("a", "x", 2) && !scene.refuses("a", "x", 3));
    assert!(scene.refuses("b", "s", 9) && !scene.refuses("b", "t", 1));
    assert!(scene.revoked.has("user_a", "sess_x", None), "a token without a generation");
    assert!(!scene.revoked.has("user_b", "sess_x", None));
}

#[test]
fn the_largest_generation_counts_whatever_comes_last() {
    let mut scene = Scene::new();
    scene.apply(&snapshot(vec![user(1, "a", 3, 60_000)], 1, 0));
    scene.apply(&frame(1, vec![user(2, "a", 2, 90_000)], 2, 0));
    assert!(scene.refuses("a", "x", 2) && !scene.refuses("a", "x", 3));
    // A snapshot without the entry takes nothing back.
    scene.apply(&snapshot(Vec::new(), 2, 1));
    assert!(scene.refuses("a", "x", 2));
}

#[test]
fn a_gap_is_seen_and_nothing_applied() {
    let mut scene = Scene::new();
    assert_eq!(scene.apply(&frame(1, vec![user(2, "a", 2, 60_000)], 2, 0)), Applied::Gap, "no beginning");
    scene.apply(&snapshot(vec![user(1, "a", 2, 60_000)], 1, 0));
    assert_eq!(scene.apply(&frame(2, vec![user(3, "b", 2, 60_000)], 3, 0)), Applied::Gap);
    assert!(!scene.refuses("b", "x", 1));
    assert_eq!(scene.knowledge.position(), Some(1));
}

#[test]
fn a_repeated_frame_changes_nothing() {
    let mut scene = Scene::new();
    let first = snapshot(vec![user(1, "a", 2, 60_000)], 1, 0);
    let second = frame(1, vec![user(2, "b", 2, 60_000)], 2, 0);
    scene.apply(&first);
    scene.apply(&second);
    assert_eq!(scene.apply(&second), Applied::Nothing);
    assert_eq!((scene.knowledge.position(), scene.revoked.entries()), (Some(2), 2));
    // An old heartbeat does not move it back.
    scene.apply(&frame(1, Vec::new(), 1, 0));
    assert_eq!(scene.knowledge.position(), Some(2));
}

#[test]
fn who_is_behind_does_not_count_as_fresh() {
    let mut scene = Scene::new();
    assert_eq!(scene.apply(&snapshot(vec![user(1, "a", 2, 60_000)], 5, 0)), Applied::Behind);
    assert!(!scene.revoked.is_fresh(Duration::MAX));
    // A relay that leaves entries out and lets heartbeats through: the head is beyond what is known.
    assert_eq!(scene.apply(&frame(1, Vec::new(), 5, 10)), Applied::Nothing);
    assert!(!scene.revoked.is_fresh(Duration::MAX));
    assert_eq!(scene.apply(&frame(1, vec![user(5, "b", 2, 60_000)], 5, 10)), Applied::Current);
    assert!(scene.revoked.is_fresh(Duration::from_secs(1)));
}

#[test]
fn a_clock_may_be_off_by_ten_seconds_and_not_by_more() {
    for (difference, fresh) in
        [(0, true), (3_000, true), (-3_000, true), (10_000, true), (10_001, false), (-10_001, false)]
    {
        let mut scene = Scene::new();
        let wall = at(difference);
        scene.knowledge.apply(&snapshot(Vec::new(), 0, 0), &scene.revoked, wall);
        assert_eq!(scene.revoked.is_fresh(Duration::from_secs(3)), fresh, "{difference} ms");
    }
}

/// The elapsed time that a frame's knowledge reaches to, if it arrives at `elapsed`.
fn known_at(knowledge: &mut Knowledge, time: i64, elapsed: i64) -> Option<i64> {
    knowledge.known_at(&frame(0, Vec::new(), 0, time), elapsed)
}

/// As if the server's clock had shown [`START`] at the elapsed time 0.
fn met() -> Knowledge {
    let mut knowledge = Knowledge::new();
    knowledge.contact = Contact::Met { difference: -START, at: 0 };
    knowledge
}

#[test]
fn what_is_held_back_or_repeated_makes_nothing_younger() {
    let mut knowledge = met();
    assert_eq!(known_at(&mut knowledge, 1_000, 1_020), Some(1_000));
    assert_eq!(known_at(&mut knowledge, 500, 1_030), Some(500), "half a second late");
    assert_eq!(known_at(&mut knowledge, 1_000, 1_040), Some(1_000), "once more");
    let mut scene = Scene::new();
    assert_eq!(scene.apply(&snapshot(Vec::new(), 0, 10_000)), Applied::Current);
    assert_eq!(scene.apply(&frame(0, Vec::new(), 0, 10_000)), Applied::Nothing);
    assert_eq!(scene.apply(&frame(0, Vec::new(), 0, 5_000)), Applied::Nothing);
    assert!(scene.revoked.is_fresh(Duration::from_secs(3)));
}

#[test]
fn slow_drift_of_clocks_is_forgiven() {
    let (mut knowledge, mut elapsed) = (met(), 0);
    // The server's clock loses half a millisecond per second for a day.
    for second in 0..86_400_i64 {
        elapsed = second * 1000;
        let age = elapsed - known_at(&mut knowledge, second * 1000 - second / 2, elapsed).unwrap();
        assert!(age < 100, "{age} ms after {second} s");
    }
    // A stream that is suddenly five seconds late is late all the same.
    let late = elapsed - known_at(&mut knowledge, elapsed - 43_200 - 5_000, elapsed).unwrap();
    assert!((4_900..5_100).contains(&late), "{late}");
}

#[test]
fn before_the_server_has_answered_nothing_counts() {
    let mut scene = Scene::new();
    let old = RevocationFrame { nonce: None, ..snapshot(vec![user(1, "a", 2, 60_000)], 1, 0) };
    assert_eq!(scene.apply(&old), Applied::Nothing);
    assert!(scene.refuses("a", "x", 1), "but it is applied");
    let others = RevocationFrame { nonce: Some("another".into()), ..frame(1, Vec::new(), 1, 1_000) };
    assert_eq!(scene.apply(&others), Applied::Nothing);
    assert!(!scene.revoked.is_fresh(Duration::MAX));
    let answer = RevocationFrame { nonce: Some(NONCE.into()), ..others };
    assert_eq!(scene.apply(&answer), Applied::Current);
    assert!(scene.revoked.is_fresh(Duration::from_secs(3)));
}

#[test]
fn an_answer_is_knowledge_as_of_the_request() {
    let mut knowledge = Knowledge::new();
    knowledge.contact = Contact::Asked { nonce: NONCE.into(), at: 1_000 };
    let answer = RevocationFrame { nonce: Some(NONCE.into()), ..frame(0, Vec::new(), 0, 0) };
    assert_eq!(knowledge.known_at(&answer, 1_700), Some(1_000), "however long it took");
    assert_eq!(known_at(&mut knowledge, 500, 1_900), Some(1_500));
    // Another node, whose clock is three seconds behind.
    knowledge.contact = Contact::Asked { nonce: NONCE.into(), at: 5_000 };
    assert_eq!(known_at(&mut knowledge, 1_000, 5_001), None);
    let answer = RevocationFrame { nonce: Some(NONCE.into()), ..frame(0, Vec::new(), 0, 1_000) };
    assert_eq!(knowledge.known_at(&answer, 5_010), Some(5_000));
}

#[test]
fn entries_are_forgotten_half_a_minute_after_their_end_by_the_servers_clock() {
    let mut scene = Scene::new();
    scene.apply(&snapshot(vec![user(1, "a", 2, 60_000), session(2, "s", 60_000)], 2, 0));
    // Prolonged by a longer token, or a later ban.
    scene.apply(&frame(2, vec![user(3, "b", 2, 60_000), user(4, "b", 3, 100_000)], 4, 0));
    scene.apply(&frame(4, Vec::new(), 4, 89_999));
    assert_eq!(scene.revoked.entries(), 3);
    scene.apply(&frame(4, Vec::new(), 4, 90_000));
    assert_eq!(scene.revoked.entries(), 1);
    assert!(!scene.refuses("a", "s", 1) && scene.refuses("b", "x", 2));
    scene.apply(&frame(4, Vec::new(), 4, 130_000));
    assert_eq!((scene.revoked.entries(), scene.knowledge.expiries.len()), (0, 0));
}

/// A thousand bans per second for three minutes, tokens of a minute: what is kept grows for a minute and a half, and
/// no further.
#[test]
fn memory_is_bounded_by_the_longest_token_life() {
    let mut scene = Scene::new();
    scene.apply(&snapshot(Vec::new(), 0, 0));
    let mut most = 0;
    for second in 0..180 {
        let entries = (1..=1000).map(|n| {
            let seq = second * 1000 + n;
            user(seq, &format!("{seq:027}"), 2, second * 1000 + 60_000)
        });
        scene.apply(&frame(second * 1000, entries.collect(), second * 1000 + 1000, second * 1000));
        most = most.max(scene.revoked.entries());
    }
    assert!((90_000..=91_000).contains(&most), "{most}");
    assert_eq!(scene.revoked.entries(), most);
    assert!(scene.knowledge.expiries.len() <= most);
}
