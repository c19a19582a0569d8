//! `beadle import …`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum ImportCommand {
    /// Create the users of a file: Clerk's CSV export, or JSON lines with the same columns or with the parameters
    /// of POST /v1/users
    ///
    /// Reports rows that the server refuses in FILE.rejected.jsonl and goes on. Started again after it was
    /// interrupted, it goes on where it stopped (FILE.import-state.json).
    Users(ImportUsers),
}

#[derive(Debug, Args)]
pub(crate) struct ImportUsers {
    /// The file; lines of JSON unless its name ends in .csv
    pub(crate) file: PathBuf,
    /// Only check the file, without a server and without creating anybody
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// How many users to create at a time
    #[arg(long, value_name = "NUMBER", default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) connections: u16,
}
