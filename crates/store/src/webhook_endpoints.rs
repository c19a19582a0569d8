//! Who is told of events.

use beadle_types::{Timestamp, WebhookEndpointId};

use crate::{
    Conn, Error, Result,
    db::{UnitOfWork, param::params, row::Row, sql::Sql},
};

macro_rules! columns {
    () => {
        "id, url, description, event_types, enabled, disabled_reason, secret, old_secret, old_secret_expire_at, \
         after_seq, failures, failing_since, replay_at, replay_seq, replay_until, replay_missing, created_at, \
         updated_at"
    };
}

/// Whoever makes deliveries of events, or changes for which events they are made, holds this row.
pub(crate) static LOCK_APP: Sql = Sql::split(
    "SELECT is_there FROM webhook_app WHERE one = 1",
    "SELECT is_there FROM webhook_app WHERE one = 1 FOR UPDATE",
);
pub(crate) static APP: Sql = Sql::new("SELECT is_there FROM webhook_app WHERE one = 1");
pub(crate) static SET_APP: Sql = Sql::new("UPDATE webhook_app SET is_there = ?1 WHERE one = 1");
pub(crate) static LAST_EVENT: Sql = Sql::new("SELECT seq FROM events ORDER BY seq DESC LIMIT 1");
/// There are few: [`beadle_domain::webhook::MAX_ENDPOINTS`].
pub(crate) static ALL: Sql =
    Sql::new(concat!("SELECT ", columns!(), " FROM webhook_endpoints ORDER BY created_at, id"));
pub(crate) static LIST: Sql = Sql::new(concat!(
    "SELECT ",
    columns!(),
    " FROM webhook_endpoints ORDER BY created_at DESC, id DESC LIMIT ?1 OFFSET ?2"
));
pub(crate) static COUNT: Sql = Sql::new("SELECT COUNT(*) FROM webhook_endpoints");
pub(crate) static BY_ID: Sql =
    Sql::new(concat!("SELECT ", columns!(), " FROM webhook_endpoints WHERE id = ?1"));
pub(crate) static BY_ID_LOCKED: Sql = Sql::split(
    concat!("SELECT ", columns!(), " FROM webhook_endpoints WHERE id = ?1"),
    concat!("SELECT ", columns!(), " FROM webhook_endpoints WHERE id = ?1 FOR UPDATE"),
);
pub(crate) static INSERT: Sql = Sql::new(concat!(
    "INSERT INTO webhook_endpoints (",
    columns!(),
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)"
));
pub(crate) static UPDATE: Sql = Sql::new(
    "UPDATE webhook_endpoints SET url = ?2, description = ?3, event_types = ?4, enabled = ?5, disabled_reason = ?6, \
     secret = ?7, old_secret = ?8, old_secret_expire_at = ?9, after_seq = ?10, failures = ?11, failing_since = ?12, \
     updated_at = ?13 WHERE id = ?1",
);
pub(crate) static REPLAY: Sql = Sql::new(
    "UPDATE webhook_endpoints SET replay_at = ?2, replay_seq = ?3, replay_until = ?4, replay_missing = ?5 \
     WHERE id = ?1",
);
pub(crate) static DELETE: Sql = Sql::new("DELETE FROM webhook_endpoints WHERE id = ?1");
pub(crate) static DELETE_ALL: Sql = Sql::new("DELETE FROM webhook_endpoints");
/// Writes nothing while all goes well.
pub(crate) static WORKED: Sql = Sql::new(
    "UPDATE webhook_endpoints SET failures = 0, failing_since = NULL WHERE id = ?1 AND failures > 0",
);
pub(crate) static FAILED: Sql = Sql::new(
    "UPDATE webhook_endpoints SET failures = failures + 1, failing_since = COALESCE(failing_since, ?2) \
     WHERE id = ?1 RETURNING failures, failing_since",
);
pub(crate) static DISABLE: Sql = Sql::new(
    "UPDATE webhook_endpoints SET enabled = FALSE, disabled_reason = ?2, updated_at = ?3 WHERE id = ?1 AND enabled",
);

