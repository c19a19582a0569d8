//! An orderly stop.

use std::{
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use super::{http::Http, instance::Instance, load::Load, outcome};

#[test]
fn a_stop_finishes_the_requests_under_way() {
    let instance = Instance::start(&[]);
    let directory = instance.directory.clone();
    let load = Load::prepare(&instance);
    let users: Vec<_> = load.users().take(20).map(|user| user.id.clone()).collect();
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
    outcome::check_all(&mut Http::connect(&instance), &users);
}
