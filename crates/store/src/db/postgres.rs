//! PostgreSQL: a connection pool, and transactions that run to completion on their own task.

use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime, Timeouts};
use tokio_postgres::{Config, NoTls, config::SslMode};

use super::{
    UnitOfWork, WorkError,
    conn::{Conn, Inner},
};
use crate::{Error, Result, migrate};

/// Runs of one unit of work at most, when PostgreSQL asks for a retry.
const ATTEMPTS: u32 = 5;

/// How to reach PostgreSQL.
#[derive(Debug, Clone)]
pub struct PostgresOptions {
    config: Config,
    pool_size: usize,
}

impl PostgresOptions {
    /// Reads a `postgres://user:password@host:port/database?sslmode=…` URL.
    ///
    /// # Errors
    /// [`Error::Other`] names what is wrong with it; the password is not repeated.
    pub fn from_url(url: &str) -> Result<Self> {
        let mut config: Config =
            url.parse().map_err(|error| Error::other(format!("database URL: {error}")))?;
        if config.get_application_name().is_none() {
            config.application_name("beadle");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(5));
        }
        if config.get_tcp_user_timeout().is_none() {
            // A primary that has vanished from the network answers nothing, not even that it is gone.
            config.tcp_user_timeout(Duration::from_secs(5));
        }
        Ok(Self { config, pool_size: 16 })
    }

    /// Connections per node at most.
    #[must_use]
    pub fn pool_size(mut self, size: usize) -> Self {
        self.pool_size = size;
        self
    }
}

pub(super) struct Postgres {
    pool: Pool,
    /// One connection beside the pool.
    dedicated: Pool,
}

fn pool(options: &PostgresOptions, size: usize) -> Result<Pool> {
    let recycle = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = if options.config.get_ssl_mode() == SslMode::Disable {
        Manager::from_config(options.config.clone(), NoTls, recycle)
    } else {
        Manager::from_config(options.config.clone(), tls()?, recycle)
    };
    let timeouts = Timeouts {
        wait: Some(Duration::from_secs(10)),
        create: Some(Duration::from_secs(10)),
        recycle: Some(Duration::from_secs(5)),
    };
    Pool::builder(manager)
        .max_size(size)
        .timeouts(timeouts)
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|error| Error::other(format!("postgres pool: {error}")))
}

impl Postgres {
    pub(super) async fn open(options: &PostgresOptions) -> Result<Self> {
        let pool = pool(options, options.pool_size)?;
        let postgres = Self { pool, dedicated: self::pool(options, 1)? };
        migrate::run_locked(&mut postgres.connection().await?).await?;
        Ok(postgres)
    }

    pub(super) async fn connection(&self) -> Result<Conn> {
        Ok(Conn(Inner::Postgres(self.pool.get().await?)))
    }

    pub(super) async fn dedicated(&self) -> Result<Conn> {
        Ok(Conn(Inner::Postgres(self.dedicated.get().await?)))
    }

    pub(super) async fn write<W: UnitOfWork>(&self, work: W) -> Result<W::Output, W::Error> {
        let pool = self.pool.clone();
        let task = tokio::spawn(async move {
            let mut attempt = 1;
            loop {
                match transact(&pool, &work).await {
                    Err(Failure { error, retry: true }) if attempt < ATTEMPTS => {
                        tokio::time::sleep(Duration::from_millis(u64::from(attempt) * 5)).await;
                        attempt += 1;
                        drop(error);
                    }
                    Err(Failure { error, .. }) => return Err(error),
                    Ok(output) => return Ok(output),
                }
            }
        });
        task.await.map_err(|error| W::Error::from(Error::other(format!("unit of work: {error}"))))?
    }

    pub(super) fn close(&self) {
        self.pool.close();
        self.dedicated.close();
    }
}

struct Failure<E> {
    error: E,
    retry: bool,
}

impl<E: From<Error>> From<Error> for Failure<E> {
    fn from(error: Error) -> Self {
        Self { retry: matches!(error, Error::Busy(_)), error: error.into() }
    }
}

async fn transact<W: UnitOfWork>(pool: &Pool, work: &W) -> Result<W::Output, Failure<W::Error>> {
    let client = pool.get().await.map_err(Error::from)?;
    client.batch_execute("BEGIN").await.map_err(Error::from)?;
    let mut transaction = Transaction(Some(Conn(Inner::Postgres(client))));
    let conn = transaction.0.as_mut().expect("taken only at the end");
    let outcome = work.run(conn).await;
    // A transaction in which a statement failed cannot be committed: PostgreSQL answers COMMIT with a quiet
    // rollback. The empty statement fails there, so that work which swallowed an error is not acknowledged.
    let end = if outcome.is_ok() { "SELECT; COMMIT" } else { "ROLLBACK" };
    // A commit whose answer got lost may have happened: it is not run again.
    let ended = transaction.client().batch_execute(end).await;
    ended.map_err(|error| Failure { error: Error::from(error).into(), retry: false })?;
    transaction.done();
    outcome.map_err(|error| Failure { retry: error.is_transient(), error })
}

/// A connection inside a transaction. Dropped half-way (a panic), it is closed instead of going back to the
/// pool, so that nobody inherits the open transaction.
struct Transaction(Option<Conn>);

impl Transaction {
    fn client(&self) -> &Object {
        match &self.0 {
            Some(Conn(Inner::Postgres(client))) => client,
            _ => unreachable!("set at creation, taken only at the end"),
        }
    }

    fn done(mut self) {
        drop(self.0.take());
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if let Some(Conn(Inner::Postgres(client))) = self.0.take() {
            drop(Object::take(client));
        }
    }
}

fn tls() -> Result<tokio_postgres_rustls::MakeRustlsConnect> {
    let mut roots = rustls::RootCertStore::empty();
    for certificate in rustls_native_certs::load_native_certs().certs {
        // An unreadable certificate of the machine only makes its issuer unknown.
        drop(roots.add(certificate));
    }
    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::other(format!("TLS: {error}")))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(tokio_postgres_rustls::MakeRustlsConnect::new(config))
}
