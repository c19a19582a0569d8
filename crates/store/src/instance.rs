//! The instance: its keys and settings. One row.

use beadle_types::{InstanceId, Timestamp};

use crate::{
    Conn, Result,
    db::{param::params, sql::Sql},
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
