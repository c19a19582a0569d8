//! Who waits for an account.

use beadle_types::{Timestamp, WaitlistEntryId};

use crate::{
    Conn, Result,
    db::{param::params, sql::Sql},
};

pub(crate) static ID_BY_EMAIL: Sql = Sql::new("SELECT id FROM waitlist_entries WHERE email_address = ?1");
/// Two who join at once with one address get one entry.
pub(crate) static JOIN: Sql = Sql::new(
    "INSERT INTO waitlist_entries (id, email_address, status, created_at, updated_at) \
     VALUES (?1, ?2, ?3, ?4, ?4) \
     ON CONFLICT (email_address) DO UPDATE SET email_address = excluded.email_address RETURNING id",
);
/// Looks at no more rows than matter.
pub(crate) static COUNT_UP_TO: Sql =
    Sql::new("SELECT COUNT(*) FROM (SELECT 1 AS one FROM waitlist_entries LIMIT ?1) AS entries");

/// A row of `waitlist_entries`.
#[derive(Debug, Clone)]
pub struct WaitlistRow {
    /// Its id.
    pub id: WaitlistEntryId,
    /// Canonical.
    pub email_address: String,
    /// `pending`, `invited`, `completed` or `rejected`.
    pub status: &'static str,
    /// Creation.
    pub created_at: Timestamp,
}

/// The entry of an address.
pub async fn id_by_email(conn: &mut Conn, email_address: &str) -> Result<Option<WaitlistEntryId>> {
    conn.query_opt(&ID_BY_EMAIL, params![email_address], |row| row.parse()).await
}

/// Adds an entry; if the address has one already, says which.
pub async fn join(conn: &mut Conn, row: &WaitlistRow) -> Result<WaitlistEntryId> {
    let values = params![&row.id, &row.email_address, row.status, row.created_at];
    conn.query_one(&JOIN, values, |row| row.parse()).await
}

/// How many entries there are, counted no further than to `limit`.
pub async fn count_up_to(conn: &mut Conn, limit: i64) -> Result<i64> {
    conn.query_one(&COUNT_UP_TO, params![limit], |row| row.take()).await
}
