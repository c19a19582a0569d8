//! The real binary, killed at random moments while it bans, and stopped in the middle of requests.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic too")]

#[path = "crash/http.rs"]
mod http;
#[path = "cli/instance.rs"]
#[expect(dead_code, reason = "shared with the tests of the commands, which use the rest")]
mod instance;
#[path = "crash/load.rs"]
mod load;
#[path = "crash/outbox.rs"]
mod outbox;

use std::{
    thread,
    time::{Duration, Instant},
};

use http::Http;
use instance::Instance;
use load::{Load, Rng};
use serde_json::json;

const KILLS: usize = 50;
/// Kills that must meet requests under way, or the test has shown little.
const HITS: usize = 10;
/// The longest time that a load runs before the kill, in milliseconds.
const LONGEST: u64 = 40;

#[test]
fn every_acknowledged_ban_survives_kill_9() {
    let mut rng = Rng::new(20_261_123);
    let mut instance = Instance::start(&[]);
    let directory = instance.directory.clone();
    let second = instance.run(&["serve", "--listen", "127.0.0.1:0"]).refused(1);
    assert!(second.contains("in use"), "{second}");
    let (mut hits, mut banned) = (0, Vec::new());
    for kill in 0..KILLS {
        let load = Load::prepare(&instance);
        let running = load.start(&instance, &mut rng);
        thread::sleep(Duration::from_millis(rng.below(LONGEST)));
        // A `SIGKILL`, and no waiting for anybody.
        drop(instance);
        let outcomes = running.join();
        instance = Instance::start_in(directory.clone(), &[]);
        hits += usize::from(outcomes.iter().any(|outcome| outcome.is_open()));
        for outcome in &outcomes {
            banned.extend(outcome.check(&mut Http::connect(&instance), kill));
        }
    }
    println!("{hits} of {KILLS} kills met requests, {} users are banned", banned.len());
    assert!(hits >= HITS, "only {hits} of {KILLS} kills met a request under way");

    // The last load is met by an orderly stop.
    let load = Load::prepare(&instance);
    let running = load.start(&instance, &mut rng);
    thread::sleep(Duration::from_millis(20));
    let (code, _, stderr) = instance.stop();
    assert_eq!(code, Some(0), "{stderr}");
    let outcomes = running.join();
    let instance = Instance::start_in(directory.clone(), &[]);
    for outcome in &outcomes {
        banned.extend(outcome.check(&mut Http::connect(&instance), KILLS));
    }
    load::check_all(&mut Http::connect(&instance), &banned);
    let (code, _, stderr) = instance.stop();
    assert_eq!(code, Some(0), "{stderr}");
    outbox::check(&directory.data(), &banned);
}

#[test]
fn a_stop_finishes_the_requests_under_way() {
    let instance = Instance::start(&[]);
    let directory = instance.directory.clone();
    let load = Load::prepare(&instance);
    let users: Vec<_> = load.users().take(20).collect();
    // Idle connections must not hold the server up.
    let _idle: Vec<_> = (0..4).map(|_| Http::connect(&instance)).collect();
    let mut slow = Http::connect(&instance);
    let ban = json!({"user_ids": users});
    // The server asks for the body: the handler runs.
    slow.send_head("POST", "/v1/users/ban", &ban).unwrap();
    let url = instance.url.clone();
    let began = Instant::now();
    let stopping = thread::spawn(move || instance.stop());
    while Http::try_connect(&url, "").is_ok() {
        assert!(began.elapsed() < Duration::from_secs(5), "the listener stays open");
        thread::sleep(Duration::from_millis(5));
    }
    assert!(!stopping.is_finished(), "the server went away with a request under way");
    let (status, answer) = slow.send_body(&ban).unwrap();
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer.as_array().unwrap().len(), users.len());
    let (code, _, stderr) = stopping.join().unwrap();
    assert_eq!(code, Some(0), "{stderr}");
    assert!(began.elapsed() < Duration::from_secs(5), "idle connections held the stop up");

    let instance = Instance::start_in(directory, &[]);
    load::check_all(&mut Http::connect(&instance), &users);
}
