//! Where PostgreSQL's server programs are.

use std::{env, fs, path::PathBuf};

const PROGRAMS: [&str; 6] = ["initdb", "postgres", "createdb", "dropdb", "pg_isready", "psql"];

/// The directory with all of them: Debian's newest version, else one on `PATH`.
///
/// # Panics
/// Without such a directory.
pub(super) fn bin_dir() -> PathBuf {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin")))
        })
        .collect();
    versions.sort_unstable_by(|one, other| other.cmp(one));
    let path = env::var_os("PATH").unwrap_or_default();
    let candidates = versions.into_iter().map(|(_, dir)| dir).chain(env::split_paths(&path));
    let found = candidates.into_iter().find(|dir| PROGRAMS.iter().all(|program| dir.join(program).is_file()));
    found.expect(
        "tests need PostgreSQL's server programs (initdb, postgres): install the package `postgresql`, \
         on Debian with `apt-get install postgresql`, or put them on PATH",
    )
}
