//! What the figures were measured on.

use std::{fs, process::Command, thread};

use serde_json::{Value, json};

use crate::step::output;

/// Processor, cores, memory, kernel, compiler, the commit measured and how busy the machine was.
pub(crate) fn describe() -> Value {
    let cpu = field("/proc/cpuinfo", "model name");
    let memory = field("/proc/meminfo", "MemTotal");
    let says = |program: &str, arguments: &[&str]| {
        output(Command::new(program).args(arguments)).unwrap_or_else(|_| "unknown".to_owned())
    };
    json!({
        "cpu": cpu,
        "cores": thread::available_parallelism().map_or(1, usize::from),
        "memory": memory,
        "kernel": says("uname", &["-sr"]),
        "rustc": says("rustc", &["--version"]),
        "load_before": load(),
        "commit": says("git", &["rev-parse", "--short", "HEAD"]),
    })
}

/// Processes that wanted to run during the last minute, on average: near 0 on a machine that is free to measure.
fn load() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|word| word.parse().ok()).unwrap_or_default()
}

fn field(file: &str, name: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    line.split_once(':').map_or("unknown", |(_, value)| value.trim()).to_owned()
}
