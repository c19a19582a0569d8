//! Running named steps and the programs inside them, with their times.

use std::{io, process::Command, time::Instant};

use anyhow::{Context, Result, ensure};

/// Steps of one run, in order, with the time each took.
pub(crate) struct Steps {
    started: Instant,
    done: Vec<(String, f64)>,
}

impl Steps {
    /// Starts the clock of the whole run.
    pub(crate) fn start() -> Self {
        Self { started: Instant::now(), done: Vec::new() }
    }

    /// Runs one step; an error comes back with the step's name and ends the run.
    pub(crate) fn step(&mut self, name: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
        println!("\n=== {name}");
        let began = Instant::now();
        let outcome = work();
        let seconds = began.elapsed().as_secs_f64();
        match outcome {
            Ok(()) => {
                println!("=== {name}: ok, {seconds:.1} s");
                self.done.push((name.to_owned(), seconds));
                Ok(())
            }
            Err(error) => {
                println!("=== {name}: FAILED after {seconds:.1} s");
                Err(error.context(format!("step `{name}` failed")))
            }
        }
    }

    /// Prints the times once more, together.
    pub(crate) fn summary(&self) {
        println!();
        for (name, seconds) in &self.done {
            println!("{seconds:8.1} s  {name}");
        }
        println!("{:8.1} s  in all", self.started.elapsed().as_secs_f64());
    }
}

/// A command line as a person would type it.
pub(crate) fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

/// Prints the command, runs it with this terminal, and fails unless it succeeds.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = shown(command);
    // Standard output is for what a command was asked for.
    eprintln!("$ {line}");
    let status = command.stdout(io::stderr()).status().with_context(|| format!("cannot start `{line}`"))?;
    ensure!(status.success(), "`{line}` ended with {status}");
    Ok(())
}

/// Runs the command quietly and returns its standard output, trimmed.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let line = shown(command);
    let result = command.output().with_context(|| format!("cannot start `{line}`"))?;
    let errors = String::from_utf8_lossy(&result.stderr);
    ensure!(result.status.success(), "`{line}` ended with {}: {}", result.status, errors.trim());
    Ok(String::from_utf8_lossy(&result.stdout).trim().to_owned())
}

/// `cargo` with these arguments, the lock file as it is and none of the caller's Beadle settings.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments);
    without_settings(&mut command);
    command
}

/// Takes `BEADLE_…` variables of the caller's shell away, which would change what the tests test.
pub(crate) fn without_settings(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("BEADLE_") {
            command.env_remove(name);
        }
    }
}
