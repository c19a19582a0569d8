//! Templates of tokens that the Backend API has made.

use beadle_types::{JwtTemplateId, Map, Timestamp};

use crate::{
    Conn, Error, Result,
    db::{UnitOfWork, param::params, row::Row, sql::Sql},
    listing::{CreatedAt, Listing, Order},
};

macro_rules! columns {
    () => {
        concat!(
            "id, name, claims, lifetime, allowed_clock_skew, signing_algorithm, signing_key, created_at, ",
            "updated_at"
        )
    };
}

pub(crate) static BY_ID: Sql = Sql::new(concat!("SELECT ", columns!(), " FROM jwt_templates WHERE id = ?1"));
pub(crate) static BY_ID_LOCKED: Sql = Sql::split(
    concat!("SELECT ", columns!(), " FROM jwt_templates WHERE id = ?1"),
    concat!("SELECT ", columns!(), " FROM jwt_templates WHERE id = ?1 FOR UPDATE"),
);
pub(crate) static BY_NAME: Sql =
    Sql::new(concat!("SELECT ", columns!(), " FROM jwt_templates WHERE name = ?1"));
/// Of those who take a name at once, one gets it.
pub(crate) static INSERT: Sql = Sql::new(concat!(
    "INSERT INTO jwt_templates (",
    columns!(),
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (name) DO NOTHING"
));
pub(crate) static UPDATE: Sql = Sql::new(
    "UPDATE jwt_templates SET name = ?2, claims = ?3, lifetime = ?4, allowed_clock_skew = ?5, \
     signing_algorithm = ?6, signing_key = ?7, updated_at = ?8 WHERE id = ?1",
);
pub(crate) static DELETE: Sql = Sql::new("DELETE FROM jwt_templates WHERE id = ?1");

/// A row of `jwt_templates`.
#[derive(Debug, Clone)]
pub struct JwtTemplateRow {
    /// Its id.
    pub id: JwtTemplateId,
    /// By which tokens are asked for.
    pub name: String,
    /// With shortcodes.
    pub claims: Map,
    /// In seconds.
    pub lifetime: i64,
    /// In seconds.
    pub allowed_clock_skew: i64,
    /// The name of the algorithm in the header.
    pub signing_algorithm: String,
    /// Sealed; the instance's key signs without it.
    pub signing_key: Option<String>,
    /// Creation.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
}

fn read(row: &mut Row<'_>) -> Result<JwtTemplateRow> {
    Ok(JwtTemplateRow {
        id: row.parse()?,
        name: row.take()?,
        claims: row.json()?,
        lifetime: row.take()?,
        allowed_clock_skew: row.take()?,
        signing_algorithm: row.take()?,
        signing_key: row.take()?,
        created_at: row.take()?,
        updated_at: row.take()?,
    })
}

/// The template.
pub async fn find(conn: &mut Conn, id: &JwtTemplateId) -> Result<Option<JwtTemplateRow>> {
    conn.query_opt(&BY_ID, params![id], read).await
}

/// The template, locked until the transaction ends.
pub async fn find_for_update(conn: &mut Conn, id: &JwtTemplateId) -> Result<Option<JwtTemplateRow>> {
    conn.query_opt(&BY_ID_LOCKED, params![id], read).await
}

/// The template of this name.
pub async fn find_by_name(conn: &mut Conn, name: &str) -> Result<Option<JwtTemplateRow>> {
    conn.query_opt(&BY_NAME, params![name], read).await
}

/// Adds one. Says whether the name was free.
pub async fn insert(conn: &mut Conn, row: &JwtTemplateRow) -> Result<bool> {
    let claims = serde_json::to_string(&row.claims).unwrap_or_default();
    let values = params![
        &row.id,
        &row.name,
        &claims,
        row.lifetime,
        row.allowed_clock_skew,
        &row.signing_algorithm,
        &row.signing_key,
        row.created_at,
        row.updated_at
    ];
    Ok(conn.execute(&INSERT, values).await? > 0)
}

/// Writes all that can change. The caller has seen that the name is free.
pub async fn update(conn: &mut Conn, row: &JwtTemplateRow) -> Result<()> {
    let claims = serde_json::to_string(&row.claims).unwrap_or_default();
    let values = params![
        &row.id,
        &row.name,
        &claims,
        row.lifetime,
        row.allowed_clock_skew,
        &row.signing_algorithm,
        &row.signing_key,
        row.updated_at
    ];
    conn.execute(&UPDATE, values).await?;
    Ok(())
}

/// Takes one away. Says whether it was there.
pub async fn delete(conn: &mut Conn, id: &JwtTemplateId) -> Result<bool> {
    Ok(conn.execute(&DELETE, params![id]).await? > 0)
}

/// A page of templates, newest first.
#[derive(Debug, Clone)]
pub struct ListJwtTemplates {
    /// Rows at most.
    pub limit: i64,
    /// Rows to skip.
    pub offset: i64,
    /// Whether the total is wanted.
    pub with_total: bool,
}

impl UnitOfWork for ListJwtTemplates {
    type Output = (Vec<JwtTemplateRow>, Option<i64>);
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<Self::Output> {
        let list = Listing::new("jwt_templates", columns!());
        let total = if self.with_total { Some(list.total(conn).await?) } else { None };
        let order = Order { key: CreatedAt, descending: true };
        Ok((list.page(conn, order, (self.limit, self.offset), read).await?, total))
    }
}
