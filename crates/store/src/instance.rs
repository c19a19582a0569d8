//! The instance: its keys and settings. One row.

use beadle_types::{InstanceId, Timestamp};
use serde_json::Value;

use crate::{
    Conn, Result,
    db::{param::params, row::Row, sql::Sql},
};

pub(crate) static LOAD: Sql = Sql::new(
    "SELECT id, settings, secret_key, publishable_key, signing_key, created_at FROM instance \
     ORDER BY created_at LIMIT 1",
);
/// Nodes that start at once on one database agree on the first row.
pub(crate) static CREATE: Sql = Sql::new(
    "INSERT INTO instance (id, settings, secret_key, publishable_key, signing_key, created_at) \
     SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE NOT EXISTS (SELECT 1 FROM instance)",
);
pub(crate) static UPDATE: Sql =
    Sql::new("UPDATE instance SET settings = ?2, secret_key = ?3, publishable_key = ?4 WHERE id = ?1");
pub(crate) static LOCK: Sql = Sql::split("SELECT 1", "SELECT 1 FROM pg_advisory_xact_lock(4806317552)");

pub(crate) static TOKENS_EXPIRE_AT: Sql = Sql::new("SELECT tokens_expire_at FROM instance WHERE id = ?1");
pub(crate) static KEEP_TOKENS: Sql = Sql::new(
    "UPDATE instance SET tokens_expire_at = ?2 \
     WHERE id = ?1 AND (tokens_expire_at IS NULL OR tokens_expire_at < ?2)",
);

pub(crate) static CHANGES: Sql =
    Sql::new("SELECT version, changes FROM instance_changes WHERE instance_id = ?1");
pub(crate) static CHANGES_LOCKED: Sql = Sql::split(
    "SELECT version, changes FROM instance_changes WHERE instance_id = ?1",
    "SELECT version, changes FROM instance_changes WHERE instance_id = ?1 FOR UPDATE",
);
pub(crate) static CHANGES_BEYOND: Sql =
    Sql::new("SELECT version, changes FROM instance_changes WHERE instance_id = ?1 AND version > ?2");
/// So that there is a row to lock.
pub(crate) static BEGIN_CHANGES: Sql = Sql::new(
    "INSERT INTO instance_changes (instance_id, version, changes) VALUES (?1, 0, '{}') \
     ON CONFLICT (instance_id) DO NOTHING",
);
pub(crate) static SAVE_CHANGES: Sql =
    Sql::new("UPDATE instance_changes SET version = ?2, changes = ?3 WHERE instance_id = ?1");

/// Settings that were changed while the server ran.
#[derive(Debug, Clone, PartialEq)]
pub struct Changes {
    /// Grows with each change.
    pub version: i64,
    /// A partial object of settings.
    pub changes: Value,
}

impl Default for Changes {
    fn default() -> Self {
        Self { version: 0, changes: Value::Object(serde_json::Map::new()) }
    }
}

fn read_changes(row: &mut Row<'_>) -> Result<Changes> {
    Ok(Changes { version: row.take()?, changes: row.json()? })
}

/// What was changed so far.
pub async fn changes(conn: &mut Conn, id: &InstanceId) -> Result<Changes> {
    Ok(conn.query_opt(&CHANGES, params![id], read_changes).await?.unwrap_or_default())
}

/// As [`changes`], locked until the transaction ends.
pub async fn changes_for_update(conn: &mut Conn, id: &InstanceId) -> Result<Changes> {
    conn.execute(&BEGIN_CHANGES, params![id]).await?;
    conn.query_one(&CHANGES_LOCKED, params![id], read_changes).await
}

/// What was changed so far, if that is more than this version has.
pub async fn changes_beyond(conn: &mut Conn, id: &InstanceId, version: i64) -> Result<Option<Changes>> {
    conn.query_opt(&CHANGES_BEYOND, params![id, version], read_changes).await
}

/// Writes what was changed; the caller holds the lock.
pub async fn save_changes(conn: &mut Conn, id: &InstanceId, changes: &Changes) -> Result<()> {
    let text = changes.changes.to_string();
    conn.execute(&SAVE_CHANGES, params![id, changes.version, &text]).await?;
    Ok(())
}

/// The row of `instance`.
#[derive(Debug, Clone)]
pub struct InstanceRow {
    /// Its id; also the `kid` of its signing key.
    pub id: InstanceId,
    /// JSON.
    pub settings: String,
    /// Sealed.
    pub secret_key: String,
    /// Public.
    pub publishable_key: String,
    /// Sealed PKCS#8.
    pub signing_key: String,
    /// Creation.
    pub created_at: Timestamp,
}

/// The instance, if this database has one yet.
pub async fn load(conn: &mut Conn) -> Result<Option<InstanceRow>> {
    conn.query_opt(&LOAD, params![], |row| {
        Ok(InstanceRow {
            id: row.parse()?,
            settings: row.take()?,
            secret_key: row.take()?,
            publishable_key: row.take()?,
            signing_key: row.take()?,
            created_at: row.take()?,
        })
    })
    .await
}

/// Creates the instance unless there is one. Nodes that do this at once wait for each other.
pub async fn create(conn: &mut Conn, row: &InstanceRow) -> Result<()> {
    conn.query_opt(&LOCK, params![], |_| Ok(())).await?;
    conn.execute(
        &CREATE,
        params![
            &row.id,
            &row.settings,
            &row.secret_key,
            &row.publishable_key,
            &row.signing_key,
            row.created_at
        ],
    )
    .await?;
    Ok(())
}

/// Writes settings and keys.
pub async fn update(conn: &mut Conn, row: &InstanceRow) -> Result<()> {
    conn.execute(&UPDATE, params![&row.id, &row.settings, &row.secret_key, &row.publishable_key]).await?;
    Ok(())
}

/// When the last token made under an earlier, longer lifetime ends.
pub async fn tokens_expire_at(conn: &mut Conn, id: &InstanceId) -> Result<Option<Timestamp>> {
    conn.query_one(&TOKENS_EXPIRE_AT, params![id], |row| row.take()).await
}

/// Remembers that tokens made so far may live until then.
pub async fn keep_tokens(conn: &mut Conn, id: &InstanceId, expire_at: Timestamp) -> Result<()> {
    conn.execute(&KEEP_TOKENS, params![id, expire_at]).await?;
    Ok(())
}
