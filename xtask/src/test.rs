//! `cargo xtask test`: everything that must hold before a change lands, in one command.

use std::{process::Command, thread};

use anyhow::{Result, anyhow};

use crate::{
    arrows, compat, conformance, demo, needs,
    step::{Steps, cargo, run},
    tally::Tally,
};

/// Runs all steps, stops at the first that fails, and closes with the line that CI reads.
pub(crate) fn everything() -> Result<()> {
    let mut steps = Steps::start();
    let mut tally = Tally::default();
    let outcome = run_steps(&mut steps, &mut tally);
    steps.summary();
    println!("\n{}", tally.closing_line());
    outcome
}

fn run_steps(steps: &mut Steps, tally: &mut Tally) -> Result<()> {
    steps.step("what cargo needs", needs::for_cargo)?;
    let rest = thread::spawn(needs::for_the_rest);
    steps.step("format", || run(&mut cargo(&["fmt", "--all", "--check"])))?;
    steps.step("crate arrows", arrows::check)?;
    steps.step("cargo deny", deny)?;
    steps.step("clippy", || {
        let clippy =
            ["clippy", "--workspace", "--all-targets", "--all-features", "--locked", "--", "-D", "warnings"];
        run(&mut cargo(&clippy))
    })?;
    steps.step("tests on SQLite and PostgreSQL", || {
        compat::forget_answers()?;
        tally.run(&mut cargo(&["test", "--workspace", "--all-features", "--locked", "--no-fail-fast"]))?;
        compat::answers_are_complete()
    })?;
    steps.step("compatibility with Clerk", || compat::check(false))?;
    steps.step("what the other tests need", || rest.join().map_err(|_| anyhow!("it panicked"))?)?;
    steps.step("packages/node", || {
        tally.run(Command::new("npm").args(["test", "--silent"]).current_dir(needs::NODE_PACKAGE))
    })?;
    steps.step("deployment files", || tally.run(Command::new("bash").arg("deploy/check.sh")))?;
    steps.step("release build", conformance::build)?;
    for engine in conformance::ENGINES {
        steps.step(&format!("demo on {engine}"), || demo::check(engine, tally))?;
    }
    conformance::sdk_steps(&conformance::ENGINES, steps, tally)
}

/// Licences, sources and bans from `deny.toml`. Advisories are left to a scheduled run, because a new one
/// must not break a change that has nothing to do with it.
fn deny() -> Result<()> {
    if !needs::present("cargo", &["deny", "--version"]) {
        println!(
            "cargo-deny is not installed; the rules it shares with `check-arrows` have been checked above"
        );
        return Ok(());
    }
    run(&mut cargo(&["deny", "--workspace", "check", "bans", "licenses", "sources"]))
}
