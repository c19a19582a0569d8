//! Log lines on standard error.

use std::io::{IsTerminal as _, stderr};

use anyhow::{Context as _, anyhow};
use beadle_server::config::LogFormat;
use tracing_subscriber::EnvFilter;

use crate::settings;

/// Starts logging. What is logged: `BEADLE_LOG`, else `RUST_LOG`, else everything from `info` up.
pub(crate) fn start(format: LogFormat) -> anyhow::Result<()> {
    let lines = tracing_subscriber::fmt().with_writer(stderr).with_env_filter(filter()?);
    let started = match format {
        LogFormat::Text => lines.with_ansi(stderr().is_terminal()).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| anyhow!("start logging: {error}"))
}

fn filter() -> anyhow::Result<EnvFilter> {
    for name in ["BEADLE_LOG", "RUST_LOG"] {
        if let Some(directives) = settings::variable(name) {
            let directives = directives.to_string_lossy();
            return EnvFilter::try_new(&directives).with_context(|| {
                format!("environment variable {name} is `{directives}`, which is no log filter")
            });
        }
    }
    Ok(EnvFilter::new("info"))
}
