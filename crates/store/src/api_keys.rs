//! API keys.

use beadle_domain::{
    api_key::Life,
    credential::{Generation, Standing},
};
use beadle_types::{ApiKeyId, Map, Timestamp, UserId};

use crate::{
    Conn, Error, Result,
    db::{Engine, UnitOfWork, dialect, param::params, row::Row, sql::Sql},
    listing::{Key, Listing, Order},
    users, words,
};

macro_rules! columns {
    () => {
        concat!(
            "id, type, subject, generation, name, description, claims, scopes, secret_hash, secret, created_by, ",
            "revoked_at, revocation_reason, expire_at, last_used_at, created_at, updated_at"
        )
    };
}

pub(crate) static BY_ID: Sql = Sql::new(concat!("SELECT ", columns!(), " FROM api_keys WHERE id = ?1"));
pub(crate) static BY_ID_LOCKED: Sql = Sql::split(
    concat!("SELECT ", columns!(), " FROM api_keys WHERE id = ?1"),
    concat!("SELECT ", columns!(), " FROM api_keys WHERE id = ?1 FOR UPDATE"),
);
pub(crate) static BY_HASH: Sql =
    Sql::new(concat!("SELECT ", columns!(), " FROM api_keys WHERE secret_hash = ?1"));
pub(crate) static INSERT: Sql = Sql::new(concat!(
    "INSERT INTO api_keys (",
    columns!(),
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)"
));
pub(crate) static UPDATE: Sql = Sql::new(concat!(
    "UPDATE api_keys SET subject = ?2, generation = ?3, description = ?4, claims = ?5, scopes = ?6, ",
    "revoked_at = ?7, revocation_reason = ?8, expire_at = ?9, updated_at = ?10 WHERE id = ?1"
));
/// Of those who see one key at once, one writes it down.
pub(crate) static USED: Sql = Sql::new(
    "UPDATE api_keys SET last_used_at = ?2 WHERE id = ?1 AND (last_used_at IS NULL OR last_used_at < ?2)",
);
pub(crate) static DELETE: Sql = Sql::new("DELETE FROM api_keys WHERE id = ?1");
pub(crate) static DELETE_OF: Sql = Sql::new("DELETE FROM api_keys WHERE subject = ?1");

