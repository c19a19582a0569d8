//! The results, as a table for people and as JSON for programs.

use std::{collections::BTreeMap, fmt};

use serde_json::{Value, json};

use super::{
    limits::Rates,
    load::{Cell, round},
    median,
};

/// One kind of work on one engine over a number of connections.
pub(crate) struct Row {
    pub(crate) engine: &'static str,
    pub(crate) work: &'static str,
    pub(crate) connections: usize,
    pub(crate) cell: Cell,
    /// Rate of what it is held against.
    pub(crate) limit: f64,
    /// Part of the limit to reach with 32 connections on SQLite.
    pub(crate) aim: f64,
}

impl Row {
    fn part(&self) -> f64 {
        self.cell.rate / self.limit
    }

    fn aimed_at(&self) -> bool {
        self.engine == "sqlite" && self.connections == 32
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { engine, work, connections, cell, limit, aim } = self;
        let aim = match self.aimed_at() {
            true if self.part() >= *aim => format!("≥ {aim}, reached"),
            true => format!("≥ {aim}, MISSED"),
            false => String::new(),
        };
        let (rate, p50, p99, part) = (cell.rate, cell.p50, cell.p99, self.part());
        write!(
            f,
            "| {engine:8} | {work:17} | {connections:3} | {rate:9.0} | {p50:8.2} | {p99:8.2} | {limit:9.0} | {part:5.2} | {aim:15} |"
        )
    }
}

/// All results of a run.
pub(crate) struct Table {
    machine: Value,
    rates: Rates,
    rows: Vec<Row>,
    notes: BTreeMap<&'static str, BTreeMap<&'static str, Value>>,
}

impl Table {
    /// An empty one.
    pub(crate) fn new(machine: Value, rates: Rates) -> Self {
        Self { machine, rates, rows: Vec::new(), notes: BTreeMap::new() }
    }

    /// How busy the machine was before.
    pub(crate) fn load_before(&self) -> f64 {
        self.machine["load_before"].as_f64().unwrap_or_default()
    }

    /// Adds a measured rate.
    pub(crate) fn push(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// Adds a figure of another kind.
    pub(crate) fn note(&mut self, engine: &'static str, name: &'static str, value: Value) {
        self.notes.entry(engine).or_default().insert(name, value);
    }

    /// Everything.
    pub(crate) fn to_json(&self) -> Value {
        let rows: Vec<Value> = self.rows.iter().map(row_to_json).collect();
        json!({
            "machine": self.machine,
            "limits": {
                "rsa_signatures_per_second": self.rates.rsa,
                "argon2id_hashes_per_second": self.rates.argon2id,
                "synced_writes_per_second": round(self.rates.synced_writes),
            },
            "rates": rows,
            "engines": self.notes,
        })
    }
}

fn row_to_json(row: &Row) -> Value {
    let mut value = row.cell.to_json();
    value["engine"] = json!(row.engine);
    value["work"] = json!(row.work);
    value["connections"] = json!(row.connections);
    value["limit_per_second"] = json!(round(row.limit));
    value["of_limit"] = json!((row.part() * 1000.0).round() / 1000.0);
    if row.aimed_at() {
        value["aim"] = json!(row.aim);
    }
    value
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let machine = |name: &str| self.machine[name].as_str().unwrap_or_default();
        writeln!(
            f,
            "\n{}, {} cores, {}, {}, {}, commit {}",
            machine("cpu"),
            self.machine["cores"],
            machine("memory"),
            machine("kernel"),
            machine("rustc"),
            machine("commit")
        )?;
        let Rates { rsa, argon2id, synced_writes } = self.rates;
        writeln!(
            f,
            "at most: {rsa:.0} RSA-2048 signatures/s, {argon2id:.1} argon2id hashes/s, {synced_writes:.0} synced 4 KiB writes/s\n"
        )?;
        writeln!(
            f,
            "| engine   | work              | con | per s     | p50 ms   | p99 ms   | limit/s   | part  | aim             |"
        )?;
        writeln!(f, "|---|---|--:|--:|--:|--:|--:|--:|---|")?;
        for row in &self.rows {
            writeln!(f, "{row}")?;
        }
        writeln!(f)?;
        for (engine, notes) in &self.notes {
            let megabytes = |name: &str| notes[name].as_f64().unwrap_or_default() / 1e6;
            let p99 = |name: &str| notes[name]["p99_ms"].as_f64().unwrap_or_default();
            let ban = &notes["ban_cost"];
            let cost = |sessions: &str| ban["median_us"][sessions].as_f64().unwrap_or_default();
            writeln!(
                f,
                "{engine}: start to first 200 {:.1} ms (median), idle memory {:.1} MB, after load {:.1} MB",
                median(&notes["start_ms"]),
                megabytes("idle_memory_bytes"),
                megabytes("loaded_memory_bytes")
            )?;
            writeln!(
                f,
                "{engine}: get user while sign-ins saturate the hashing: p99 {:.1} ms over 1 connection, {:.1} ms over 32",
                p99("saturated_1"),
                p99("saturated_32")
            )?;
            writeln!(
                f,
                "{engine}: one ban with 1 / 1,000 / 1,000,000 sessions: {:.0} / {:.0} / {:.0} µs, ratio {}",
                cost("1"),
                cost("1000"),
                cost("1000000"),
                ban["ratio"]
            )?;
        }
        Ok(())
    }
}
