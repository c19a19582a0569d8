//! Answers to handshakes, kept until the application's server fetches them by their nonce, once.

use beadle_types::{SessionId, Timestamp};

use crate::{
    Conn, Result,
    db::{param::params, sql::Sql},
};

pub(crate) static INSERT: Sql =
    Sql::new("INSERT INTO handshakes (nonce_hash, session_id, origin, expire_at) VALUES (?1, ?2, ?3, ?4)");
pub(crate) static TAKE: Sql = Sql::new(
    "DELETE FROM handshakes WHERE nonce_hash = ?1 RETURNING nonce_hash, session_id, origin, expire_at",
);
pub(crate) static PRUNE: Sql = Sql::new(
    "DELETE FROM handshakes WHERE nonce_hash IN (SELECT nonce_hash FROM handshakes WHERE expire_at < ?1 LIMIT ?2)",
);

/// A row of `handshakes`. What it yields is decided when it is fetched: by then the session may be dead.
#[derive(Debug, Clone)]
pub struct HandshakeRow {
    /// Hash of the nonce.
    pub nonce_hash: String,
    /// The session that was live when it was made.
    pub session_id: SessionId,
    /// The origin of the page.
    pub origin: String,
    /// When it is worth nothing any more.
    pub expire_at: Timestamp,
}

/// Adds one.
pub async fn insert(conn: &mut Conn, row: &HandshakeRow) -> Result<()> {
    conn.execute(&INSERT, params![&row.nonce_hash, &row.session_id, &row.origin, row.expire_at]).await?;
    Ok(())
}

/// Takes the one with this nonce away: nobody finds it again.
pub async fn take(conn: &mut Conn, nonce_hash: &str) -> Result<Option<HandshakeRow>> {
    conn.query_opt(&TAKE, params![nonce_hash], |row| {
        Ok(HandshakeRow {
            nonce_hash: row.take()?,
            session_id: row.parse()?,
            origin: row.take()?,
            expire_at: row.take()?,
        })
    })
    .await
}

/// Deletes up to `limit` that were not fetched in time; says how many.
pub async fn prune(conn: &mut Conn, before: Timestamp, limit: i64) -> Result<u64> {
    conn.execute(&PRUNE, params![before, limit]).await
}
