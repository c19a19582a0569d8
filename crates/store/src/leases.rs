//! Work that one node does for all. Whoever holds the lease does it; each new holder gets a larger token, and the
//! work shows its token inside its own transaction, so that a holder who slept past the end of the lease writes
//! nothing.

use beadle_types::Timestamp;

use crate::{
    Conn, Result, UnitOfWork,
    db::{param::params, sql::Sql},
};

pub(crate) static ACQUIRE: Sql = Sql::new(
    "INSERT INTO leases (name, holder, token, expire_at) VALUES (?1, ?2, 1, ?4) \
     ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expire_at = excluded.expire_at, \
     token = CASE WHEN leases.holder = excluded.holder THEN leases.token ELSE leases.token + 1 END \
     WHERE leases.holder = excluded.holder OR leases.expire_at <= ?3 RETURNING token",
);
/// Locked against a takeover until the transaction ends.
pub(crate) static HELD: Sql = Sql::split(
    "SELECT token FROM leases WHERE name = ?1 AND token = ?2",
    "SELECT token FROM leases WHERE name = ?1 AND token = ?2 FOR SHARE",
);

/// Takes or renews a lease.
pub struct Acquire {
    /// What the work is called.
    pub name: &'static str,
    /// Who wants to do it.
    pub holder: String,
    /// The time.
    pub now: Timestamp,
    /// Until when nobody else may.
    pub expire_at: Timestamp,
}

/// The right to do the work, until somebody else takes the lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fence {
    name: &'static str,
    token: i64,
}

impl UnitOfWork for Acquire {
    type Output = Option<Fence>;
    type Error = crate::Error;

    async fn run(&self, conn: &mut Conn) -> Result<Option<Fence>> {
        let params = params![self.name, &self.holder, self.now, self.expire_at];
        let token = conn.query_opt(&ACQUIRE, params, |row| row.take()).await?;
        Ok(token.map(|token| Fence { name: self.name, token }))
    }
}

/// Whether nobody has taken the lease since; to be asked in the transaction that does the work.
pub async fn is_held(conn: &mut Conn, fence: Fence) -> Result<bool> {
    let held = conn.query_opt(&HELD, params![fence.name, fence.token], |row| row.take::<i64>()).await?;
    Ok(held.is_some())
}
