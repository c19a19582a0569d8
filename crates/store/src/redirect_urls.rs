//! Addresses that browsers and apps may be sent to.

use beadle_types::{RedirectUrlId, Timestamp};

use crate::{
    Conn, Error, Result,
    db::{UnitOfWork, param::params, row::Row, sql::Sql},
    listing::{CreatedAt, Listing, Order},
};

macro_rules! columns {
    () => {
        "id, url, created_at, updated_at"
    };
}

pub(crate) static BY_ID: Sql = Sql::new(concat!("SELECT ", columns!(), " FROM redirect_urls WHERE id = ?1"));
pub(crate) static INSERT: Sql = Sql::new(concat!(
    "INSERT INTO redirect_urls (",
    columns!(),
    ") VALUES (?1, ?2, ?3, ?4) ON CONFLICT (url) DO NOTHING"
));
pub(crate) static DELETE: Sql = Sql::new("DELETE FROM redirect_urls WHERE id = ?1");
pub(crate) static COUNT: Sql = Sql::new("SELECT COUNT(*) FROM redirect_urls");
pub(crate) static ALL: Sql = Sql::new("SELECT url FROM redirect_urls ORDER BY created_at, id LIMIT ?1");

/// A row of `redirect_urls`.
#[derive(Debug, Clone)]
pub struct RedirectUrlRow {
    /// Its id.
    pub id: RedirectUrlId,
    /// The address.
    pub url: String,
    /// Creation.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
}

fn read(row: &mut Row<'_>) -> Result<RedirectUrlRow> {
    Ok(RedirectUrlRow {
        id: row.parse()?,
        url: row.take()?,
        created_at: row.take()?,
        updated_at: row.take()?,
    })
}

/// The address with this id.
pub async fn find(conn: &mut Conn, id: &RedirectUrlId) -> Result<Option<RedirectUrlRow>> {
    conn.query_opt(&BY_ID, params![id], read).await
}

/// Adds one. Says whether it was not there yet.
pub async fn insert(conn: &mut Conn, row: &RedirectUrlRow) -> Result<bool> {
    let values = params![&row.id, &row.url, row.created_at, row.updated_at];
    Ok(conn.execute(&INSERT, values).await? > 0)
}

/// Takes one away. Says whether it was there.
pub async fn delete(conn: &mut Conn, id: &RedirectUrlId) -> Result<bool> {
    Ok(conn.execute(&DELETE, params![id]).await? > 0)
}

/// How many there are.
pub async fn count(conn: &mut Conn) -> Result<i64> {
    conn.query_one(&COUNT, params![], |row| row.take()).await
}

/// All addresses, but no more than that.
pub async fn all(conn: &mut Conn, limit: i64) -> Result<Vec<String>> {
    conn.query(&ALL, params![limit], |row| row.take()).await
}

/// A page of addresses, newest first.
#[derive(Debug, Clone)]
pub struct ListRedirectUrls {
    /// Rows at most.
    pub limit: i64,
    /// Rows to skip.
    pub offset: i64,
    /// Whether the total is wanted.
    pub with_total: bool,
}

impl UnitOfWork for ListRedirectUrls {
    type Output = (Vec<RedirectUrlRow>, Option<i64>);
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<Self::Output> {
        let list = Listing::new("redirect_urls", columns!());
        let total = if self.with_total { Some(list.total(conn).await?) } else { None };
        let order = Order { key: CreatedAt, descending: true };
        Ok((list.page(conn, order, (self.limit, self.offset), read).await?, total))
    }
}
