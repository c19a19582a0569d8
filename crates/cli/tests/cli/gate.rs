//! `beadle gate`, and waiting for verifiers.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    gate_process::GateProcess,
    instance::{Directory, Instance, signal},
};

impl GateProcess {
    /// Starts one and waits until it is ready.
    fn ready(instance: &Instance, name: &str) -> Self {
        let gate = Self::start(&instance.directory, &instance.url, &["--name", name]);
        let began = Instant::now();
        while gate.get("/readyz", "").0 != 200 {
            assert!(began.elapsed() < Duration::from_secs(10), "the gate is not ready");
            thread::sleep(Duration::from_millis(10));
        }
        gate
    }

    /// Status and everything after it.
    fn get(&self, path: &str, token: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: gate.test\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        (answer.split(' ').nth(1).unwrap().parse().unwrap(), answer)
    }
}

fn new_user(instance: &Instance, name: &str) -> String {
    let user = instance.run(&["users", "create", "--username", name, "--json"]).succeeded();
    serde_json::from_str::<Value>(&user).unwrap()["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_ban_waits_for_the_verifiers_that_are_there() {
    let instance = Instance::start(&[]);
    let (ada, bob) = (new_user(&instance, "ada_l"), new_user(&instance, "bob_l"));
    let alone = instance.run(&["users", "ban", "--wait", &ada]).succeeded();
    assert!(alone.contains("no verifier is connected"), "{alone}");

    let (one, other) = (GateProcess::ready(&instance, "one"), GateProcess::ready(&instance, "other"));
    let session = instance.create_session(&bob);
    let token = instance.create_token(&session);
    assert_eq!(one.get("/", &token).0, 200);
    let both = instance.run(&["users", "ban", "--wait", &bob]).succeeded();
    assert!(both.contains("applied by all 2 verifiers after ") && both.contains(" ms"), "{both}");
    // Whoever has confirmed refuses: no waiting here.
    for gate in [&one, &other] {
        let (status, answer) = gate.get("/", &token);
        assert!(status == 401 && answer.contains("x-beadle-auth-reason: revoked"), "{answer}");
    }
    let shown = instance.run(&["users", "ban-status", &bob]).succeeded();
    assert!(
        shown.contains("is banned since") && shown.contains("one") && shown.contains("applied"),
        "{shown}"
    );
    let json = instance.run(&["users", "ban", "--wait", "--json", &ada, &bob]).succeeded();
    let statuses: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (&statuses[0]["user_id"], &statuses[1]["verifiers"][1]["status"]),
        (&ada.into(), &"applied".into())
    );
}

#[test]
fn a_verifier_that_does_not_answer_is_named_when_the_time_is_up() {
    let instance = Instance::start(&[]);
    let user = new_user(&instance, "ada_l");
    let gate = GateProcess::ready(&instance, "frozen");
    signal(&gate.child, "STOP");
    let refused = instance.run(&["users", "ban", "--wait", "--timeout", "1", &user]).refused(1);
    assert!(refused.contains("is banned") && refused.contains("frozen"), "{refused}");
    let shown = instance.run(&["users", "get", &user]).succeeded();
    assert!(shown.contains("banned"), "the ban holds all the same: {shown}");
    signal(&gate.child, "CONT");
    instance.run(&["users", "ban", "--wait", &user]).succeeded();
}

#[test]
fn a_gate_without_a_server_refuses_and_says_that_it_is_not_ready() {
    let directory = Directory::new();
    let gate = GateProcess::start(&directory, "http://127.0.0.1:1", &["--feed-key", "fk_x"]);
    assert_eq!(gate.get("/healthz", "").0, 200);
    assert_eq!(gate.get("/readyz", "").0, 503);
    let (status, answer) = gate.get("/", "");
    assert!(status == 401 && answer.contains("no-token"), "{answer}");
    let (status, answer) = gate.get("/", "a.b.c");
    assert!(status == 401 && answer.contains("feed-stale"), "{answer}");
}

#[test]
fn a_gate_needs_a_key_and_good_settings() {
    let directory = Directory::new();
    let refused =
        directory.run(&["gate", "--listen", "127.0.0.1:0", "--api-url", "http://127.0.0.1:1"]).refused(1);
    assert!(refused.contains("BEADLE_FEED_KEY"), "{refused}");
    let wrong = ["gate", "--listen", "127.0.0.1:0", "--api-url", "nonsense", "--feed-key", "fk_x"];
    directory.run(&wrong).refused(1);
    let name = ["gate", "--api-url", "http://127.0.0.1:1", "--feed-key", "fk_x", "--name", "a b"];
    let refused = directory.run(&[&name[..], &["--listen", "127.0.0.1:0"]].concat()).refused(1);
    assert!(refused.contains("name"), "{refused}");
    directory.run(&["gate", "--on-stale", "panic"]).refused(2);
    directory.run(&["gate", "--stale-after", "1"]).refused(2);
}
