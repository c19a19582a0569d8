//! The revocation feed: what services that verify tokens themselves must refuse, in one order for everybody.
//!
//! A position in the feed must never become visible after a later one, or a reader that has gone past it would
//! miss it. SQLite has one writer, so its row numbers will do. On PostgreSQL a row number is given before its
//! transaction commits; there, entries get their `position` from [`place`] once they are committed. A reader
//! that finds entries without one gives them theirs, so nothing waits for the node that wrote them.

use beadle_domain::credential::Generation;
use beadle_types::{SessionId, Timestamp, UserId};

use crate::{
    Conn, Result, UnitOfWork,
    db::{Engine, param::params, row::Row, sql::Sql},
};

pub(crate) static INSERT: Sql = Sql::new(
    "INSERT INTO revocations (user_id, generation, session_id, expire_at, created_at) \
     VALUES (?1, ?2, ?3, ?4, ?5)",
);
pub(crate) static AFTER: Sql = Sql::split(
    "SELECT seq, user_id, generation, session_id, expire_at, created_at FROM revocations \
     WHERE seq > ?1 ORDER BY seq LIMIT ?2",
    "SELECT position AS seq, user_id, generation, session_id, expire_at, created_at FROM revocations \
     WHERE position > ?1 ORDER BY position LIMIT ?2",
);
pub(crate) static LIVE: Sql = Sql::split(
    "SELECT seq, user_id, generation, session_id, expire_at, created_at FROM revocations \
     WHERE expire_at > ?1",
    "SELECT position AS seq, user_id, generation, session_id, expire_at, created_at FROM revocations \
     WHERE expire_at > ?1 AND position IS NOT NULL",
);
pub(crate) static HEAD: Sql = Sql::split(
    "SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'revocations'), 0) AS head",
    "SELECT head FROM feed",
);
pub(crate) static OF_USER: Sql = Sql::split(
    "SELECT seq FROM revocations WHERE user_id = ?1 AND generation = ?2",
    "SELECT position AS seq FROM revocations WHERE user_id = ?1 AND generation = ?2",
);
pub(crate) static PRUNE: Sql = Sql::new(
    "DELETE FROM revocations WHERE seq IN \
     (SELECT seq FROM revocations WHERE expire_at < ?1 ORDER BY expire_at LIMIT ?2)",
);
pub(crate) static LOOK: Sql =
    Sql::postgres_only("SELECT head, EXISTS (SELECT 1 FROM revocations WHERE position IS NULL) FROM feed");
pub(crate) static UNPLACE: Sql =
    Sql::postgres_only("UPDATE revocations SET position = NULL WHERE expire_at > ?1");
pub(crate) static LOCK_HEAD: Sql = Sql::postgres_only("SELECT head FROM feed FOR UPDATE");
/// ?1 is the time. The commit may have taken long, as when it waits for a standby, and tokens were made meanwhile. A node
/// of the version before writes no `expire_at`; its ordinary tokens live an hour at the most.
pub(crate) static PLACE: Sql = Sql::postgres_only(
    "UPDATE revocations r SET position = (SELECT head FROM feed) + w.n, \
     expire_at = COALESCE(r.expire_at, r.created_at + 3600000) + GREATEST(0, ?1 - r.created_at) FROM \
     (SELECT seq, row_number() OVER (ORDER BY seq) AS n FROM revocations WHERE position IS NULL) w \
     WHERE r.seq = w.seq",
);
pub(crate) static MOVE_HEAD: Sql = Sql::postgres_only(
    "UPDATE feed SET head = GREATEST(head, (SELECT COALESCE(MAX(position), 0) FROM revocations))",
);
pub(crate) static SET_HEAD: Sql = Sql::postgres_only("UPDATE feed SET head = ?1");

/// How far positions are moved on when the database has gone back, or is copied: more than are given meanwhile.
pub(crate) const POSITION_JUMP: i64 = 1 << 40;

/// What a verifier must refuse from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Revocation {
    /// Every credential of the user below this generation.
    User(UserId, Generation),
    /// One session.
    Session(SessionId),
}

/// An entry of the feed.
#[derive(Debug, Clone)]
pub struct RevocationRow {
    /// Its position.
    pub seq: i64,
    /// What is revoked.
    pub revocation: Revocation,
    /// When the last token it concerns has ended.
    pub expire_at: Timestamp,
    /// When it was revoked.
    pub created_at: Timestamp,
}

fn read(row: &mut Row<'_>) -> Result<RevocationRow> {
    let seq = row.take()?;
    let user_id: Option<UserId> = row.parse_opt()?;
    let generation: Option<i64> = row.take()?;
    let session_id: Option<SessionId> = row.parse_opt()?;
    let revocation = match (user_id, generation, session_id) {
        (Some(user), Some(value), None) => Revocation::User(user, Generation::from_stored(value)),
        (None, None, Some(session)) => Revocation::Session(session),
        _ => return Err(crate::Error::other(format!("revocation {seq} names neither user nor session"))),
    };
    Ok(RevocationRow { seq, revocation, expire_at: row.take()?, created_at: row.take()? })
}

