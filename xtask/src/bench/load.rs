//! Load by `wrk`, always for a set time and only on loopback.

use std::{path::Path, process::Command};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::seed::PASSWORD;
use crate::{server::SECRET_KEY, step::output};

/// What one run of `wrk` saw.
#[derive(Clone, Copy)]
pub(crate) struct Cell {
    /// Answered requests per second.
    pub(crate) rate: f64,
    /// Median time in milliseconds.
    pub(crate) p50: f64,
    /// 99th percentile in milliseconds.
    pub(crate) p99: f64,
    /// Slowest in milliseconds.
    pub(crate) max: f64,
}

impl Cell {
    /// For the JSON file.
    pub(crate) fn to_json(self) -> Value {
        serde_json::json!({"per_second": round(self.rate), "p50_ms": self.p50, "p99_ms": self.p99, "max_ms": self.max})
    }
}

/// Sends requests of one kind (see `requests.lua`) over `connections` for `seconds`.
pub(crate) fn wrk(
    address: &str,
    kind: &str,
    people: &Path,
    connections: usize,
    seconds: u64,
) -> Result<Cell> {
    let threads = connections.min(2).to_string();
    let mut command = Command::new("wrk");
    command
        .args(["--threads", &threads, "--connections", &connections.to_string()])
        .args(["--duration", &format!("{seconds}s"), "--timeout", "10s"])
        .args(["--script", "xtask/bench/requests.lua", &format!("http://{address}"), "--"])
        .args([kind, SECRET_KEY, &people.to_string_lossy(), &threads, PASSWORD]);
    let text = output(&mut command)?;
    let line = text.lines().find_map(|line| line.strip_prefix("RESULT ")).with_context(|| text.clone())?;
    let seen: Value = serde_json::from_str(line)?;
    let number = |name: &str| seen[name].as_f64().unwrap_or_default();
    ensure!(number("requests") > 0.0, "{kind}: nothing was answered\n{text}");
    ensure!(
        number("refused") + number("broken") == 0.0,
        "{kind}: {} answers of an error status, {} broken connections",
        number("refused"),
        number("broken")
    );
    Ok(Cell {
        rate: number("requests") / (number("micros") / 1e6),
        p50: number("p50") / 1e3,
        p99: number("p99") / 1e3,
        max: number("max") / 1e3,
    })
}

/// One digit after the point is more than a benchmark can say.
pub(crate) fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
