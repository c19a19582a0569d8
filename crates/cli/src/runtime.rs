//! The asynchronous runtimes: many threads for the server, one for a command.

use std::{thread, time::Duration};

use tokio::runtime::{Builder, Runtime};

/// Threads for work that waits on the file system or scans tables. They exist while they are needed.
const BLOCKING_THREADS: usize = 16;
const BLOCKING_KEEP_ALIVE: Duration = Duration::from_secs(5);

/// As many workers as cores.
pub(crate) fn for_server() -> std::io::Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(thread::available_parallelism().map_or(2, usize::from))
        .max_blocking_threads(BLOCKING_THREADS)
        .thread_keep_alive(BLOCKING_KEEP_ALIVE)
        .thread_name("beadle")
        .enable_all()
        .build()
}

/// For a few requests.
pub(crate) fn for_command() -> std::io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}
