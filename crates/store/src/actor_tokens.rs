//! Actor tokens.

use std::time::Duration;

use beadle_domain::credential::Generation;
use beadle_types::{ActorTokenId, Map, SignInTokenStatus, Timestamp, UserId};

use crate::{
    Conn, Result,
    db::{param::params, row::Row, sql::Sql},
    words,
};

macro_rules! columns {
    () => {
        concat!(
            "id, user_id, generation, actor, actor_id, actor_generation, token_hash, status, session_seconds, ",
            "expire_at, created_at, updated_at"
        )
    };
}

pub(crate) static BY_ID: Sql = Sql::new(concat!("SELECT ", columns!(), " FROM actor_tokens WHERE id = ?1"));
pub(crate) static BY_HASH: Sql =
    Sql::new(concat!("SELECT ", columns!(), " FROM actor_tokens WHERE token_hash = ?1"));
pub(crate) static INSERT: Sql = Sql::new(concat!(
    "INSERT INTO actor_tokens (",
    columns!(),
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
));
/// Of those who settle one token at once, one does.
pub(crate) static SETTLE: Sql =
    Sql::new("UPDATE actor_tokens SET status = ?2, updated_at = ?3 WHERE id = ?1 AND status = 'pending'");
pub(crate) static PRUNE: Sql = Sql::new(
    "DELETE FROM actor_tokens WHERE id IN (SELECT id FROM actor_tokens WHERE expire_at < ?1 LIMIT ?2)",
);

/// A row of `actor_tokens`.
#[derive(Debug, Clone)]
pub struct ActorTokenRow {
    /// Its id.
    pub id: ActorTokenId,
    /// As whom its holder acts.
    pub user_id: UserId,
    /// The user's generation when it was made.
    pub generation: Generation,
    /// Who acts, in the words of whoever made it.
    pub actor: Map,
    /// Who acts, where that is a user too, and their generation when it was made.
    pub acting_user: Option<(UserId, Generation)>,
    /// Hash of the ticket.
    pub token_hash: String,
    /// Where it stands.
    pub status: SignInTokenStatus,
    /// How long the session lasts at most.
    pub session_lifetime: Duration,
    /// From when on it is refused.
    pub expire_at: Timestamp,
    /// Creation.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
}

fn read(row: &mut Row<'_>) -> Result<ActorTokenRow> {
    let id = row.parse()?;
    let user_id = row.parse()?;
    let generation = row.take()?;
    let actor = row.json()?;
    let acting = row.parse_opt()?;
    let acting_generation = row.take::<Option<i64>>()?.map(Generation::from_stored);
    Ok(ActorTokenRow {
        id,
        user_id,
        generation,
        actor,
        acting_user: acting.zip(acting_generation),
        token_hash: row.take()?,
        status: words::read(&row.take::<String>()?)?,
        session_lifetime: Duration::from_secs(u64::try_from(row.take::<i64>()?).unwrap_or_default()),
        expire_at: row.take()?,
        created_at: row.take()?,
        updated_at: row.take()?,
    })
}

/// The token.
pub async fn find(conn: &mut Conn, id: &ActorTokenId) -> Result<Option<ActorTokenRow>> {
    conn.query_opt(&BY_ID, params![id], read).await
}

/// The token whose ticket has this hash.
pub async fn find_by_hash(conn: &mut Conn, token_hash: &str) -> Result<Option<ActorTokenRow>> {
    conn.query_opt(&BY_HASH, params![token_hash], read).await
}

/// Adds one.
pub async fn insert(conn: &mut Conn, row: &ActorTokenRow) -> Result<()> {
    let actor = serde_json::to_string(&row.actor).unwrap_or_default();
    let (acting, acting_generation) = row.acting_user.clone().unzip();
    conn.execute(
        &INSERT,
        params![
            &row.id,
            &row.user_id,
            row.generation,
            &actor,
            &acting,
            acting_generation.map(Generation::get),
            &row.token_hash,
            words::write(&row.status).as_str(),
            i64::try_from(row.session_lifetime.as_secs()).unwrap_or(i64::MAX),
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
    id: &ActorTokenId,
    status: SignInTokenStatus,
    now: Timestamp,
) -> Result<bool> {
    Ok(conn.execute(&SETTLE, params![id, words::write(&status).as_str(), now]).await? > 0)
}

/// Deletes up to `limit` tokens that expired before a time; says how many.
pub async fn prune(conn: &mut Conn, before: Timestamp, limit: i64) -> Result<u64> {
    conn.execute(&PRUNE, params![before, limit]).await
}
