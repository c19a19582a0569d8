//! The project's own commands, run as `cargo xtask COMMAND`.

mod arrows;
mod bench;
mod compat;
mod conformance;
mod demo;
mod http;
mod needs;
mod postgres;
mod server;
mod step;
mod tally;
mod test;

use std::{env, path::Path, process::ExitCode};

use anyhow::{Result, bail};

const HELP: &str = "\
cargo xtask COMMAND

  test                     install what the tests need, then run everything
  conformance [ENGINE]     only the official SDKs against the release binary (sqlite, postgres or both)
  bench [--quick] [ENGINE] speed, memory and start time beside the machine's limits; writes target/bench.json
  bench feed [--quick]     the revocation feed: a thousand subscribers, a verifier under a thousand bans a second
  demo [--bans N] [--json] [ENGINE]
                           how soon a banned user is refused by services that verify tokens themselves, next to
                           an unmodified @clerk/backend; postgres means two nodes
  check-compat [--write]   whether docs/compatibility.md says what the server does of Clerk's APIs; or make it so
  check-arrows             only the rules on which crate may depend on what
";

fn main() -> ExitCode {
    // The workspace root, wherever the command was called from.
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace");
    let done = env::set_current_dir(root).map_err(Into::into).and_then(|()| dispatch());
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["test"] => test::everything(),
        ["conformance"] => conformance::run_alone(&conformance::ENGINES),
        ["conformance", engine] => conformance::run_alone(&[engine]),
        ["bench", options @ ..] => bench::run(options),
        ["demo", options @ ..] => demo::run(options),
        ["check-compat"] => compat::check(false),
        ["check-compat", "--write"] => compat::check(true),
        ["check-arrows"] => arrows::check(),
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        other => bail!("unknown command `{}`\n\n{HELP}", other.join(" ")),
    }
}
