//! `cargo xtask check-compat`: whether `docs/compatibility.md` says what the server does.

use anyhow::{Context, Result};

use crate::step::{cargo, run};

/// Makes the document's tables anew, or fails when they are stale.
pub(crate) fn check(write: bool) -> Result<()> {
    // With the workspace's features, so that what its tests have built is used again.
    let mut test = cargo(&["test", "--workspace", "--all-features", "--locked", "--test", "compatibility"]);
    if write {
        test.env("COMPATIBILITY", "write");
    }
    run(test.args(["--", "--show-output"])).context("docs/compatibility.md does not say what the server does")
}
