//! Users whose dead sessions still wait to be settled as revoked. A ban adds one row here, whatever the number
//! of sessions.

use beadle_domain::credential::Generation;
use beadle_types::{Timestamp, UserId};

use crate::{
    Conn, Result,
    db::{param::params, sql::Sql},
};

pub(crate) static REQUEST: Sql = Sql::new(
    "INSERT INTO sweeps (user_id, below, requested_at) VALUES (?1, ?2, ?3) \
     ON CONFLICT (user_id) DO UPDATE SET below = excluded.below, requested_at = excluded.requested_at",
);
pub(crate) static PENDING: Sql = Sql::split(
    "SELECT user_id, below, requested_at FROM sweeps LIMIT ?1",
    "SELECT user_id, below, requested_at FROM sweeps LIMIT ?1 FOR UPDATE SKIP LOCKED",
);
pub(crate) static FINISH: Sql = Sql::new("DELETE FROM sweeps WHERE user_id = ?1 AND below = ?2");

/// A request to settle.
#[derive(Debug, Clone)]
pub struct Sweep {
    /// Whose sessions.
    pub user_id: UserId,
    /// Those of any smaller generation.
    pub below: Generation,
    /// When they died.
    pub requested_at: Timestamp,
}

/// Asks for the user's sessions below a generation to be settled.
pub async fn request(conn: &mut Conn, user_id: &UserId, below: Generation, now: Timestamp) -> Result<()> {
    conn.execute(&REQUEST, params![user_id, below, now]).await?;
    Ok(())
}

/// Requests that nobody else works on.
pub async fn pending(conn: &mut Conn, limit: i64) -> Result<Vec<Sweep>> {
    conn.query(&PENDING, params![limit], |row| {
        Ok(Sweep { user_id: row.parse()?, below: row.take()?, requested_at: row.take()? })
    })
    .await
}

/// Nothing is left to settle, unless a newer ban asked again meanwhile.
pub async fn finish(conn: &mut Conn, sweep: &Sweep) -> Result<()> {
    conn.execute(&FINISH, params![&sweep.user_id, sweep.below]).await?;
    Ok(())
}
