//! The dual-engine seam: a [`Store`] opens SQLite or PostgreSQL, and repositories speak to either through a
//! [`Conn`].
//!
//! - [`Store::reader`] is for look-ups by key: inline, no thread hop on SQLite.
//! - [`Store::scan`] is for whatever may touch many rows: off the runtime's threads on SQLite.
//! - [`Store::write`] runs a [`UnitOfWork`] in one transaction. It returns after the database's full sync.
//!   A caller that goes away does not cancel it.

mod backup;
pub(crate) mod conn;
pub(crate) mod dialect;
pub(crate) mod param;
mod postgres;
pub(crate) mod row;
pub(crate) mod sql;
mod sqlite;

use std::{future::Future, path::PathBuf, pin::pin, sync::Arc, task};

pub use conn::Conn;
pub use postgres::PostgresOptions;

use crate::{Error, Result};

/// Which database engine a store runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// The embedded default.
    Sqlite,
    /// For several stateless nodes.
    Postgres,
}

/// Where the data lives.
#[derive(Debug, Clone)]
pub enum Location {
    /// A directory that holds `beadle.db`; created if missing. One process at a time.
    Directory(PathBuf),
    /// A PostgreSQL database.
    Postgres(Box<PostgresOptions>),
}

/// Work that happens in one transaction, or not at all.
///
/// It sees only the connection: no mail, no HTTP, no hashing inside. Ids and random values are made before, because
/// the work may run more than once (PostgreSQL retries on serialisation conflicts); where only the locked rows tell
/// whether they are needed, a new run draws new ones.
pub trait UnitOfWork: Send + Sync + 'static {
    /// What the work yields once it is durable.
    type Output: Send + 'static;
    /// Why the work may refuse; an `Err` rolls everything back.
    type Error: WorkError;

    /// Whether the work reads a bounded number of rows, found by index. [`Store::scan`] then runs it where the
    /// caller is, which saves a thread hop.
    fn is_bounded(&self) -> bool {
        false
    }

    /// Does the work.
    fn run(&self, conn: &mut Conn) -> impl Future<Output = Result<Self::Output, Self::Error>> + Send;
}

/// What a [`UnitOfWork`] may fail with.
pub trait WorkError: From<Error> + Send + 'static {
    /// Whether a concurrent writer is the reason, so that a second run can succeed or tell what happened.
    fn is_transient(&self) -> bool;
}

impl WorkError for Error {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Busy(_) | Self::Conflict { .. })
    }
}

/// A handle to the database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

enum Inner {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

impl Store {
    /// Opens the database and brings its schema up to date under a lock.
    ///
    /// # Errors
    /// [`Error::Busy`] when another process has the directory open.
    pub async fn open(location: &Location) -> Result<Self> {
        let inner = match location {
            Location::Directory(directory) => Inner::Sqlite(sqlite::Sqlite::open(directory).await?),
            Location::Postgres(options) => Inner::Postgres(postgres::Postgres::open(options).await?),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Reads the instance of a SQLite directory without opening it for work, so beside a running process.
    pub async fn peek_instance(directory: &std::path::Path) -> Result<Option<crate::instance::InstanceRow>> {
        let mut conn = sqlite::peek(directory)?;
        crate::instance::load(&mut conn).await
    }

    /// Copies the SQLite database of a directory to a file, beside a running process; gives the size in bytes.
    ///
    /// Positions of the copy's feed begin far beyond the original's: what was told after the copy was made cannot be
    /// mistaken for what a server on the copy will tell.
    pub async fn backup(directory: &std::path::Path, target: &std::path::Path) -> Result<u64> {
        let (directory, target) = (directory.to_owned(), target.to_owned());
        tokio::task::spawn_blocking(move || backup::copy(&directory, &target))
            .await
            .map_err(|error| Error::other(format!("backup: {error}")))?
    }

    /// The engine in use.
    pub fn engine(&self) -> Engine {
        match &*self.inner {
            Inner::Sqlite(_) => Engine::Sqlite,
            Inner::Postgres(_) => Engine::Postgres,
        }
    }

    /// A connection for look-ups by key. Each statement sees all that was committed before it.
    pub async fn reader(&self) -> Result<Reader<'_>> {
        match &*self.inner {
            Inner::Sqlite(sqlite) => Ok(Reader { conn: Some(sqlite.take_reader()?), home: Some(sqlite) }),
            Inner::Postgres(postgres) => Ok(Reader { conn: Some(postgres.connection().await?), home: None }),
        }
    }

    /// As [`Store::reader`], from a place of its own: a storm of requests cannot take it. For one task, which keeps it.
    pub async fn dedicated(&self) -> Result<Reader<'_>> {
        match &*self.inner {
            Inner::Sqlite(_) => self.reader().await,
            Inner::Postgres(postgres) => Ok(Reader { conn: Some(postgres.dedicated().await?), home: None }),
        }
    }

    /// Runs read-only work that may touch many rows.
    pub async fn scan<W: UnitOfWork>(&self, work: W) -> Result<W::Output, W::Error> {
        match &*self.inner {
            Inner::Postgres(postgres) => work.run(&mut postgres.connection().await?).await,
            Inner::Sqlite(_) if work.is_bounded() => work.run(&mut *self.reader().await?).await,
            Inner::Sqlite(_) => {
                let store = self.clone();
                let scanned = tokio::task::spawn_blocking(move || {
                    let Inner::Sqlite(sqlite) = &*store.inner else { unreachable!("engine is fixed") };
                    let mut conn = sqlite.take_reader()?;
                    let outcome = ready(work.run(&mut conn));
                    sqlite.give_back(conn);
                    outcome
                });
                scanned.await.map_err(|error| Error::other(format!("scan: {error}")))?
            }
        }
    }

    /// Runs the work in one transaction and returns once it is durable.
    pub async fn write<W: UnitOfWork>(&self, work: W) -> Result<W::Output, W::Error> {
        match &*self.inner {
            Inner::Sqlite(sqlite) => sqlite.write(work).await,
            Inner::Postgres(postgres) => postgres.write(work).await,
        }
    }

    /// Finishes queued writes and closes the database. Later calls fail with [`Error::Busy`].
    pub async fn close(&self) {
        match &*self.inner {
            Inner::Sqlite(sqlite) => sqlite.close().await,
            Inner::Postgres(postgres) => postgres.close(),
        }
    }
}

/// A borrowed read connection.
pub struct Reader<'a> {
    conn: Option<Conn>,
    home: Option<&'a sqlite::Sqlite>,
}

impl Reader<'_> {
    /// Closes the connection instead of leaving it to others: it is in the middle of something.
    pub fn discard(mut self) {
        if let Some(conn) = self.conn.take() {
            conn.discard();
        }
    }
}

impl std::ops::Deref for Reader<'_> {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        self.conn.as_ref().expect("present until drop")
    }
}

impl std::ops::DerefMut for Reader<'_> {
    fn deref_mut(&mut self) -> &mut Conn {
        self.conn.as_mut().expect("present until drop")
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        if let (Some(home), Some(conn)) = (self.home, self.conn.take()) {
            home.give_back(conn);
        }
    }
}

/// Finishes a future that never waits: SQLite answers inside the call.
fn ready<T, E: From<Error>>(future: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    let mut context = task::Context::from_waker(task::Waker::noop());
    match pin!(future).poll(&mut context) {
        task::Poll::Ready(outcome) => outcome,
        task::Poll::Pending => {
            Err(Error::other("a unit of work waited for something else than the database").into())
        }
    }
}