/// A row of `api_keys`.
#[derive(Debug, Clone)]
pub struct ApiKeyRow {
    /// Its id.
    pub id: ApiKeyId,
    /// A word that sorts keys by use.
    pub kind: String,
    /// For whom its holder acts.
    pub subject: String,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// What the application has to say about it.
    pub claims: Option<Map>,
    /// What its holder may do.
    pub scopes: Vec<String>,
    /// Hash of the secret.
    pub secret_hash: String,
    /// The secret, sealed.
    pub secret: String,
    /// Who made it.
    pub created_by: Option<UserId>,
    /// Whether it is live.
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

impl ApiKeyRow {
    /// The user behind it, if the subject is one.
    pub fn user_id(&self) -> Option<UserId> {
        self.life.generation.and_then(|_| self.subject.parse().ok())
    }
}

fn generation(stored: i64) -> Option<Generation> {
    (stored > 0).then(|| Generation::from_stored(stored))
}

fn read(row: &mut Row<'_>) -> Result<ApiKeyRow> {
    let id = row.parse()?;
    let kind = row.take()?;
    let subject = row.take()?;
    let generation = generation(row.take()?);
    let name = row.take()?;
    let description = row.take()?;
    let claims = row.json_opt()?;
    let scopes = row.json()?;
    let secret_hash = row.take()?;
    let secret = row.take()?;
    let created_by = row.parse_opt()?;
    let revoked_at = row.take()?;
    let revocation_reason = row.take()?;
    let life = Life { generation, revoked_at, expire_at: row.take()? };
    Ok(ApiKeyRow {
        id,
        kind,
        subject,
        name,
        description,
        claims,
        scopes,
        secret_hash,
        secret,
        created_by,
        life,
        revocation_reason,
        last_used_at: row.take()?,
        created_at: row.take()?,
        updated_at: row.take()?,
    })
}

/// The key.
pub async fn find(conn: &mut Conn, id: &ApiKeyId) -> Result<Option<ApiKeyRow>> {
    conn.query_opt(&BY_ID, params![id], read).await
}

/// The key, locked until the transaction ends.
pub async fn find_for_update(conn: &mut Conn, id: &ApiKeyId) -> Result<Option<ApiKeyRow>> {
    conn.query_opt(&BY_ID_LOCKED, params![id], read).await
}

/// The key whose secret has this hash.
pub async fn find_by_hash(conn: &mut Conn, secret_hash: &str) -> Result<Option<ApiKeyRow>> {
    conn.query_opt(&BY_HASH, params![secret_hash], read).await
}

/// The standing of the user behind a key, if there is one. Read after the key, so that it is newer.
pub async fn standing_of(conn: &mut Conn, row: &ApiKeyRow) -> Result<Option<Standing>> {
    match row.user_id() {
        Some(user_id) => users::standing(conn, &user_id).await,
        None => Ok(None),
    }
}

/// Adds one.
pub async fn insert(conn: &mut Conn, row: &ApiKeyRow) -> Result<()> {
    let (claims, scopes) = (words::json_opt(row.claims.as_ref()), words::json_opt(Some(&row.scopes)));
    conn.execute(
        &INSERT,
        params![
            &row.id,
            &row.kind,
            &row.subject,
            row.life.generation.map_or(0, Generation::get),
            &row.name,
            &row.description,
            &claims,
            &scopes,
            &row.secret_hash,
            &row.secret,
            &row.created_by,
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

/// Whether a failed write was refused because the subject has a key of the same name.
pub fn is_name_taken(error: &Error) -> bool {
    matches!(error, Error::Conflict { constraint }
        if constraint == "api_keys_name" || constraint.contains("api_keys.name"))
}

/// Writes what can change.
pub async fn update(conn: &mut Conn, row: &ApiKeyRow) -> Result<()> {
    let (claims, scopes) = (words::json_opt(row.claims.as_ref()), words::json_opt(Some(&row.scopes)));
    conn.execute(
        &UPDATE,
        params![
            &row.id,
            &row.subject,
            row.life.generation.map_or(0, Generation::get),
            &row.description,
            &claims,
            &scopes,
            row.life.revoked_at,
            &row.revocation_reason,
            row.life.expire_at,
            row.updated_at,
        ],
    )
    .await?;
    Ok(())
}

/// Writes down that it was shown.
pub async fn used(conn: &mut Conn, id: &ApiKeyId, now: Timestamp) -> Result<()> {
    conn.execute(&USED, params![id, now]).await?;
    Ok(())
}

/// Takes it away. Says whether it was there.
pub async fn delete(conn: &mut Conn, id: &ApiKeyId) -> Result<bool> {
    Ok(conn.execute(&DELETE, params![id]).await? > 0)
}

/// Takes all away that act for this subject.
pub async fn delete_of(conn: &mut Conn, subject: &str) -> Result<()> {
    conn.execute(&DELETE_OF, params![subject]).await?;
    Ok(())
}

/// What lists of keys and tokens are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CreatedAt;

impl Key for CreatedAt {
    fn column(self) -> &'static str {
        "created_at"
    }
}

/// Newest first.
pub(crate) const NEWEST_FIRST: Order<CreatedAt> = Order { key: CreatedAt, descending: true };

/// A page of a subject's keys, newest first, with how many there are on all pages.
#[derive(Debug, Clone)]
pub struct ListApiKeys {
    /// Of which kind.
    pub kind: String,
    /// Whose.
    pub subject: String,
    /// Also those that are dead.
    pub include_invalid: bool,
    /// Lower-cased text that the id, the name or the description has.
    pub query: Option<String>,
    /// Rows at most.
    pub limit: i64,
    /// Rows to skip.
    pub offset: i64,
    /// The time by which keys have expired.
    pub now: Timestamp,
}

impl ListApiKeys {
    pub(crate) fn listing<'a>(
        &'a self,
        engine: Engine,
        pattern: Option<&'a String>,
        generation: i64,
    ) -> Listing<'a> {
        let mut list = Listing::new("api_keys", columns!());
        let n = list.bind(&self.subject);
        list.must(format!("subject = ?{n}"));
        let n = list.bind(&self.kind);
        list.must(format!("type = ?{n}"));
        if !self.include_invalid {
            let (now, generation) = (list.bind(self.now), list.bind(generation));
            list.must("revoked_at IS NULL".into());
            list.must(format!("(expire_at IS NULL OR expire_at > ?{now})"));
            list.must(format!("generation = ?{generation}"));
        }
        if let Some(pattern) = pattern {
            let n = list.bind(pattern);
            list.must(dialect::any_contains(engine, &["id", "name", "description"], n));
        }
        list
    }
}

impl UnitOfWork for ListApiKeys {
    /// The standing goes with the rows of a user.
    type Output = (Vec<ApiKeyRow>, i64, Option<Standing>);
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<Self::Output> {
        let user: Option<UserId> = self.subject.parse().ok();
        let standing = match &user {
            Some(user_id) => users::standing(conn, user_id).await?,
            None => None,
        };
        let live = match (&user, &standing) {
            (None, _) => 0,
            // No key has this one.
            (Some(_), None) => -1,
            (Some(_), Some(standing)) if standing.banned => -1,
            (Some(_), Some(standing)) => standing.generation.get(),
        };
        let pattern = self.query.as_deref().map(|query| dialect::contained(conn.engine(), query));
        let list = self.listing(conn.engine(), pattern.as_ref(), live);
        let total = list.total(conn).await?;
        let rows = list.page(conn, NEWEST_FIRST, (self.limit, self.offset), read).await?;
        Ok((rows, total, standing))
    }
}