/// Adds a revocation to the transaction.
pub async fn add(
    conn: &mut Conn,
    revocation: &Revocation,
    expire_at: Timestamp,
    now: Timestamp,
) -> Result<()> {
    let params = match revocation {
        Revocation::User(user_id, generation) => {
            params![user_id, *generation, None::<&str>, expire_at, now].to_vec()
        }
        Revocation::Session(session_id) => {
            params![None::<&str>, None::<i64>, session_id, expire_at, now].to_vec()
        }
    };
    conn.execute(&INSERT, &params).await?;
    Ok(())
}

/// Entries after a position, in order.
pub async fn after(conn: &mut Conn, seq: i64, limit: i64) -> Result<Vec<RevocationRow>> {
    conn.query(&AFTER, params![seq, limit], read).await
}

/// Where the user's entry for a generation is in the feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// There is none: nothing had to be told, or it was long ago.
    Gone,
    /// It waits for its place.
    Waiting,
    /// Here.
    At(i64),
}

/// See [`Position`].
pub async fn position_of(conn: &mut Conn, user_id: &UserId, generation: Generation) -> Result<Position> {
    let found = conn.query_opt(&OF_USER, params![user_id, generation], |row| row.take()).await?;
    Ok(found.map_or(Position::Gone, |place: Option<i64>| place.map_or(Position::Waiting, Position::At)))
}

/// Makes everything ready that was committed until now, for a reader that knows the feed up to a position.
///
/// A database may go back: to a standby that lacked the last commits, or to a backup. Then the positions that it gives
/// next were given before, and whoever knows those would not look again; so what still matters is told anew, further on.
pub async fn prepare(conn: &mut Conn, known: i64, now: Timestamp, expire_after: Timestamp) -> Result<()> {
    if conn.engine() == Engine::Sqlite {
        return Ok(());
    }
    let look = conn.query_one(&LOOK, params![], |row| Ok((row.take::<i64>()?, row.take::<bool>()?)));
    let (head, has_unplaced) = look.await?;
    if head < known {
        tell_anew(conn, known, expire_after).await?;
    }
    // Once: what is committed from now on is for the next look.
    if head < known || has_unplaced { place(conn, now).await } else { Ok(()) }
}

async fn tell_anew(conn: &mut Conn, known: i64, expire_after: Timestamp) -> Result<()> {
    tracing::warn!(known, "the database has gone back: telling anew what still matters");
    // The database ends the transaction of a node that stops in the middle: others wait for it.
    conn.batch("BEGIN; SET LOCAL idle_in_transaction_session_timeout = 1000").await?;
    let outcome = set_forward(conn, known, expire_after).await;
    conn.batch(if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" }).await?;
    outcome
}

async fn set_forward(conn: &mut Conn, known: i64, expire_after: Timestamp) -> Result<()> {
    let head: i64 = conn.query_one(&LOCK_HEAD, params![], |row| row.take()).await?;
    // Another node may have done it.
    if head < known {
        conn.execute(&UNPLACE, params![expire_after]).await?;
        conn.execute(&SET_HEAD, params![known + POSITION_JUMP]).await?;
    }
    Ok(())
}

/// Deletes up to `limit` entries that expired before a time; says how many.
pub async fn prune(conn: &mut Conn, before: Timestamp, limit: i64) -> Result<u64> {
    conn.execute(&PRUNE, params![before, limit]).await
}

/// Everything that still matters, and the newest position: what a node starts from.
pub struct Load {
    /// Entries that expired before are left out.
    pub expire_after: Timestamp,
}

impl UnitOfWork for Load {
    type Output = (i64, Vec<RevocationRow>);
    type Error = crate::Error;

    async fn run(&self, conn: &mut Conn) -> Result<Self::Output> {
        // First the head: entries that are placed between the two statements are then in the list, not lost.
        let head: i64 = conn.query_one(&HEAD, params![], |row| row.take()).await?;
        let mut entries = conn.query(&LIVE, params![self.expire_after], read).await?;
        entries.sort_by_key(|entry| entry.seq);
        let head = entries.last().map_or(head, |newest| newest.seq.max(head));
        Ok((head, entries))
    }
}

/// Gives the committed entries their places, in one order over all nodes. Does nothing on SQLite.
pub async fn place(conn: &mut Conn, now: Timestamp) -> Result<()> {
    if conn.engine() == Engine::Sqlite {
        return Ok(());
    }
    // Whoever waits for the lock sees, in the next statement, all that the one before has placed. One message to the
    // database: a node that stops in the middle must not keep the lock from the others.
    let [lock, place, head] = [&LOCK_HEAD, &PLACE, &MOVE_HEAD].map(Sql::postgres);
    let place = place.replace("$1", &now.to_string());
    let placed = conn.batch(&format!("BEGIN; {lock}; {place}; {head}; COMMIT")).await;
    if placed.is_err() {
        conn.batch("ROLLBACK").await?;
    }
    placed
}
