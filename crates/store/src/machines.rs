//! Machines, and which of them may ask which.

use beadle_types::{MachineId, Timestamp};

use crate::{
    Conn, Error, Result,
    db::{Engine, UnitOfWork, dialect, param::params, row::Row, sql::Sql},
    listing::{Key, Listing, Order},
    words,
};

macro_rules! columns {
    () => {
        concat!(
            "id, name, default_token_ttl, secret_hash, secret, previous_hash, previous_until, created_at, ",
            "updated_at"
        )
    };
}

pub(crate) static BY_ID: Sql = Sql::new(concat!("SELECT ", columns!(), " FROM machines WHERE id = ?1"));
pub(crate) static BY_ID_LOCKED: Sql = Sql::split(
    concat!("SELECT ", columns!(), " FROM machines WHERE id = ?1"),
    concat!("SELECT ", columns!(), " FROM machines WHERE id = ?1 FOR UPDATE"),
);
pub(crate) static BY_SECRET: Sql = Sql::new(concat!(
    "SELECT ",
    columns!(),
    " FROM machines WHERE secret_hash = ?1 OR (previous_hash = ?1 AND previous_until > ?2)"
));
pub(crate) static INSERT: Sql =
    Sql::new(concat!("INSERT INTO machines (", columns!(), ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"));
pub(crate) static UPDATE: Sql =
    Sql::new("UPDATE machines SET name = ?2, default_token_ttl = ?3, updated_at = ?4 WHERE id = ?1");
pub(crate) static ROTATE: Sql = Sql::new(concat!(
    "UPDATE machines SET previous_hash = secret_hash, previous_until = ?4, secret_hash = ?2, secret = ?3, ",
    "updated_at = ?5 WHERE id = ?1"
));
pub(crate) static DELETE: Sql = Sql::new("DELETE FROM machines WHERE id = ?1");
pub(crate) static SCOPES: Sql = Sql::split(
    concat!(
        "SELECT from_id, ",
        columns!(),
        " FROM (SELECT from_id, to_id, created_at AS scoped_at FROM machine_scopes ",
        "WHERE from_id IN (SELECT value FROM json_each(?1))) AS scopes JOIN machines ON machines.id = scopes.to_id ",
        "ORDER BY scoped_at, id"
    ),
    concat!(
        "SELECT from_id, ",
        columns!(),
        " FROM (SELECT from_id, to_id, created_at AS scoped_at FROM machine_scopes ",
        "WHERE from_id = ANY (ARRAY(SELECT jsonb_array_elements_text(CAST(?1 AS TEXT)::jsonb)))) AS scopes ",
        "JOIN machines ON machines.id = scopes.to_id ORDER BY scoped_at, id"
    ),
);
pub(crate) static IS_SCOPED: Sql =
    Sql::new("SELECT created_at FROM machine_scopes WHERE from_id = ?1 AND to_id = ?2");
pub(crate) static ADD_SCOPE: Sql = Sql::new(
    "INSERT INTO machine_scopes (from_id, to_id, created_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
);
pub(crate) static DELETE_SCOPE: Sql =
    Sql::new("DELETE FROM machine_scopes WHERE from_id = ?1 AND to_id = ?2");
pub(crate) static DELETE_SCOPES: Sql =
    Sql::new("DELETE FROM machine_scopes WHERE from_id = ?1 OR to_id = ?1");

/// A row of `machines`.
#[derive(Debug, Clone)]
pub struct MachineRow {
    /// Its id.
    pub id: MachineId,
    /// What it is called.
    pub name: String,
    /// How many seconds its tokens live unless it says otherwise.
    pub default_token_ttl: i64,
    /// Hash of the secret key.
    pub secret_hash: String,
    /// The secret key, sealed.
    pub secret: String,
    /// Hash of the secret key before.
    pub previous_hash: Option<String>,
    /// Until when that one is taken.
    pub previous_until: Option<Timestamp>,
    /// Creation.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
}

fn read(row: &mut Row<'_>) -> Result<MachineRow> {
    Ok(MachineRow {
        id: row.parse()?,
        name: row.take()?,
        default_token_ttl: row.take()?,
        secret_hash: row.take()?,
        secret: row.take()?,
        previous_hash: row.take()?,
        previous_until: row.take()?,
        created_at: row.take()?,
        updated_at: row.take()?,
    })
}

/// The machine.
pub async fn find(conn: &mut Conn, id: &MachineId) -> Result<Option<MachineRow>> {
    conn.query_opt(&BY_ID, params![id], read).await
}

/// The machine, locked until the transaction ends.
pub async fn find_for_update(conn: &mut Conn, id: &MachineId) -> Result<Option<MachineRow>> {
    conn.query_opt(&BY_ID_LOCKED, params![id], read).await
}

/// The machine whose secret key has this hash, or had until lately.
pub async fn find_by_secret(
    conn: &mut Conn,
    secret_hash: &str,
    now: Timestamp,
) -> Result<Option<MachineRow>> {
    conn.query_opt(&BY_SECRET, params![secret_hash, now], read).await
}

/// Adds one.
pub async fn insert(conn: &mut Conn, row: &MachineRow) -> Result<()> {
    conn.execute(
        &INSERT,
        params![
            &row.id,
            &row.name,
            row.default_token_ttl,
            &row.secret_hash,
            &row.secret,
            &row.previous_hash,
            row.previous_until,
            row.created_at,
            row.updated_at,
        ],
    )
    .await?;
    Ok(())
}

/// Writes name and lifetime of tokens.
pub async fn update(conn: &mut Conn, row: &MachineRow) -> Result<()> {
    conn.execute(&UPDATE, params![&row.id, &row.name, row.default_token_ttl, row.updated_at]).await?;
    Ok(())
}

/// Gives it another secret key, and takes the old one until a time. Says whether it is there.
pub async fn rotate(
    conn: &mut Conn,
    id: &MachineId,
    (secret_hash, secret): (&str, &str),
    previous_until: Timestamp,
    now: Timestamp,
) -> Result<bool> {
    Ok(conn.execute(&ROTATE, params![id, secret_hash, secret, previous_until, now]).await? > 0)
}

/// Takes it away, with its scopes. Says whether it was there.
pub async fn delete(conn: &mut Conn, id: &MachineId) -> Result<bool> {
    conn.execute(&DELETE_SCOPES, params![id]).await?;
    Ok(conn.execute(&DELETE, params![id]).await? > 0)
}

/// Which machines each of these may ask, oldest scope first.
pub async fn scopes(conn: &mut Conn, ids: &[&MachineId]) -> Result<Vec<(MachineId, MachineRow)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids = words::json_opt(Some(&ids));
    conn.query(&SCOPES, params![&ids], |row| Ok((row.parse()?, read(row)?))).await
}

/// Whether one machine may ask another.
pub async fn is_scoped(conn: &mut Conn, from: &MachineId, to: &MachineId) -> Result<bool> {
    Ok(conn.query_opt(&IS_SCOPED, params![from, to], |row| row.take::<i64>()).await?.is_some())
}

/// Lets one machine ask another. Says whether that is new.
pub async fn add_scope(conn: &mut Conn, from: &MachineId, to: &MachineId, now: Timestamp) -> Result<bool> {
    Ok(conn.execute(&ADD_SCOPE, params![from, to, now]).await? > 0)
}

/// Lets one machine ask another no more. Says whether it could.
pub async fn delete_scope(conn: &mut Conn, from: &MachineId, to: &MachineId) -> Result<bool> {
    Ok(conn.execute(&DELETE_SCOPE, params![from, to]).await? > 0)
}

/// What machines are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MachineKey {
    /// Creation.
    CreatedAt,
    /// The name.
    Name,
}

