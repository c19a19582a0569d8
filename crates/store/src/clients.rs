//! Clients: the devices that sessions live on.

use beadle_types::{ClientId, SessionId, SignInId, SignUpId, Timestamp};

use crate::{
    Conn, Error, Result,
    db::{UnitOfWork, param::params, row::Row, sql::Sql},
    sessions::{self, SessionRecord},
};

pub(crate) static BY_TOKEN: Sql = Sql::new(
    "SELECT id, token_hash, last_active_session_id, sign_in_id, sign_up_id, last_authentication_strategy, \
     created_at, updated_at FROM clients WHERE token_hash = ?1",
);
pub(crate) static BY_ID: Sql = Sql::new(
    "SELECT id, token_hash, last_active_session_id, sign_in_id, sign_up_id, last_authentication_strategy, \
     created_at, updated_at FROM clients WHERE id = ?1",
);
pub(crate) static LIST: Sql = Sql::new(
    "SELECT id, token_hash, last_active_session_id, sign_in_id, sign_up_id, last_authentication_strategy, \
     created_at, updated_at FROM clients ORDER BY created_at DESC, id DESC LIMIT ?1 OFFSET ?2",
);
pub(crate) static COUNT: Sql = Sql::new("SELECT COUNT(*) FROM clients");
pub(crate) static INSERT: Sql = Sql::new(
    "INSERT INTO clients (id, token_hash, last_active_session_id, sign_in_id, sign_up_id, \
     last_authentication_strategy, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
);
pub(crate) static UPDATE: Sql = Sql::new(
    "UPDATE clients SET last_active_session_id = ?2, sign_in_id = ?3, sign_up_id = ?4, \
     last_authentication_strategy = ?5, updated_at = ?6 WHERE id = ?1",
);

pub(crate) static RETIRE: Sql = Sql::new(
    "UPDATE clients SET token_hash = ?2, last_active_session_id = NULL, sign_in_id = NULL, sign_up_id = NULL, \
     updated_at = ?3 WHERE id = ?1",
);
pub(crate) static ROTATE: Sql = Sql::new("UPDATE clients SET token_hash = ?2 WHERE id = ?1");
pub(crate) static PRUNE: Sql = Sql::new(
    "DELETE FROM clients WHERE id IN (SELECT id FROM clients WHERE updated_at < ?1 AND NOT EXISTS \
     (SELECT 1 FROM sessions WHERE sessions.client_id = clients.id) LIMIT ?2)",
);

/// A row of `clients`.
#[derive(Debug, Clone)]
pub struct ClientRow {
    /// Its id.
    pub id: ClientId,
    /// Hash of the secret in the `__client` cookie.
    pub token_hash: String,
    /// The session that was used last.
    pub last_active_session_id: Option<SessionId>,
    /// The sign-in under way.
    pub sign_in_id: Option<SignInId>,
    /// The sign-up under way.
    pub sign_up_id: Option<SignUpId>,
    /// How the last session was opened.
    pub last_authentication_strategy: Option<String>,
    /// Creation.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
}

impl ClientRow {
    /// A client that holds nothing yet.
    pub fn new(id: ClientId, token_hash: String, now: Timestamp) -> Self {
        Self {
            id,
            token_hash,
            last_active_session_id: None,
            sign_in_id: None,
            sign_up_id: None,
            last_authentication_strategy: None,
            created_at: now,
            updated_at: now,
        }
    }
}

fn read(row: &mut Row<'_>) -> Result<ClientRow> {
    Ok(ClientRow {
        id: row.parse()?,
        token_hash: row.take()?,
        last_active_session_id: row.parse_opt()?,
        sign_in_id: row.parse_opt()?,
        sign_up_id: row.parse_opt()?,
        last_authentication_strategy: row.take()?,
        created_at: row.take()?,
        updated_at: row.take()?,
    })
}

/// The client whose secret has this hash.
pub async fn find_by_token(conn: &mut Conn, token_hash: &str) -> Result<Option<ClientRow>> {
    conn.query_opt(&BY_TOKEN, params![token_hash], read).await
}

/// The client with this id.
pub async fn find(conn: &mut Conn, id: &ClientId) -> Result<Option<ClientRow>> {
    conn.query_opt(&BY_ID, params![id], read).await
}

/// Adds one.
pub async fn insert(conn: &mut Conn, row: &ClientRow) -> Result<()> {
    conn.execute(
        &INSERT,
        params![
            &row.id,
            &row.token_hash,
            &row.last_active_session_id,
            &row.sign_in_id,
            &row.sign_up_id,
            &row.last_authentication_strategy,
            row.created_at,
            row.updated_at,
        ],
    )
    .await?;
    Ok(())
}

/// Writes back what changes.
pub async fn update(conn: &mut Conn, row: &ClientRow) -> Result<()> {
    conn.execute(
        &UPDATE,
        params![
            &row.id,
            &row.last_active_session_id,
            &row.sign_in_id,
            &row.sign_up_id,
            &row.last_authentication_strategy,
            row.updated_at,
        ],
    )
    .await?;
    Ok(())
}

/// Takes away what a client is found by and what it was doing. Its row stays for its sessions' sake.
pub async fn retire(conn: &mut Conn, id: &ClientId, token_hash: &str, now: Timestamp) -> Result<()> {
    conn.execute(&RETIRE, params![id, token_hash, now]).await?;
    Ok(())
}

/// Gives the client another secret.
pub async fn rotate(conn: &mut Conn, id: &ClientId, token_hash: &str) -> Result<()> {
    conn.execute(&ROTATE, params![id, token_hash]).await?;
    Ok(())
}

/// Deletes up to `limit` clients that hold nothing and were not used since a time; says how many.
pub async fn prune(conn: &mut Conn, before: Timestamp, limit: i64) -> Result<u64> {
    conn.execute(&PRUNE, params![before, limit]).await
}

/// A page of clients, newest first, with the sessions that look live.
#[derive(Debug, Clone)]
pub struct ListClients {
    /// Rows at most.
    pub limit: i64,
    /// Rows to skip.
    pub offset: i64,
    /// Whether the total is wanted.
    pub with_total: bool,
    /// The time that sessions are looked at.
    pub now: Timestamp,
}

impl UnitOfWork for ListClients {
    type Output = (Vec<(ClientRow, Vec<SessionRecord>)>, Option<i64>);
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<Self::Output> {
        let total = if self.with_total {
            Some(conn.query_one(&COUNT, params![], |row| row.take()).await?)
        } else {
            None
        };
        let rows = conn.query(&LIST, params![self.limit, self.offset], read).await?;
        let ids: Vec<_> = rows.iter().map(|row| &row.id).collect();
        let mut sessions = sessions::of_clients(conn, &ids, self.now).await?;
        let with_sessions = |row: ClientRow| {
            let live = sessions.remove(&row.id).unwrap_or_default();
            (row, live)
        };
        Ok((rows.into_iter().map(with_sessions).collect(), total))
    }
}
