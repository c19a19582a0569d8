//! `cargo xtask bench`: the release binary under load, beside what the machine can do at most, in one run.

mod ban_cost;
mod engine;
mod feed;
mod limits;
mod load;
mod machine;
mod seed;
mod table;

use std::{
    fs,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use anyhow::{Result, anyhow, bail, ensure};
use serde_json::{Value, json};

use self::{
    engine::Engine,
    load::{Cell, wrk},
    table::{Row, Table},
};
use crate::{
    conformance, needs,
    postgres::Cluster,
    server::{self, Server},
};

const USERS: usize = 10_000;
const SESSIONS: usize = 8;
const OUTPUT: &str = "target/bench.json";

/// What to measure and for how long.
struct Options {
    /// Seconds of each cell.
    seconds: u64,
    users: usize,
    ban_cost_rounds: usize,
    engines: Vec<String>,
}

impl Options {
    fn parse(words: &[&str]) -> Result<Self> {
        let mut options = Self { seconds: 5, users: USERS, ban_cost_rounds: 15, engines: Vec::new() };
        for word in words {
            match *word {
                "--quick" => {
                    options.seconds = 1;
                    options.users = 2_000;
                    options.ban_cost_rounds = 3;
                }
                "sqlite" | "postgres" => options.engines.push((*word).to_owned()),
                other => bail!("unknown argument `{other}`: [--quick] [sqlite] [postgres]"),
            }
        }
        if options.engines.is_empty() {
            options.engines = conformance::ENGINES.map(str::to_owned).to_vec();
        }
        Ok(options)
    }
}

/// Measures, prints the table and writes `target/bench.json`.
pub(crate) fn run(words: &[&str]) -> Result<()> {
    if let ["feed", rest @ ..] = words {
        ensure!(rest.is_empty() || rest == ["--quick"], "bench feed takes only --quick");
        return feed::measure(!rest.is_empty());
    }
    let options = Options::parse(words)?;
    let machine = machine::describe();
    needs::for_bench(&options.engines)?;
    conformance::build()?;
    limits::build()?;
    let dir = server::fresh_dir("limits")?;
    println!("\nmeasuring the machine");
    let rates = limits::rates(options.seconds, &dir)?;
    let mut table = Table::new(machine, rates);
    for name in &options.engines {
        let engine = if name == "postgres" { Engine::Postgres(Cluster::start()?) } else { Engine::Sqlite };
        measure(&engine, &options, &mut table)?;
    }
    print!("{table}");
    let load = table.load_before();
    if load > 0.5 {
        println!(
            "\nNOTE: other programs were busy on this machine (load {load}); the figures are lower than they should be"
        );
    }
    fs::write(OUTPUT, serde_json::to_string_pretty(&table.to_json())? + "\n")?;
    println!("\nwritten to {OUTPUT}");
    Ok(())
}

/// Everything on one engine.
fn measure(engine: &Engine, options: &Options, table: &mut Table) -> Result<()> {
    let name = engine.name();
    println!("\n{name}: seeding {} users with {SESSIONS} sessions each", options.users);
    let place = engine.place("load")?;
    let people_file = place.data_dir.join("people.txt");
    let server = Server::start(&place)?;
    let people = seed::seed(&server, options.users, SESSIONS)?;
    seed::write_people(&people, &people_file)?;
    server.stop()?;

    let (server, starts) = restart(&place)?;
    thread::sleep(Duration::from_secs(2));
    table.note(name, "start_ms", json!(starts));
    table.note(name, "idle_memory_bytes", json!(server.memory()?));

    for work in reads_and_sign_ins(&server, &people[0].id)? {
        measure_work(&work, name, &server, &people_file, options.seconds, table)?;
    }
    for (label, connections) in [("saturated_1", 1), ("saturated_32", 32)] {
        let cell = get_while_signing_in(&server, &people_file, connections, options.seconds)?;
        println!("{name}: get user over {connections} while sign-ins saturate: p99 {:.1} ms", cell.p99);
        table.note(name, label, cell.to_json());
    }
    // Last, as it leaves banned users behind.
    let ban = Work { name: "durable ban", kind: "ban", against: Against::Rate(10_000.0), aim: 1.0 };
    measure_work(&ban, name, &server, &people_file, options.seconds, table)?;
    table.note(name, "loaded_memory_bytes", json!(server.memory()?));
    server.stop()?;

    println!("{name}: cost of a ban");
    let cost = ban_cost::measure(engine, options.ban_cost_rounds)?;
    println!("{name}: {}", cost.line());
    table.note(name, "ban_cost", cost.to_json());
    Ok(())
}

/// One kind of work over 1 and over 32 connections, each time with its limit measured right beside it.
fn measure_work(
    work: &Work,
    engine: &'static str,
    server: &Server,
    people: &Path,
    seconds: u64,
    table: &mut Table,
) -> Result<()> {
    for connections in [1, 32] {
        let cell = wrk(&server.address, work.kind, people, connections, seconds)?;
        let limit = match &work.against {
            Against::Bare(body) => limits::bare(body, work.kind, people, connections, seconds)?.rate,
            Against::Crypto(kind) => limits::crypto_rate(kind, seconds)?,
            Against::Rate(rate) => *rate,
        };
        let row = Row { engine, work: work.name, connections, cell, limit, aim: work.aim };
        println!("{row}");
        table.push(row);
    }
    Ok(())
}

/// What a rate is held against.
enum Against {
    /// A bare handler that answers with these bytes.
    Bare(Vec<u8>),
    /// `rsa` or `argon2id` on all cores.
    Crypto(&'static str),
    /// So many per second.
    Rate(f64),
}

struct Work {
    name: &'static str,
    /// As `requests.lua` calls it.
    kind: &'static str,
    against: Against,
    /// Part of the limit to reach with 32 connections.
    aim: f64,
}

fn reads_and_sign_ins(server: &Server, user_id: &str) -> Result<Vec<Work>> {
    let mut connection = server.connect()?;
    let mut body = |path: &str| {
        let (status, bytes) = connection.send("GET", path, None)?;
        ensure!(status == 200, "GET {path}: {status}");
        Ok(Against::Bare(bytes))
    };
    let user = body(&format!("/v1/users/{user_id}"))?;
    let list = body("/v1/users?limit=10&order_by=-created_at")?;
    let found = body("/v1/users?email_address=person0%40bench.example.com")?;
    Ok(vec![
        Work { name: "get user", kind: "get", against: user, aim: 0.5 },
        Work { name: "list 10", kind: "list", against: list, aim: 0.35 },
        Work { name: "look-up by e-mail", kind: "lookup", against: found, aim: 0.45 },
        Work { name: "token mint", kind: "token", against: Against::Crypto("rsa"), aim: 0.8 },
        Work { name: "password sign-in", kind: "signin", against: Against::Crypto("argon2id"), aim: 0.9 },
    ])
}

/// Starts the server on its existing database several times; the last one stays. Milliseconds, sorted.
fn restart(place: &server::Place) -> Result<(Server, Vec<f64>)> {
    let mut starts = Vec::new();
    for _ in 0..9 {
        let server = Server::start(place)?;
        starts.push(load::round(server.ready_after.as_secs_f64() * 1e3));
        server.stop()?;
    }
    starts.sort_by(f64::total_cmp);
    Ok((Server::start(place)?, starts))
}

/// Get user, while more password sign-ins are asked for than the machine can hash.
fn get_while_signing_in(server: &Server, people: &Path, connections: usize, seconds: u64) -> Result<Cell> {
    let (address, file): (String, PathBuf) = (server.address.clone(), people.to_owned());
    let sign_ins = thread::spawn(move || wrk(&address, "signin", &file, 16, seconds + 2));
    thread::sleep(Duration::from_secs(1));
    let cell = wrk(&server.address, "get", people, connections, seconds);
    sign_ins.join().map_err(|_| anyhow!("the sign-in load panicked"))??;
    cell
}

/// Milliseconds in the middle of a sorted list.
fn median(sorted: &Value) -> f64 {
    let list = sorted.as_array().map(Vec::as_slice).unwrap_or_default();
    list.get(list.len() / 2).and_then(Value::as_f64).unwrap_or_default()
}
