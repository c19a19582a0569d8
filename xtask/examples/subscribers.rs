//! Many subscribers of the revocation feed at once: `subscribers ADDRESS KEY COUNT BANS PID`.
//!
//! Prints JSON: from a ban's answer until its entry was received, over all subscribers and bans, and what the server
//! process (PID) holds in memory per subscriber.

#[path = "../src/http.rs"]
mod http;

use std::{
    env, fs,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// What all subscribers report to.
#[derive(Default)]
struct Reports {
    /// Who has been told where the feed is.
    begun: AtomicUsize,
    /// When the entries of the current ban arrived.
    arrivals: Mutex<Vec<Instant>>,
}

fn main() -> Result<()> {
    let words: Vec<String> = env::args().skip(1).collect();
    let [address, key, count, bans, pid] = words.as_slice() else {
        anyhow::bail!("subscribers ADDRESS KEY COUNT BANS PID")
    };
    let (count, bans): (usize, usize) = (count.parse()?, bans.parse()?);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let mut connection = http::Connection::open(address, key)?;
    let users = users(&mut connection, bans)?;
    let before = memory(pid)?;
    let reports = Arc::new(Reports::default());
    for _ in 0..count {
        let (address, key, reports) = (address.clone(), key.clone(), reports.clone());
        runtime.spawn(async move {
            if let Err(error) = subscribe(&address, &key, &reports).await {
                eprintln!("a subscriber ended: {error:#}");
            }
        });
    }
    until("all subscribers are told", || reports.begun.load(Ordering::SeqCst) == count)?;
    // A few heartbeats, so that what is made once per connection has been made.
    thread::sleep(Duration::from_secs(3));
    let after = memory(pid)?;

    let mut delays = Vec::new();
    for user in &users {
        arrivals(&reports).clear();
        connection.json("POST", &format!("/v1/users/{user}/ban"), None)?;
        let answered = Instant::now();
        until("all subscribers have the entry", || arrivals(&reports).len() == count)?;
        let since = |arrival: &Instant| arrival.saturating_duration_since(answered).as_secs_f64() * 1e3;
        delays.extend(arrivals(&reports).iter().map(since));
        thread::sleep(Duration::from_millis(100));
    }
    delays.sort_by(f64::total_cmp);
    let quantile =
        |part: usize| (delays[(delays.len() * part / 100).min(delays.len() - 1)] * 100.0).round() / 100.0;
    println!(
        "{}",
        json!({
            "subscribers": count, "bans": bans,
            "p50_ms": quantile(50), "p99_ms": quantile(99), "max_ms": quantile(100),
            "bytes_per_subscriber": after.saturating_sub(before) / count as u64,
        })
    );
    Ok(())
}

fn arrivals(reports: &Reports) -> std::sync::MutexGuard<'_, Vec<Instant>> {
    reports.arrivals.lock().expect("nobody panics with it")
}

fn until(what: &str, holds: impl Fn() -> bool) -> Result<()> {
    let begun = Instant::now();
    while !holds() {
        ensure!(begun.elapsed() < Duration::from_secs(60), "not within a minute: {what}");
        thread::sleep(Duration::from_micros(500));
    }
    Ok(())
}

/// Reads the feed and reports each event with an entry.
async fn subscribe(address: &str, key: &str, reports: &Reports) -> Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!(
        "GET /v1/revocations HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {key}\r\n\
         Accept: text/event-stream\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let (mut buffer, mut text) = ([0; 4096], Vec::new());
    loop {
        let read = stream.read(&mut buffer).await?;
        ensure!(read > 0, "the server closed the connection");
        let arrived = Instant::now();
        text.extend_from_slice(&buffer[..read]);
        while let Some(end) = text.windows(2).position(|pair| pair == b"\n\n") {
            let event: Vec<u8> = text.drain(..end + 2).collect();
            let is = |kind: &[u8]| event.windows(kind.len()).any(|part| part == kind);
            if is(b"event: snapshot") {
                reports.begun.fetch_add(1, Ordering::SeqCst);
            } else if is(b"event: revocations") {
                arrivals(reports).push(arrived);
            }
        }
    }
}

fn users(connection: &mut http::Connection, count: usize) -> Result<Vec<String>> {
    let new = |n: usize| {
        let user = json!({"username": format!("subscribed_{n}"), "skip_password_requirement": true});
        let user: Value = connection.json("POST", "/v1/users", Some(&user))?;
        user["id"].as_str().map(str::to_owned).context("an id")
    };
    (0..count).map(new).collect()
}

/// Resident memory in bytes.
fn memory(pid: &str) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
}
