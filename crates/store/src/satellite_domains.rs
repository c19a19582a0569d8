//! Domains besides the primary one, which follows from the publishable key.

use beadle_types::{DomainId, Timestamp};

use crate::{
    Conn, Result,
    db::{param::params, row::Row, sql::Sql},
};

macro_rules! columns {
    () => {
        "id, name, proxy_url, created_at, updated_at"
    };
}

pub(crate) static BY_ID_LOCKED: Sql = Sql::split(
    concat!("SELECT ", columns!(), " FROM satellite_domains WHERE id = ?1"),
    concat!("SELECT ", columns!(), " FROM satellite_domains WHERE id = ?1 FOR UPDATE"),
);
pub(crate) static BY_NAME: Sql =
    Sql::new(concat!("SELECT ", columns!(), " FROM satellite_domains WHERE name = ?1"));
pub(crate) static INSERT: Sql = Sql::new(concat!(
    "INSERT INTO satellite_domains (",
    columns!(),
    ") VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (name) DO NOTHING"
));
pub(crate) static UPDATE: Sql =
    Sql::new("UPDATE satellite_domains SET name = ?2, proxy_url = ?3, updated_at = ?4 WHERE id = ?1");
pub(crate) static DELETE: Sql = Sql::new("DELETE FROM satellite_domains WHERE id = ?1");
pub(crate) static COUNT: Sql = Sql::new("SELECT COUNT(*) FROM satellite_domains");
pub(crate) static ALL: Sql =
    Sql::new(concat!("SELECT ", columns!(), " FROM satellite_domains ORDER BY created_at, id LIMIT ?1"));

/// A row of `satellite_domains`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainRow {
    /// Its id.
    pub id: DomainId,
    /// A host, in development perhaps with a port.
    pub name: String,
    /// Where its proxy to the Frontend API is.
    pub proxy_url: Option<String>,
    /// Creation.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
}

fn read(row: &mut Row<'_>) -> Result<DomainRow> {
    Ok(DomainRow {
        id: row.parse()?,
        name: row.take()?,
        proxy_url: row.take()?,
        created_at: row.take()?,
        updated_at: row.take()?,
    })
}

/// The domain, locked until the transaction ends.
pub async fn find_for_update(conn: &mut Conn, id: &DomainId) -> Result<Option<DomainRow>> {
    conn.query_opt(&BY_ID_LOCKED, params![id], read).await
}

/// The domain of this name.
pub async fn find_by_name(conn: &mut Conn, name: &str) -> Result<Option<DomainRow>> {
    conn.query_opt(&BY_NAME, params![name], read).await
}

/// Adds one. Says whether the name was free.
pub async fn insert(conn: &mut Conn, row: &DomainRow) -> Result<bool> {
    let values = params![&row.id, &row.name, &row.proxy_url, row.created_at, row.updated_at];
    Ok(conn.execute(&INSERT, values).await? > 0)
}

/// Writes name and proxy. The caller has seen that the name is free.
pub async fn update(conn: &mut Conn, row: &DomainRow) -> Result<()> {
    conn.execute(&UPDATE, params![&row.id, &row.name, &row.proxy_url, row.updated_at]).await?;
    Ok(())
}

/// Takes one away. Says whether it was there.
pub async fn delete(conn: &mut Conn, id: &DomainId) -> Result<bool> {
    Ok(conn.execute(&DELETE, params![id]).await? > 0)
}

/// How many there are.
pub async fn count(conn: &mut Conn) -> Result<i64> {
    conn.query_one(&COUNT, params![], |row| row.take()).await
}

/// All domains, but no more than that, oldest first.
pub async fn all(conn: &mut Conn, limit: i64) -> Result<Vec<DomainRow>> {
    conn.query(&ALL, params![limit], read).await
}
