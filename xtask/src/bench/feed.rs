//! `cargo xtask bench feed`: a thousand subscribers on one node, and a verifier under a thousand bans per second.

use std::{
    fs,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::{engine::Engine, machine};
use crate::{
    conformance::{self, BINARY},
    http::Connection,
    needs,
    postgres::Cluster,
    server::{SECRET_KEY, Server, free_port, resident_memory},
    step::{cargo, output, run, without_settings},
};

const SUBSCRIBERS_PROGRAM: &str = "target/release/examples/subscribers";
const SUBSCRIBERS: usize = 1_000;
const OUTPUT: &str = "target/bench-feed.json";
/// Users of one request that bans.
const BULK: usize = 50;
/// Bans per second.
const RATE: usize = 1_000;

/// Measures both on SQLite, the subscribers also on PostgreSQL, and writes `target/bench-feed.json`.
pub(super) fn measure(quick: bool) -> Result<()> {
    needs::for_demo(true)?;
    conformance::build()?;
    run(&mut cargo(&["build", "--release", "--locked", "--package", "xtask", "--example", "subscribers"]))?;
    let bans = if quick { 5 } else { 100 };
    let mut subscribers = Vec::new();
    for engine in [Engine::Sqlite, Engine::Postgres(Cluster::start()?)] {
        let server = Server::start(&engine.place("subscribers")?)?;
        let mut program = Command::new(SUBSCRIBERS_PROGRAM);
        program.args([&server.address, SECRET_KEY, &SUBSCRIBERS.to_string(), &bans.to_string()]);
        let mut figures: Value = serde_json::from_str(&output(program.arg(server.pid().to_string()))?)?;
        figures["engine"] = engine.name().into();
        println!("{figures}");
        subscribers.push(figures);
    }
    let verifier = verifier(if quick { 5 } else { 150 })?;
    println!("{verifier}");
    let all = json!({"machine": machine::describe(), "subscribers": subscribers, "verifier": verifier});
    fs::write(OUTPUT, serde_json::to_string_pretty(&all)? + "\n")?;
    println!("written to {OUTPUT}");
    Ok(())
}

/// A gate that follows the feed while so many seconds of bans go by, each of another user.
fn verifier(seconds: usize) -> Result<Value> {
    let server = Server::start(&Engine::Sqlite.place("verifier")?)?;
    let mut connection = server.connect()?;
    eprintln!("making {} users", seconds * RATE);
    let users = users(&server, seconds * RATE)?;
    let gate = Gate::start(&server)?;
    let idle = gate.memory()?;
    let (mut most, mut samples) = (0, Vec::new());
    let begun = Instant::now();
    for (n, some) in users.chunks(BULK).enumerate() {
        connection.json("POST", "/v1/users/ban", Some(&json!({"user_ids": some})))?;
        let done = (n + 1) * BULK;
        if done.is_multiple_of(10 * RATE) || done == users.len() {
            let (entries, bytes) = (gate.figure("beadle_verifier_entries")?, gate.memory()? - idle);
            most = most.max(bytes);
            samples.push(json!({"second": done / RATE, "entries": entries, "bytes": bytes}));
        }
        let due = Duration::from_millis(1000 * done as u64 / RATE as u64);
        thread::sleep(due.saturating_sub(begun.elapsed()));
    }
    let rate = 1000 * users.len() as u128 / begun.elapsed().as_millis();
    Ok(json!({
        "bans_per_second": u64::try_from(rate)?, "seconds": seconds, "idle_bytes": idle, "most_bytes": most,
        "lag_seconds": gate.figure("beadle_verifier_lag_seconds")?, "samples": samples,
    }))
}

/// Makes users over several connections: each request waits for a sync of the disk.
fn users(server: &Server, count: usize) -> Result<Vec<String>> {
    const LANES: usize = 16;
    let make = |lane: usize| -> Result<Vec<String>> {
        let mut connection: Connection = server.connect()?;
        let one = |n: usize| {
            let user = json!({"username": format!("banned_{n}"), "skip_password_requirement": true});
            let user = connection.json("POST", "/v1/users", Some(&user))?;
            user["id"].as_str().map(str::to_owned).context("a user without an id")
        };
        (lane..count).step_by(LANES).map(one).collect()
    };
    thread::scope(|scope| {
        let lanes: Vec<_> = (0..LANES).map(|lane| scope.spawn(move || make(lane))).collect();
        let mut users = Vec::with_capacity(count);
        for lane in lanes {
            users.extend(lane.join().map_err(|_| anyhow::anyhow!("a lane panicked"))??);
        }
        Ok(users)
    })
}

/// A verifier as a process of its own; killed when dropped.
struct Gate {
    child: Child,
    address: String,
}

impl Gate {
    fn start(server: &Server) -> Result<Self> {
        let address = format!("127.0.0.1:{}", free_port()?);
        let mut command = Command::new(BINARY);
        without_settings(&mut command);
        command.args(["gate", "--listen", &address, "--api-url", &format!("http://{}", server.address)]);
        command.env("BEADLE_FEED_KEY", SECRET_KEY).env("BEADLE_LOG", "warn");
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().context("start the gate")?;
        let gate = Self { child, address };
        let begun = Instant::now();
        while gate.figure("beadle_verifier_current").ok() != Some(1.0) {
            ensure!(begun.elapsed() < Duration::from_secs(10), "the gate is not current");
            thread::sleep(Duration::from_millis(20));
        }
        Ok(gate)
    }

    fn figure(&self, name: &str) -> Result<f64> {
        let (_, text) = Connection::open(&self.address, "none")?.send("GET", "/metrics", None)?;
        let text = String::from_utf8(text)?;
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
        value.with_context(|| format!("no {name}"))
    }

    /// Resident memory in bytes.
    fn memory(&self) -> Result<u64> {
        resident_memory(self.child.id())
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        // Already ended, or not wanted any more.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