/// A row of `webhook_endpoints`.
#[derive(Debug, Clone)]
pub struct EndpointRow {
    /// Its id.
    pub id: WebhookEndpointId,
    /// Where messages are sent.
    pub url: String,
    /// The operator's words.
    pub description: String,
    /// The events it is told of; empty for all of Clerk's.
    pub event_types: Vec<String>,
    /// Whether messages are sent.
    pub enabled: bool,
    /// Why not.
    pub disabled_reason: Option<String>,
    /// What signs messages, sealed.
    pub secret: String,
    /// What signed them before, sealed, and until when it still does.
    pub old_secret: Option<(String, Timestamp)>,
    /// Only events beyond this position are for it.
    pub after_seq: i64,
    /// Attempts that have failed since one has worked.
    pub failures: i64,
    /// When the first of them was.
    pub failing_since: Option<Timestamp>,
    /// What is sent again.
    pub replay: Option<Replay>,
    /// Creation.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
}

/// Events that are sent again, a batch at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replay {
    /// How far it has come: the time of the last event …
    pub at: Timestamp,
    /// … and its position.
    pub seq: i64,
    /// The last event's time at most.
    pub until: Timestamp,
    /// Leaves out what was delivered.
    pub only_missing: bool,
}

fn read(row: &mut Row<'_>) -> Result<EndpointRow> {
    let mut endpoint = EndpointRow {
        id: row.parse()?,
        url: row.take()?,
        description: row.take()?,
        event_types: row.json()?,
        enabled: row.take()?,
        disabled_reason: row.take()?,
        secret: row.take()?,
        old_secret: row.take::<Option<String>>()?.zip(row.take::<Option<Timestamp>>()?),
        after_seq: row.take()?,
        failures: row.take()?,
        failing_since: row.take()?,
        replay: None,
        created_at: Timestamp::from_millis(0),
        updated_at: Timestamp::from_millis(0),
    };
    let (at, seq, until) = (row.take()?, row.take()?, row.take()?);
    let only_missing = row.take()?;
    if let (Some(at), Some(seq), Some(until)) = (at, seq, until) {
        endpoint.replay = Some(Replay { at, seq, until, only_missing });
    }
    endpoint.created_at = row.take()?;
    endpoint.updated_at = row.take()?;
    Ok(endpoint)
}

/// Keeps everybody else from making deliveries, and from changing for which events they are made, until the
/// transaction ends. Says whether there is an app, in Clerk's sense.
pub async fn lock_app(conn: &mut Conn) -> Result<bool> {
    conn.query_one(&LOCK_APP, params![], |row| row.take()).await
}

/// Whether there is an app.
pub async fn has_app(conn: &mut Conn) -> Result<bool> {
    conn.query_one(&APP, params![], |row| row.take()).await
}

/// Makes the app or takes it away.
pub async fn set_app(conn: &mut Conn, is_there: bool) -> Result<()> {
    conn.execute(&SET_APP, params![is_there]).await?;
    Ok(())
}

/// The position of the newest event.
pub async fn last_event(conn: &mut Conn) -> Result<i64> {
    Ok(conn.query_opt(&LAST_EVENT, params![], |row| row.take()).await?.unwrap_or(0))
}

/// All endpoints.
pub async fn all(conn: &mut Conn) -> Result<Vec<EndpointRow>> {
    conn.query(&ALL, params![], read).await
}

/// How many there are.
pub async fn count(conn: &mut Conn) -> Result<i64> {
    conn.query_one(&COUNT, params![], |row| row.take()).await
}

/// The endpoint.
pub async fn find(conn: &mut Conn, id: &WebhookEndpointId) -> Result<Option<EndpointRow>> {
    conn.query_opt(&BY_ID, params![id], read).await
}

/// The endpoint, locked until the transaction ends.
pub async fn find_for_update(conn: &mut Conn, id: &WebhookEndpointId) -> Result<Option<EndpointRow>> {
    conn.query_opt(&BY_ID_LOCKED, params![id], read).await
}