impl Key for MachineKey {
    fn column(self) -> &'static str {
        match self {
            Self::CreatedAt => "created_at",
            Self::Name => "name",
        }
    }
}

/// A page of machines, with how many there are on all pages.
#[derive(Debug, Clone)]
pub struct ListMachines {
    /// The id, or text that the name has, whatever the case.
    pub query: Option<String>,
    /// In which order.
    pub order: Order<MachineKey>,
    /// Rows at most.
    pub limit: i64,
    /// Rows to skip.
    pub offset: i64,
}

/// What a text that is searched for is bound as: as an id, and as part of a name.
pub(crate) struct Sought {
    id: String,
    name: String,
    pattern: String,
}

impl ListMachines {
    pub(crate) fn sought(&self, engine: Engine) -> Option<Sought> {
        let id = self.query.clone()?;
        let name = id.to_lowercase();
        let pattern = dialect::pattern(engine, &["name"], &name);
        Some(Sought { id, name, pattern })
    }

    pub(crate) fn listing(engine: Engine, sought: Option<&Sought>) -> Listing<'_> {
        let mut list = Listing::new("machines", columns!());
        if let Some(Sought { id, name, pattern }) = sought {
            let (by_id, n) = (list.bind(id), list.bind(pattern));
            let by_name = dialect::search_names(engine, "machines", name, n);
            list.must(format!("(id = ?{by_id} OR {by_name})"));
        }
        list
    }
}

/// A machine, and those it may ask.
pub type WithScopes = (MachineRow, Vec<MachineRow>);

impl UnitOfWork for ListMachines {
    type Output = (Vec<WithScopes>, i64);
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<Self::Output> {
        let sought = self.sought(conn.engine());
        let list = Self::listing(conn.engine(), sought.as_ref());
        let total = list.total(conn).await?;
        let rows = list.page(conn, self.order, (self.limit, self.offset), read).await?;
        let ids: Vec<&MachineId> = rows.iter().map(|row| &row.id).collect();
        let mut scopes = scopes(conn, &ids).await?;
        let with_scopes = |row: MachineRow| {
            let own = scopes.extract_if(.., |(from, _)| *from == row.id).map(|(_, to)| to).collect();
            (row, own)
        };
        Ok((rows.into_iter().map(with_scopes).collect(), total))
    }
}
