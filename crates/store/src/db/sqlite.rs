//! SQLite: one writer thread with group commit, a small pool of readers.

use std::{
    fs::{File, OpenOptions},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, config::DbConfig};
use tokio::sync::{mpsc, oneshot};

use super::{
    UnitOfWork,
    conn::{Conn, Inner},
    ready,
};
use crate::{Error, Result, migrate};

/// Jobs waiting for the writer. Beyond it callers wait, which is the back-pressure.
const QUEUE: usize = 4096;
/// Jobs that share one commit at most: bounds how long the first of them waits.
const BATCH: usize = 256;
/// How long a caller waits for a place in the queue before it is told that the database is busy.
const QUEUE_TIMEOUT: Duration = Duration::from_secs(10);
/// How often the lock on the directory is tried again, and how long after the last time.
const LOCK_TRIES: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(25);
/// Readers kept open. More are opened under load and closed afterwards.
const IDLE_READERS: usize = 8;
const STATEMENT_CACHE: usize = 256;

pub(super) struct Sqlite {
    path: PathBuf,
    readers: Mutex<Vec<Conn>>,
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    writer: Mutex<Option<thread::JoinHandle<()>>>,
    /// Held until the store is closed: a second process on the same files is refused. `None` after that.
    lock: Mutex<Option<File>>,
}

/// A queued unit of work. It runs inside a savepoint and says what to do once the shared commit is known.
type Job = Box<dyn FnOnce(&mut Conn) -> Ran + Send>;

struct Ran {
    keep: bool,
    /// Called with the commit's failure, or `None` when the work is durable.
    finish: Box<dyn FnOnce(Option<String>) + Send>,
}

impl Sqlite {
    pub(super) async fn open(directory: &Path) -> Result<Self> {
        let directory = directory.to_owned();
        tokio::task::spawn_blocking(move || Self::open_blocking(&directory))
            .await
            .map_err(|error| Error::other(format!("open: {error}")))?
    }

    fn open_blocking(directory: &Path) -> Result<Self> {
        create_private_directory(directory)?;
        let lock = lock(&directory.join("beadle.lock"))?;
        let path = directory.join("beadle.db");
        let mut writer = Conn(Inner::Sqlite(connect(&path, OpenFlags::SQLITE_OPEN_CREATE)?));
        ready(migrate::run(&mut writer))?;
        let (sender, receiver) = mpsc::channel(QUEUE);
        let handle = thread::Builder::new()
            .name("beadle-writer".into())
            .spawn(move || write_loop(writer, receiver))
            .map_err(|error| Error::other(format!("writer thread: {error}")))?;
        Ok(Self {
            path,
            readers: Mutex::default(),
            jobs: Mutex::new(Some(sender)),
            writer: Mutex::new(Some(handle)),
            lock: Mutex::new(Some(lock)),
        })
    }

    pub(super) fn take_reader(&self) -> Result<Conn> {
        if guard(&self.lock).is_none() {
            return Err(closed());
        }
        if let Some(conn) = guard(&self.readers).pop() {
            return Ok(conn);
        }
        let conn = connect(&self.path, OpenFlags::empty())?;
        conn.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -4096;")?;
        Ok(Conn(Inner::Sqlite(conn)))
    }

    pub(super) fn give_back(&self, conn: Conn) {
        let open = guard(&self.lock).is_some();
        let mut readers = guard(&self.readers);
        if open && readers.len() < IDLE_READERS {
            readers.push(conn);
        }
    }

    pub(super) async fn write<W: UnitOfWork>(&self, work: W) -> Result<W::Output, W::Error> {
        let sender = guard(&self.jobs).clone().ok_or_else(closed)?;
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |conn| {
            let outcome = catch_unwind(AssertUnwindSafe(|| ready(work.run(conn))))
                .unwrap_or_else(|_| Err(Error::other("a unit of work panicked").into()));
            Ran {
                keep: outcome.is_ok(),
                finish: Box::new(move |failed| {
                    let outcome = match failed {
                        Some(message) => Err(Error::Other(message).into()),
                        None => outcome,
                    };
                    // The caller may have gone; the work is done all the same.
                    drop(reply.send(outcome));
                }),
            }
        });
        sender.send_timeout(job, QUEUE_TIMEOUT).await.map_err(|_| closed())?;
        answer.await.map_err(|_| W::Error::from(closed()))?
    }

    pub(super) async fn close(&self) {
        drop(guard(&self.jobs).take());
        let handle = guard(&self.writer).take();
        if let Some(handle) = handle {
            drop(tokio::task::spawn_blocking(move || handle.join()).await);
        }
        let lock = guard(&self.lock).take();
        guard(&self.readers).clear();
        // Last: the next owner finds nobody on the files.
        drop(lock);
    }
}

