//! Forward-only schema migrations: numbered files per engine, applied once, in order, under a lock.

use crate::{
    Conn, Error, Result,
    db::{Engine, param::params, sql::Sql},
};

struct Migration {
    version: i64,
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! migrations {
    ($($version:literal: $file:literal;)+) => {
        &[$(Migration {
            version: $version,
            sqlite: include_str!(concat!("../migrations/sqlite/", $file)),
            postgres: include_str!(concat!("../migrations/postgres/", $file)),
        }),+]
    };
}

/// A new one must leave the statements of the version before working: nodes are restarted one after the other.
const MIGRATIONS: &[Migration] = migrations! {
    1: "0001_init.sql";
    2: "0002_feed.sql";
    3: "0003_proofs.sql";
    5: "0005_factors.sql";
    6: "0006_messages.sql";
    7: "0007_oauth.sql";
    8: "0008_handshakes.sql";
    9: "0009_waitlist_images.sql";
    10: "0010_actor_tokens.sql";
    11: "0011_lists.sql";
    12: "0012_backend.sql";
    13: "0013_webhooks.sql";
    14: "0014_instance.sql";
    15: "0015_machines.sql";
    16: "0016_indexes.sql";
    17: "0017_acting.sql";
};

/// Any constant does, as long as nobody else uses it on this database.
const ADVISORY_LOCK: &str = "SELECT pg_advisory_lock(4806317551)";
const ADVISORY_UNLOCK: &str = "SELECT pg_advisory_unlock(4806317551)";

const CREATE_LEDGER: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (version BIGINT NOT NULL PRIMARY KEY, checksum TEXT NOT NULL)";
static APPLIED: Sql = Sql::new("SELECT version, checksum FROM schema_migrations ORDER BY version");
static RECORD: Sql = Sql::new("INSERT INTO schema_migrations (version, checksum) VALUES (?1, ?2)");

/// Applies what is missing. The caller holds the lock (SQLite: the process is alone on the file).
pub(crate) async fn run(conn: &mut Conn) -> Result<()> {
    conn.batch(CREATE_LEDGER).await?;
    let applied =
        conn.query(&APPLIED, params![], |row| Ok((row.take::<i64>()?, row.take::<String>()?))).await?;
    let newest = MIGRATIONS.last().map_or(0, |migration| migration.version);
    if let Some((version, _)) = applied.iter().find(|(version, _)| *version > newest) {
        return Err(Error::other(format!("the database has schema {version}, newer than this beadle knows")));
    }
    for migration in MIGRATIONS {
        let text = match conn.engine() {
            Engine::Sqlite => migration.sqlite,
            Engine::Postgres => migration.postgres,
        };
        let checksum = beadle_domain::secret::token_hash(text);
        match applied.iter().find(|(version, _)| *version == migration.version) {
            Some((_, known)) if *known == checksum => {}
            Some(_) => {
                return Err(Error::other(format!(
                    "migration {} was applied with another text; the database belongs to another build",
                    migration.version
                )));
            }
            None => apply(conn, migration.version, text, &checksum).await?,
        }
    }
    Ok(())
}

async fn apply(conn: &mut Conn, version: i64, text: &str, checksum: &str) -> Result<()> {
    conn.batch("BEGIN").await?;
    conn.batch(text).await?;
    conn.execute(&RECORD, params![version, checksum]).await?;
    conn.batch("COMMIT").await?;
    tracing::info!(version, "schema migrated");
    Ok(())
}

/// Like [`run`], for several nodes that may start at once on PostgreSQL.
pub(crate) async fn run_locked(conn: &mut Conn) -> Result<()> {
    conn.batch(ADVISORY_LOCK).await?;
    let outcome = run(conn).await;
    if outcome.is_err() {
        // A failed migration leaves its transaction open; ending it is all that is left to do.
        drop(conn.batch("ROLLBACK").await);
    }
    conn.batch(ADVISORY_UNLOCK).await?;
    outcome
}

#[cfg(test)]
mod tests;
