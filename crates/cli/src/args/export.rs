//! `beadle export …`.

use std::path::PathBuf;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum ExportCommand {
    /// Write all users, with their password digests, in the form that `beadle import users` reads
    Users {
        /// The file to make; it must not exist. CSV if its name ends in .csv, else lines of JSON
        file: PathBuf,
    },
}
