//! Tokens of machines that only the server can judge.

use beadle_domain::{
    api_key::Life,
    credential::{Generation, Standing},
};
use beadle_types::{M2mTokenId, MachineId, Map, Timestamp, UserId};

use crate::{
    Conn, Error, Result,
    api_keys::NEWEST_FIRST,
    db::{UnitOfWork, param::params, row::Row, sql::Sql},
    listing::Listing,
    users, words,
};

macro_rules! columns {
    () => {
        concat!(
            "id, machine_id, user_id, generation, claims, scopes, fingerprint, token_hash, token, revoked_at, ",
            "revocation_reason, expire_at, last_used_at, created_at, updated_at"
        )
    };
}

pub(crate) static BY_ID: Sql = Sql::new(concat!("SELECT ", columns!(), " FROM m2m_tokens WHERE id = ?1"));
pub(crate) static BY_ID_LOCKED: Sql = Sql::split(
    concat!("SELECT ", columns!(), " FROM m2m_tokens WHERE id = ?1"),
    concat!("SELECT ", columns!(), " FROM m2m_tokens WHERE id = ?1 FOR UPDATE"),
);
pub(crate) static BY_HASH: Sql =
    Sql::new(concat!("SELECT ", columns!(), " FROM m2m_tokens WHERE token_hash = ?1"));
/// The one that lives longest of those that say the same.
pub(crate) static ALIKE: Sql = Sql::new(concat!(
    "SELECT ",
    columns!(),
    " FROM m2m_tokens WHERE machine_id = ?1 AND fingerprint = ?2 AND expire_at >= ?3 AND revoked_at IS NULL ",
    "ORDER BY expire_at DESC LIMIT 1"
));
pub(crate) static INSERT: Sql = Sql::new(concat!(
    "INSERT INTO m2m_tokens (",
    columns!(),
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)"
));
pub(crate) static REVOKE: Sql = Sql::new(
    "UPDATE m2m_tokens SET revoked_at = ?2, revocation_reason = ?3, updated_at = ?2 WHERE id = ?1 AND revoked_at IS NULL",
);
/// Of those who see one token at once, one writes it down.
pub(crate) static USED: Sql = Sql::new(
    "UPDATE m2m_tokens SET last_used_at = ?2 WHERE id = ?1 AND (last_used_at IS NULL OR last_used_at < ?2)",
);
pub(crate) static PRUNE: Sql =
    Sql::new("DELETE FROM m2m_tokens WHERE id IN (SELECT id FROM m2m_tokens WHERE expire_at < ?1 LIMIT ?2)");

/// A row of `m2m_tokens`.
#[derive(Debug, Clone)]
pub struct M2mTokenRow {
    /// Its id.
    pub id: M2mTokenId,
    /// Whose token.
    pub machine_id: MachineId,
    /// For whom the machine asks.
    pub user_id: Option<UserId>,
    /// What the machine has to say.
    pub claims: Option<Map>,
    /// Which machines it is good for.
    pub scopes: Vec<MachineId>,
    /// Of what it says.
    pub fingerprint: String,
    /// Hash of the token.
    pub token_hash: String,
    /// The token, sealed.
    pub token: String,
    /// Whether it is live, but for the machine.
    pub life: Life,
    /// Why it was taken back.
    pub revocation_reason: Option<String>,
    /// When it was last shown, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// Creation.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
}

fn read(row: &mut Row<'_>) -> Result<M2mTokenRow> {
    let id = row.parse()?;
    let machine_id = row.parse()?;
    let user_id = row.parse_opt()?;
    let generation = row.take::<Option<i64>>()?.map(Generation::from_stored);
    let claims = row.json_opt()?;
    let scopes = row.json()?;
    let fingerprint = row.take()?;
    let token_hash = row.take()?;
    let token = row.take()?;
    let revoked_at = row.take()?;
    let revocation_reason = row.take()?;
    let life = Life { generation, revoked_at, expire_at: Some(row.take()?) };
    Ok(M2mTokenRow {
        id,
        machine_id,
        user_id,
        claims,
        scopes,
        fingerprint,
        token_hash,
        token,
        life,
        revocation_reason,
        last_used_at: row.take()?,
        created_at: row.take()?,
        updated_at: row.take()?,
    })
}

/// The token.
pub async fn find(conn: &mut Conn, id: &M2mTokenId) -> Result<Option<M2mTokenRow>> {
    conn.query_opt(&BY_ID, params![id], read).await
}

