//! Sign-in tokens.

use beadle_domain::credential::Generation;
use beadle_types::{SignInTokenId, SignInTokenStatus, Timestamp, UserId};

use crate::{
    Conn, Result,
    db::{param::params, row::Row, sql::Sql},
    words,
};

macro_rules! columns {
    () => {
        "id, user_id, generation, token_hash, status, expire_at, created_at, updated_at"
    };
}

pub(crate) static BY_ID: Sql = Sql::new(concat!("SELECT ", columns!(), " FROM sign_in_tokens WHERE id = ?1"));
pub(crate) static BY_HASH: Sql =
    Sql::new(concat!("SELECT ", columns!(), " FROM sign_in_tokens WHERE token_hash = ?1"));
pub(crate) static INSERT: Sql = Sql::new(concat!(
    "INSERT INTO sign_in_tokens (",
    columns!(),
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
));
/// Of those who settle one token at once, one does.
pub(crate) static SETTLE: Sql =
    Sql::new("UPDATE sign_in_tokens SET status = ?2, updated_at = ?3 WHERE id = ?1 AND status = 'pending'");
pub(crate) static PRUNE: Sql = Sql::new(
    "DELETE FROM sign_in_tokens WHERE id IN (SELECT id FROM sign_in_tokens WHERE expire_at < ?1 LIMIT ?2)",
);

/// A row of `sign_in_tokens`.
#[derive(Debug, Clone)]
pub struct SignInTokenRow {
    /// Its id.
    pub id: SignInTokenId,
    /// Whom it lets in.
    pub user_id: UserId,
    /// The user's generation when it was made.
    pub generation: Generation,
    /// Hash of the ticket.
    pub token_hash: String,
    /// Where it stands.
    pub status: SignInTokenStatus,
    /// From when on it is refused.
    pub expire_at: Timestamp,
    /// Creation.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
}

fn read(row: &mut Row<'_>) -> Result<SignInTokenRow> {
    Ok(SignInTokenRow {
        id: row.parse()?,
        user_id: row.parse()?,
        generation: row.take()?,
        token_hash: row.take()?,
        status: words::read(&row.take::<String>()?)?,
        expire_at: row.take()?,
        created_at: row.take()?,
        updated_at: row.take()?,
    })
}

/// The token.
pub async fn find(conn: &mut Conn, id: &SignInTokenId) -> Result<Option<SignInTokenRow>> {
    conn.query_opt(&BY_ID, params![id], read).await
}

/// The token whose ticket has this hash.
pub async fn find_by_hash(conn: &mut Conn, token_hash: &str) -> Result<Option<SignInTokenRow>> {
    conn.query_opt(&BY_HASH, params![token_hash], read).await
}

/// Adds one.
pub async fn insert(conn: &mut Conn, row: &SignInTokenRow) -> Result<()> {
    conn.execute(
        &INSERT,
        params![
            &row.id,
            &row.user_id,
            row.generation,
            &row.token_hash,
            words::write(&row.status).as_str(),
            row.expire_at,
            row.created_at,
            row.updated_at,
        ],
    )
    .await?;
    Ok(())
}

/// Uses a pending token or takes it back. Says whether it was pending.
pub async fn settle(
    conn: &mut Conn,
    id: &SignInTokenId,
    status: SignInTokenStatus,
    now: Timestamp,
) -> Result<bool> {
    Ok(conn.execute(&SETTLE, params![id, words::write(&status).as_str(), now]).await? > 0)
}

/// Deletes up to `limit` tokens that expired before a time; says how many.
pub async fn prune(conn: &mut Conn, before: Timestamp, limit: i64) -> Result<u64> {
    conn.execute(&PRUNE, params![before, limit]).await
}
