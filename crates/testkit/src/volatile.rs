//! Where tests keep what need not survive the machine.

use std::{env, path::PathBuf, sync::OnceLock};

use rustix::fs::{Access, access, statvfs};

/// Memory that is mounted as a directory, on Linux.
const MEMORY: &str = "/dev/shm";
/// A cluster with the databases of the tests that run at one time takes a tenth of it.
const ENOUGH_BYTES: u64 = 2 << 30;

/// A directory for files that are made and removed by the thousand: in memory where there is enough of it, because
/// file systems on disks take long to make files where others have just been removed.
pub(crate) fn directory() -> PathBuf {
    static PLACE: OnceLock<PathBuf> = OnceLock::new();
    PLACE.get_or_init(|| if there_is_memory() { MEMORY.into() } else { env::temp_dir() }).clone()
}

fn there_is_memory() -> bool {
    let free = statvfs(MEMORY).map_or(0, |shown| shown.f_bavail * shown.f_frsize);
    free >= ENOUGH_BYTES && access(MEMORY, Access::WRITE_OK).is_ok()
}