/// A read-only connection to a directory that another process may have open.
pub(super) fn peek(directory: &Path) -> Result<Conn> {
    let path = directory.join("beadle.db");
    if !path.exists() {
        return Err(Error::other(format!("{} does not exist", path.display())));
    }
    let conn = connect(&path, OpenFlags::empty())?;
    conn.execute_batch("PRAGMA query_only = ON")?;
    Ok(Conn(Inner::Sqlite(conn)))
}

fn closed() -> Error {
    Error::Busy("the database writer is closed or overloaded".into())
}

fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn create_private_directory(directory: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory).map_err(|error| Error::other(format!("{}: {error}", directory.display())))
}

fn lock(path: &Path) -> Result<File> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(|error| Error::other(format!("{}: {error}", path.display())))?;
    // Who held it may be on the way out, or have started a program that does not know yet that it has it, too.
    let mut taken = file.try_lock();
    for _ in 0..LOCK_TRIES {
        if !matches!(taken, Err(std::fs::TryLockError::WouldBlock)) {
            break;
        }
        thread::sleep(LOCK_PAUSE);
        taken = file.try_lock();
    }
    taken.map_err(|error| match error {
        std::fs::TryLockError::WouldBlock => Error::Busy(format!(
            "{} is in use by another beadle process; stop it or choose another --data-dir",
            path.parent().unwrap_or(path).display()
        )),
        std::fs::TryLockError::Error(error) => Error::other(format!("{}: {error}", path.display())),
    })?;
    Ok(file)
}

fn connect(path: &Path, extra: OpenFlags) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | extra;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(Duration::from_secs(5))?;
    conn.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
    // Plans must not depend on bound values: without this, SQLite prepares statements anew after each bind.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
         PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY;",
    )?;
    Ok(conn)
}

/// Takes whatever waits, runs it in one transaction, syncs once, then answers everybody.
fn write_loop(mut conn: Conn, mut jobs: mpsc::Receiver<Job>) {
    while let Some(first) = jobs.blocking_recv() {
        let mut finished = Vec::new();
        let mut failed = batch(&conn, "BEGIN IMMEDIATE").err();
        if failed.is_none() {
            let mut next = Some(first);
            while let Some(job) = next {
                finished.push(run_job(&mut conn, job));
                next = if finished.len() < BATCH { jobs.try_recv().ok() } else { None };
            }
            failed = batch(&conn, "COMMIT").err();
        }
        if let Some(error) = &failed {
            tracing::error!(%error, "commit failed");
            drop(batch(&conn, "ROLLBACK"));
        }
        let failed = failed.map(|error| error.to_string());
        for finish in finished {
            finish(failed.clone());
        }
    }
    // Leaves a single file behind on a clean stop.
    drop(batch(&conn, "PRAGMA wal_checkpoint(TRUNCATE)"));
}

fn run_job(conn: &mut Conn, job: Job) -> Box<dyn FnOnce(Option<String>) + Send> {
    if let Err(error) = batch(conn, "SAVEPOINT job") {
        let message = error.to_string();
        let ran = Box::new(move |_: Option<String>| drop(job));
        tracing::error!(message, "savepoint failed");
        return ran;
    }
    let ran = job(conn);
    let settled = if ran.keep {
        batch(conn, "RELEASE job")
    } else {
        batch(conn, "ROLLBACK TO job").and_then(|()| batch(conn, "RELEASE job"))
    };
    match settled {
        Ok(()) => ran.finish,
        Err(error) => {
            let message = error.to_string();
            Box::new(move |failed| (ran.finish)(failed.or(Some(message))))
        }
    }
}

fn batch(conn: &Conn, sql: &str) -> Result<()> {
    let Inner::Sqlite(conn) = &conn.0 else { unreachable!("engine is fixed") };
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    while rows.next()?.is_some() {}
    Ok(())
}
