//! The official SDKs, published and unmodified, against the release binary over HTTP.

use std::{path::Path, process::Command};

use anyhow::{Result, ensure};

use crate::{
    needs,
    step::{Steps, cargo, run, without_settings},
    tally::Tally,
};

/// Both database engines.
pub(crate) const ENGINES: [&str; 2] = ["sqlite", "postgres"];

/// The release binary, as the tests start it.
pub(crate) const BINARY: &str = "target/release/beadle";

/// Builds the binary as a user would.
pub(crate) fn build() -> Result<()> {
    run(&mut cargo(&["build", "--release", "--locked", "--package", "beadle"]))?;
    ensure!(Path::new(BINARY).is_file(), "the build left no {BINARY}");
    Ok(())
}

/// `@clerk/backend` on one engine.
pub(crate) fn js(engine: &str, tally: &mut Tally) -> Result<()> {
    let mut node = Command::new("node");
    without_settings(&mut node);
    tally.run(node.args(["conformance/js/run.js", engine]))
}

/// `cargo xtask conformance`: these tests without the others.
pub(crate) fn run_alone(engines: &[&str]) -> Result<()> {
    for engine in engines {
        ensure!(ENGINES.contains(engine), "unknown engine `{engine}`: sqlite or postgres");
    }
    let mut steps = Steps::start();
    let mut tally = Tally::default();
    let outcome = steps
        .step("what the tests need", || needs::for_conformance(engines))
        .and_then(|()| steps.step("release build", build))
        .and_then(|()| {
            engines.iter().try_for_each(|engine| {
                steps.step(&format!("@clerk/backend on {engine}"), || js(engine, &mut tally))
            })
        });
    steps.summary();
    println!("\n{}", tally.closing_line());
    outcome
}
