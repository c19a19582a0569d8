//! What one ban costs a user with 1, 1,000 and 1,000,000 live sessions.
//!
//! Every sample is the first ban of a user whose sessions are all live, on a server started for it alone, so
//! that no sample pays for the sweep that follows another. The sizes take turns.

use std::time::Instant;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::{
    engine::Engine,
    load::round,
    seed::{Person, seed},
};
use crate::server::{Place, Server};

const SIZES: [usize; 3] = [1, 1_000, 1_000_000];
const WARM_UP: usize = 100;

/// Median microseconds per size, and the ratios to the smallest.
pub(crate) struct BanCost {
    medians: [f64; 3],
    samples: usize,
}

impl BanCost {
    /// Most sessions against fewest.
    pub(crate) fn ratio(&self) -> f64 {
        self.medians[2] / self.medians[0]
    }

    /// For the JSON file.
    pub(crate) fn to_json(&self) -> Value {
        let [one, thousand, million] = self.medians.map(round);
        json!({
            "median_us": {"1": one, "1000": thousand, "1000000": million},
            "ratio": (self.ratio() * 100.0).round() / 100.0,
            "samples": self.samples,
        })
    }

    /// For the table.
    pub(crate) fn line(&self) -> String {
        let [one, thousand, million] = self.medians;
        format!(
            "1 session {one:.0} µs, 1,000 {thousand:.0} µs, 1,000,000 {million:.0} µs, ratio {:.2} ({} samples each)",
            self.ratio(),
            self.samples
        )
    }
}

/// Measures `rounds` samples of each size in a database of its own.
pub(crate) fn measure(engine: &Engine, rounds: usize) -> Result<BanCost> {
    let place = engine.place("ban-cost")?;
    let people = prepare(engine, &place)?;
    let mut samples: [Vec<f64>; 3] = Default::default();
    for round in 0..rounds {
        for turn in 0..SIZES.len() {
            let size = (round + turn) % SIZES.len();
            samples[size].push(sample(&place, &people, size)?);
            let id = &people[size].id;
            engine.sql(
                &place,
                &format!(
                    "UPDATE users SET banned = {no}, generation = 1 WHERE id = '{id}';
                     UPDATE sessions SET status = 'active' WHERE user_id = '{id}' AND status <> 'active';
                     DELETE FROM sweeps WHERE user_id = '{id}';",
                    no = engine.sql_false()
                ),
            )?;
        }
    }
    let medians = samples.map(|mut list| {
        list.sort_by(f64::total_cmp);
        list[list.len() / 2]
    });
    Ok(BanCost { medians, samples: rounds })
}

/// Three users of the three sizes, and others to warm up with.
fn prepare(engine: &Engine, place: &Place) -> Result<Vec<Person>> {
    let server = Server::start(place)?;
    let people = seed(&server, SIZES.len() + WARM_UP, 1)?;
    server.stop()?;
    let columns = engine.columns(place, "sessions")?;
    for (person, size) in people.iter().zip(SIZES) {
        // The one session again, under other ids.
        let values: Vec<String> = columns
            .iter()
            .map(|column| match column.as_str() {
                "id" => format!("'sess_' || {}", engine.sql_padded("n", 27)),
                other => format!("s.{other}"),
            })
            .collect();
        engine.sql(
            place,
            &format!(
                "INSERT INTO sessions ({}) WITH RECURSIVE numbers(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM numbers WHERE n < {last})
                 SELECT {} FROM numbers, sessions s WHERE s.id = '{}' AND n < {last};",
                columns.join(", "),
                values.join(", "),
                person.session,
                first = size * 10,
                last = size * 10 + size - 1,
            ),
        )?;
    }
    engine.sql(place, "ANALYZE;")?;
    Ok(people)
}

/// Microseconds of one first ban.
fn sample(place: &Place, people: &[Person], size: usize) -> Result<f64> {
    let server = Server::start(place)?;
    let mut connection = server.connect()?;
    for verb in ["ban", "unban"] {
        for person in &people[SIZES.len()..] {
            connection.json("POST", &format!("/v1/users/{}/{verb}", person.id), None)?;
        }
    }
    let id = &people[size].id;
    connection.json("GET", &format!("/v1/users/{id}"), None)?;
    let path = format!("/v1/users/{id}/ban");
    let began = Instant::now();
    let (status, body) = connection.send("POST", &path, None)?;
    let took = began.elapsed();
    anyhow::ensure!(status == 200, "{path}: {status}");
    let user: Value = serde_json::from_slice(&body)?;
    user["banned"].as_bool().filter(|banned| *banned).context("the ban did not take")?;
    Ok(took.as_secs_f64() * 1e6)
    // Dropping the server kills it: the sweep it has begun is of no interest here.
}
