//! `cargo xtask check-compat`: whether `docs/compatibility.md` says what the server does, and whether the tests have seen
//! the server do it.

mod answers;
mod unseen;

use std::{fs, io::ErrorKind, path::Path};

use anyhow::{Context, Result};

use crate::step::{cargo, run};

/// What the tests leave for this command: what is done, and in `answers/` what they have seen of it.
const FOLDER: &str = "target/compat";
/// There once all tests have run.
const COMPLETE: &str = "target/compat/answers/complete";

/// Makes the document's tables anew, or fails when they are stale. Once all tests have run, also fails when one of the
/// answers that Clerk documents was not among those they saw.
pub(crate) fn check(write: bool) -> Result<()> {
    // With the workspace's features, so that what its tests have built is used again.
    let mut test = cargo(&["test", "--workspace", "--all-features", "--locked", "--test", "compatibility"]);
    if write {
        test.env("COMPATIBILITY", "write");
    }
    run(test.args(["--", "--show-output"]))
        .context("docs/compatibility.md does not say what the server does")?;
    if Path::new(COMPLETE).exists() {
        answers::check(Path::new(FOLDER))
    } else {
        println!(
            "NOT CHECKED which answers the tests have seen: `cargo xtask test` runs them all, and then checks"
        );
        Ok(())
    }
}

/// Forgets what earlier runs of the tests have seen.
pub(crate) fn forget_answers() -> Result<()> {
    match fs::remove_dir_all(Path::new(FOLDER).join("answers")) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Says that all tests have run.
pub(crate) fn answers_are_complete() -> Result<()> {
    fs::create_dir_all(Path::new(FOLDER).join("answers"))?;
    Ok(fs::write(COMPLETE, "")?)
}