fn types(endpoint: &EndpointRow) -> String {
    serde_json::to_string(&endpoint.event_types).unwrap_or_default()
}

/// Adds one.
pub async fn insert(conn: &mut Conn, endpoint: &EndpointRow) -> Result<()> {
    let (types, old, replay) = (types(endpoint), endpoint.old_secret.as_ref(), endpoint.replay);
    let row = params![
        &endpoint.id,
        &endpoint.url,
        &endpoint.description,
        &types,
        endpoint.enabled,
        &endpoint.disabled_reason,
        &endpoint.secret,
        old.map(|(secret, _)| secret.as_str()),
        old.map(|(_, expire_at)| *expire_at),
        endpoint.after_seq,
        endpoint.failures,
        endpoint.failing_since,
        replay.map(|replay| replay.at),
        replay.map(|replay| replay.seq),
        replay.map(|replay| replay.until),
        replay.is_some_and(|replay| replay.only_missing),
        endpoint.created_at,
        endpoint.updated_at,
    ];
    conn.execute(&INSERT, row).await?;
    Ok(())
}

/// Writes what an operator may change.
pub async fn update(conn: &mut Conn, endpoint: &EndpointRow) -> Result<()> {
    let (types, old) = (types(endpoint), endpoint.old_secret.as_ref());
    let row = params![
        &endpoint.id,
        &endpoint.url,
        &endpoint.description,
        &types,
        endpoint.enabled,
        &endpoint.disabled_reason,
        &endpoint.secret,
        old.map(|(secret, _)| secret.as_str()),
        old.map(|(_, expire_at)| *expire_at),
        endpoint.after_seq,
        endpoint.failures,
        endpoint.failing_since,
        endpoint.updated_at,
    ];
    conn.execute(&UPDATE, row).await?;
    Ok(())
}

/// Begins a replay, moves it on, or ends it.
pub async fn set_replay(conn: &mut Conn, id: &WebhookEndpointId, replay: Option<Replay>) -> Result<()> {
    let row = params![
        id,
        replay.map(|replay| replay.at),
        replay.map(|replay| replay.seq),
        replay.map(|replay| replay.until),
        replay.is_some_and(|replay| replay.only_missing),
    ];
    conn.execute(&REPLAY, row).await?;
    Ok(())
}

/// Takes one away. What was delivered to it is forgotten by and by.
pub async fn delete(conn: &mut Conn, id: &WebhookEndpointId) -> Result<()> {
    conn.execute(&DELETE, params![id]).await?;
    Ok(())
}

/// Takes all away.
pub async fn delete_all(conn: &mut Conn) -> Result<()> {
    conn.execute(&DELETE_ALL, params![]).await?;
    Ok(())
}

/// Records that an attempt has worked.
pub async fn worked(conn: &mut Conn, id: &WebhookEndpointId) -> Result<()> {
    conn.execute(&WORKED, params![id]).await?;
    Ok(())
}

/// Records that an attempt has failed; says how many have in a row, and since when. `None` without the endpoint.
pub async fn failed(
    conn: &mut Conn,
    id: &WebhookEndpointId,
    now: Timestamp,
) -> Result<Option<(i64, Timestamp)>> {
    conn.query_opt(&FAILED, params![id, now], |row| Ok((row.take()?, row.take()?))).await
}

/// Sends nothing more there, for this reason.
pub async fn disable(conn: &mut Conn, id: &WebhookEndpointId, reason: &str, now: Timestamp) -> Result<()> {
    conn.execute(&DISABLE, params![id, reason, now]).await?;
    Ok(())
}

/// A page of endpoints, newest first, with how many there are on all pages.
#[derive(Debug, Clone, Copy)]
pub struct ListEndpoints {
    /// Rows at most.
    pub limit: i64,
    /// Rows to skip.
    pub offset: i64,
}

impl UnitOfWork for ListEndpoints {
    type Output = (Vec<EndpointRow>, i64);
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<Self::Output> {
        let total = count(conn).await?;
        Ok((conn.query(&LIST, params![self.limit, self.offset], read).await?, total))
    }
}
