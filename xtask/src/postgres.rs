//! PostgreSQL's server programs on this machine.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// The folder that holds `initdb` and `postgres`: Debian's newest version, else one on `PATH`.
pub(crate) fn bin_dir() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin")))
        })
        .collect();
    versions.sort_unstable_by(|one, other| other.cmp(one));
    let on_path = env::var_os("PATH").unwrap_or_default();
    let candidates = versions.into_iter().map(|(_, dir)| dir).chain(env::split_paths(&on_path));
    candidates.into_iter().find(|dir| has_server(dir))
}

fn has_server(dir: &Path) -> bool {
    ["initdb", "postgres"].iter().all(|program| dir.join(program).is_file())
}
