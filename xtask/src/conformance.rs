//! The official SDKs, published and unmodified, against the release binary over HTTP.

use std::{path::Path, process::Command};

use anyhow::{Result, ensure};

use crate::{
    needs,
    postgres::Cluster,
    server::{Place, SECRET_KEY, Server, fresh_dir},
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

/// Builds Beadle's own package for Node.js.
pub(crate) fn build_node_package() -> Result<()> {
    run(Command::new("npm").args(["run", "--silent", "build"]).current_dir(needs::NODE_PACKAGE))
}

/// `@clerk/backend` on one engine.
pub(crate) fn js(engine: &str, tally: &mut Tally) -> Result<()> {
    let mut node = Command::new("node");
    without_settings(&mut node);
    tally.run(node.args(["conformance/js/run.js", engine]))
}

/// `clerk-backend-api` for Python on one engine, then a fuzz run from the description that the server hands out.
/// The server is started here: Python only gets its address.
pub(crate) fn python(engine: &str, tally: &mut Tally) -> Result<()> {
    let data_dir = fresh_dir(&format!("python-{engine}"))?;
    let cluster = (engine == "postgres").then(Cluster::start).transpose()?;
    let database_url = cluster.as_ref().map(|cluster| cluster.create_database("python")).transpose()?;
    let server = Server::start(&Place { data_dir, database_url })?;
    for script in ["run.py", "fuzz.py"] {
        let mut python = Command::new(needs::PYTHON);
        without_settings(&mut python);
        python.arg(format!("conformance/python/{script}"));
        python.env("BEADLE_URL", format!("http://{}", server.address)).env("BEADLE_KEY", SECRET_KEY);
        tally.run(&mut python)?;
    }
    server.stop()
}

/// The browser packages in Chromium: everything on SQLite, the ban also on PostgreSQL.
fn browser(engine: &str, tally: &mut Tally) -> Result<()> {
    let mut node = Command::new("node");
    without_settings(&mut node);
    tally.run(node.args(["conformance/browser/run.js", engine]))
}

/// All official SDKs on these engines, as steps.
pub(crate) fn sdk_steps(engines: &[&str], steps: &mut Steps, tally: &mut Tally) -> Result<()> {
    if engines.contains(&"postgres") {
        steps.step("@clerk/backend on two nodes behind nginx", || js("nodes", tally))?;
    }
    for engine in engines {
        steps.step(&format!("@clerk/backend on {engine}"), || js(engine, tally))?;
        steps.step(&format!("Python clerk-backend-api and fuzz on {engine}"), || python(engine, tally))?;
        steps.step(&format!("browser on {engine}"), || browser(engine, tally))?;
    }
    Ok(())
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
        .and_then(|()| steps.step("packages/node", build_node_package))
        .and_then(|()| sdk_steps(engines, &mut steps, &mut tally));
    steps.summary();
    println!("\n{}", tally.closing_line());
    outcome
}
