//! A copy of a SQLite database in use.

use std::{
    fs::{File, OpenOptions},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
    time::Duration,
};

use rusqlite::{
    Connection, OpenFlags,
    backup::{Backup, StepResult},
};

use crate::{Error, Result, feed::POSITION_JUMP};

/// Pages per step; all of one snapshot, as the source is in WAL mode and read in one transaction.
const ALL_PAGES: i32 = -1;

/// Copies, checks and syncs. Leaves no file behind when it fails.
pub(super) fn copy(directory: &Path, target: &Path) -> Result<u64> {
    let source = directory.join("beadle.db");
    let source = Connection::open_with_flags(&source, OpenFlags::SQLITE_OPEN_READ_WRITE)
        .map_err(|error| Error::other(format!("{}: {error}", source.display())))?;
    source.busy_timeout(Duration::from_secs(5))?;
    // Made here, so that a file that exists is never written over, and nobody else can read the digests in it.
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    options.open(target).map_err(|error| Error::other(error.to_string()))?;
    let size = fill(&source, target);
    if size.is_err() {
        drop(std::fs::remove_file(target));
    }
    size
}

fn fill(source: &Connection, target: &Path) -> Result<u64> {
    let mut copy = Connection::open(target)?;
    let step = Backup::new(source, &mut copy)?.step(ALL_PAGES)?;
    if step != StepResult::Done {
        return Err(Error::Busy(format!("the database cannot be read now: {step:?}")));
    }
    // One file, nothing beside it.
    copy.pragma_update(None, "journal_mode", "DELETE")?;
    copy.execute("UPDATE sqlite_sequence SET seq = seq + ?1 WHERE name = 'revocations'", [POSITION_JUMP])?;
    copy.execute(
        "INSERT INTO sqlite_sequence (name, seq) SELECT 'revocations', ?1 \
         WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'revocations')",
        [POSITION_JUMP],
    )?;
    let verdict: String = copy.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Err(Error::other(format!("the copy is damaged: {verdict}")));
    }
    copy.close().map_err(|(_, error)| error)?;
    let file = File::open(target).map_err(|error| Error::other(error.to_string()))?;
    file.sync_all().map_err(|error| Error::other(error.to_string()))?;
    file.metadata().map(|metadata| metadata.len()).map_err(|error| Error::other(error.to_string()))
}