/// The token, locked until the transaction ends.
pub async fn find_for_update(conn: &mut Conn, id: &M2mTokenId) -> Result<Option<M2mTokenRow>> {
    conn.query_opt(&BY_ID_LOCKED, params![id], read).await
}

/// The token with this hash.
pub async fn find_by_hash(conn: &mut Conn, token_hash: &str) -> Result<Option<M2mTokenRow>> {
    conn.query_opt(&BY_HASH, params![token_hash], read).await
}

/// A token of the machine that says the same and lives until then at least.
pub async fn find_alike(
    conn: &mut Conn,
    machine_id: &MachineId,
    fingerprint: &str,
    until: Timestamp,
) -> Result<Option<M2mTokenRow>> {
    conn.query_opt(&ALIKE, params![machine_id, fingerprint, until], read).await
}

/// The standing of the user for whom the machine asks, if it asks for one. Read after the token, so that it is newer.
pub async fn standing_of(conn: &mut Conn, row: &M2mTokenRow) -> Result<Option<Standing>> {
    match &row.user_id {
        Some(user_id) => users::standing(conn, user_id).await,
        None => Ok(None),
    }
}

/// Adds one.
pub async fn insert(conn: &mut Conn, row: &M2mTokenRow) -> Result<()> {
    let (claims, scopes) = (words::json_opt(row.claims.as_ref()), words::json_opt(Some(&row.scopes)));
    conn.execute(
        &INSERT,
        params![
            &row.id,
            &row.machine_id,
            &row.user_id,
            row.life.generation.map(Generation::get),
            &claims,
            &scopes,
            &row.fingerprint,
            &row.token_hash,
            &row.token,
            row.life.revoked_at,
            &row.revocation_reason,
            row.life.expire_at,
            row.last_used_at,
            row.created_at,
            row.updated_at,
        ],
    )
    .await?;
    Ok(())
}

/// Takes it back, unless that was done before.
pub async fn revoke(conn: &mut Conn, id: &M2mTokenId, reason: &Option<String>, now: Timestamp) -> Result<()> {
    conn.execute(&REVOKE, params![id, now, reason]).await?;
    Ok(())
}

/// Writes down that it was shown.
pub async fn used(conn: &mut Conn, id: &M2mTokenId, now: Timestamp) -> Result<()> {
    conn.execute(&USED, params![id, now]).await?;
    Ok(())
}

/// Deletes up to `limit` tokens that expired before a time; says how many.
pub async fn prune(conn: &mut Conn, before: Timestamp, limit: i64) -> Result<u64> {
    conn.execute(&PRUNE, params![before, limit]).await
}

/// A page of a machine's tokens, newest first, with how many there are on all pages.
#[derive(Debug, Clone)]
pub struct ListM2mTokens {
    /// Whose.
    pub machine_id: MachineId,
    /// Also those that were taken back.
    pub revoked: bool,
    /// Also those that have expired.
    pub expired: bool,
    /// Rows at most.
    pub limit: i64,
    /// Rows to skip.
    pub offset: i64,
    /// The time by which tokens have expired.
    pub now: Timestamp,
}

/// What [`M2mTokenRow`] is filtered by where those are left out that died with their user.
const LIVE_USER: &str = "(user_id IS NULL OR EXISTS (SELECT 1 FROM users WHERE users.id = m2m_tokens.user_id \
    AND users.generation = m2m_tokens.generation AND NOT users.banned))";

impl ListM2mTokens {
    pub(crate) fn listing(&self) -> Listing<'_> {
        let mut list = Listing::new("m2m_tokens", columns!());
        let n = list.bind(&self.machine_id);
        list.must(format!("machine_id = ?{n}"));
        if !self.revoked {
            list.must("revoked_at IS NULL".into());
            list.must(LIVE_USER.into());
        }
        if !self.expired {
            let n = list.bind(self.now);
            list.must(format!("expire_at > ?{n}"));
        }
        list
    }
}

impl UnitOfWork for ListM2mTokens {
    type Output = (Vec<(M2mTokenRow, Option<Standing>)>, i64);
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<Self::Output> {
        let list = self.listing();
        let total = list.total(conn).await?;
        let rows = list.page(conn, NEWEST_FIRST, (self.limit, self.offset), read).await?;
        let mut tokens = Vec::with_capacity(rows.len());
        for row in rows {
            let standing = standing_of(conn, &row).await?;
            tokens.push((row, standing));
        }
        Ok((tokens, total))
    }
}
