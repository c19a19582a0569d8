//! Services that follow the revocation feed, and how far each has come.

use beadle_types::Timestamp;

use crate::{
    Conn, Error, Result, UnitOfWork,
    db::{param::params, sql::Sql},
};

pub(crate) static CONNECT: Sql = Sql::new(
    "INSERT INTO verifiers (name, seq, connected, seen_at, node) VALUES (?1, ?2, TRUE, ?3, ?4) \
     ON CONFLICT (name) DO UPDATE SET seq = excluded.seq, connected = TRUE, seen_at = excluded.seen_at, \
     node = excluded.node WHERE verifiers.seen_at <= excluded.seen_at",
);
pub(crate) static SEEN: Sql = Sql::new(
    "UPDATE verifiers SET connected = ?2, seen_at = ?3 WHERE name = ?1 AND node = ?4 AND seen_at <= ?3",
);
pub(crate) static REACHED: Sql = Sql::new(
    "INSERT INTO verifiers (name, seq, connected, seen_at, node) VALUES (?1, ?2, TRUE, ?3, ?4) \
     ON CONFLICT (name) DO UPDATE SET seq = excluded.seq, seen_at = excluded.seen_at \
     WHERE verifiers.seq < excluded.seq",
);
pub(crate) static RECORD: Sql =
    Sql::new("INSERT INTO receipts (verifier, seq, received_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING");
/// The subquery is one look-up in the primary key per verifier.
pub(crate) static SEEN_SINCE: Sql = Sql::new(
    "SELECT name, seq, connected, seen_at, (SELECT r.received_at FROM receipts r \
     WHERE r.verifier = v.name AND r.seq >= ?2 ORDER BY r.seq LIMIT 1) AS received_at \
     FROM verifiers v WHERE seen_at > ?1 ORDER BY seen_at DESC LIMIT ?3",
);
pub(crate) static PRUNE: Sql = Sql::new(
    "DELETE FROM verifiers WHERE name IN \
     (SELECT name FROM verifiers WHERE seen_at < ?1 ORDER BY seen_at LIMIT ?2)",
);
/// The two inner columns together are the primary key.
pub(crate) static PRUNE_RECEIPTS: Sql = Sql::new(
    "DELETE FROM receipts WHERE (verifier, seq) IN \
     (SELECT verifier, seq FROM receipts WHERE received_at < ?1 ORDER BY received_at LIMIT ?2)",
);

/// Something about a verifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// It follows the feed from a position on; what it knew in an earlier life does not count.
    Connected {
        /// The position.
        seq: i64,
    },
    /// It is still there, or gone.
    Seen {
        /// Whether it is there.
        connected: bool,
    },
    /// It refuses everything up to a position.
    Reached {
        /// The position.
        seq: i64,
    },
}

/// Writes news about verifiers, oldest first.
pub struct Record {
    /// The node that tells.
    pub node: String,
    /// Name, what, and when.
    pub news: Vec<(String, News, Timestamp)>,
}

impl UnitOfWork for Record {
    type Output = ();
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<()> {
        let node = &self.node;
        for (name, news, at) in &self.news {
            match news {
                News::Connected { seq } => conn.execute(&CONNECT, params![name, *seq, *at, node]).await?,
                News::Seen { connected } => conn.execute(&SEEN, params![name, *connected, *at, node]).await?,
                News::Reached { seq } => {
                    conn.execute(&RECORD, params![name, *seq, *at]).await?;
                    conn.execute(&REACHED, params![name, *seq, *at, node]).await?
                }
            };
        }
        Ok(())
    }
}

/// A verifier as seen from one position.
#[derive(Debug, Clone)]
pub struct VerifierRow {
    /// The name it gave itself.
    pub name: String,
    /// Up to where it refuses everything.
    pub seq: i64,
    /// Whether it was there at `seen_at`.
    pub connected: bool,
    /// When it was last heard of.
    pub seen_at: Timestamp,
    /// When the first receipt at or beyond the position arrived.
    pub received_at: Option<Timestamp>,
}

/// The verifiers heard of since a time, the last one first, seen from a position.
pub async fn seen_since(
    conn: &mut Conn,
    since: Timestamp,
    position: i64,
    limit: i64,
) -> Result<Vec<VerifierRow>> {
    conn.query(&SEEN_SINCE, params![since, position, limit], |row| {
        Ok(VerifierRow {
            name: row.take()?,
            seq: row.take()?,
            connected: row.take()?,
            seen_at: row.take()?,
            received_at: row.take()?,
        })
    })
    .await
}

/// Deletes up to `limit` verifiers not heard of since a time, and as many receipts from before another; says how
/// many in all.
pub async fn prune(
    conn: &mut Conn,
    unseen_since: Timestamp,
    received_before: Timestamp,
    limit: i64,
) -> Result<u64> {
    let verifiers = conn.execute(&PRUNE, params![unseen_since, limit]).await?;
    Ok(verifiers + conn.execute(&PRUNE_RECEIPTS, params![received_before, limit]).await?)
}
