//! Sessions. Status is stored as last written; what is reported is derived from the user's standing and time,
//! by [`beadle_domain::session`] for single rows and by the same rule in SQL for filters.

use std::collections::HashMap;

use beadle_domain::{
    credential::{Generation, Standing},
    reverification::Reverification,
    session::{ActingUser, Session},
};
use beadle_types::{ClientId, SessionActivity, SessionId, Timestamp, UserId, session::SessionStatus};

use crate::{
    Conn, Error, Result,
    db::{
        UnitOfWork,
        param::{Param, params},
        row::Row,
        sql::Sql,
    },
    words,
};

macro_rules! columns {
    () => {
        concat!(
            "s.id, s.user_id, s.client_id, s.generation, s.status, s.actor, s.refresh_token_hash, ",
            "s.latest_activity, s.last_active_at, s.verified_at, s.second_verified_at, s.expire_at, s.abandon_at, ",
            "s.created_at, s.updated_at, u.generation, u.banned, s.acting_user_id, s.acting_generation, ",
            "a.generation, a.banned"
        )
    };
}
macro_rules! from {
    () => {
        " FROM sessions s LEFT JOIN users u ON u.id = s.user_id LEFT JOIN users a ON a.id = s.acting_user_id"
    };
}
/// Neither its user nor who acts through it has been banned since it began, or signed out everywhere.
macro_rules! live {
    () => {
        "(u.generation = s.generation AND NOT u.banned AND (s.acting_user_id IS NULL \
         OR (a.generation = s.acting_generation AND NOT a.banned)))"
    };
}

pub(crate) static BY_ID: Sql = Sql::new(concat!("SELECT ", columns!(), from!(), " WHERE s.id = ?1"));
pub(crate) static BY_CLIENT: Sql = Sql::new(concat!(
    "SELECT ",
    columns!(),
    from!(),
    " WHERE s.client_id = ?1 AND s.status IN ('active', 'pending') AND ",
    live!(),
    " AND s.expire_at > ?2 AND s.abandon_at > ?2 ",
    "ORDER BY s.created_at DESC, s.id DESC LIMIT ?3"
));
macro_rules! by_clients {
    ($is_one:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY client_id ORDER BY created_at DESC, id DESC) AS place FROM \
             (SELECT i.* FROM sessions i JOIN users o ON o.id = i.user_id WHERE ",
            $is_one,
            " AND i.status IN ('active', 'pending') AND o.generation = i.generation AND NOT o.banned \
             AND i.expire_at > ?2 AND i.abandon_at > ?2) AS looking) s LEFT JOIN users u ON u.id = s.user_id \
             LEFT JOIN users a ON a.id = s.acting_user_id WHERE s.place <= ?3 ORDER BY s.client_id, s.created_at, s.id"
        )
    };
}

pub(crate) static BY_CLIENTS: Sql = Sql::split(
    by_clients!("i.client_id IN (SELECT value FROM json_each(?1))"),
    by_clients!("i.client_id = ANY (ARRAY(SELECT jsonb_array_elements_text(CAST(?1 AS TEXT)::jsonb)))"),
);
pub(crate) static BY_IDS: Sql = Sql::split(
    concat!("SELECT ", columns!(), from!(), " WHERE s.id IN (SELECT value FROM json_each(?1)) ORDER BY s.id"),
    concat!(
        "SELECT ",
        columns!(),
        from!(),
        " WHERE s.id = ANY (ARRAY(SELECT jsonb_array_elements_text(CAST(?1 AS TEXT)::jsonb))) ORDER BY s.id"
    ),
);
pub(crate) static SEEN: Sql = Sql::new(
    "SELECT client_id, latest_activity FROM sessions WHERE user_id = ?1 ORDER BY created_at DESC, id DESC LIMIT ?2",
);
pub(crate) static INSERT: Sql = Sql::new(
    "INSERT INTO sessions (id, user_id, client_id, generation, status, actor, refresh_token_hash, \
     latest_activity, last_active_at, verified_at, second_verified_at, expire_at, abandon_at, created_at, updated_at, \
     acting_user_id, acting_generation) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
);
pub(crate) static TOUCH: Sql = Sql::new(
    "UPDATE sessions SET last_active_at = ?2, abandon_at = ?3, latest_activity = ?4, updated_at = ?2 \
     WHERE id = ?1 AND status IN ('active', 'pending')",
);
pub(crate) static CARRY_OVER: Sql = Sql::new(
    "UPDATE sessions SET generation = ?2, updated_at = ?3 WHERE id = ?1 AND status IN ('active', 'pending')",
);
pub(crate) static END: Sql = Sql::new(
    "UPDATE sessions SET status = ?2, updated_at = ?3 WHERE id = ?1 AND status IN ('active', 'pending') \
     RETURNING tokens_expire_at",
);
pub(crate) static KEEP_TOKENS: Sql = Sql::new(
    "UPDATE sessions SET tokens_expire_at = \
     CASE WHEN tokens_expire_at > ?2 THEN tokens_expire_at ELSE ?2 END \
     WHERE id = ?1 AND status IN ('active', 'pending')",
);
pub(crate) static SETTLE: Sql = Sql::new(
    "UPDATE sessions SET status = 'revoked', updated_at = ?3 WHERE id IN (SELECT id FROM (SELECT id FROM sessions \
     WHERE user_id = ?1 AND generation < ?2 AND status IN ('active', 'pending') UNION ALL SELECT id FROM sessions \
     WHERE acting_user_id = ?1 AND acting_generation < ?2 AND status IN ('active', 'pending')) AS dead LIMIT ?4) \
     RETURNING id",
);
pub(crate) static ACTED: Sql = Sql::new(
    "SELECT id, tokens_expire_at FROM sessions \
     WHERE acting_user_id = ?1 AND acting_generation < ?2 AND status IN ('active', 'pending') LIMIT ?3",
);
pub(crate) static REVERIFICATION: Sql = Sql::split(
    "SELECT reverification FROM sessions WHERE id = ?1",
    "SELECT reverification FROM sessions WHERE id = ?1 FOR UPDATE",
);
pub(crate) static SET_REVERIFICATION: Sql = Sql::new(
    "UPDATE sessions SET reverification = ?2, verified_at = ?3, second_verified_at = ?4, updated_at = ?5 \
     WHERE id = ?1 AND status IN ('active', 'pending')",
);

pub(crate) static PRUNE: Sql =
    Sql::new("DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expire_at < ?1 LIMIT ?2)");

/// Where a user was.
#[derive(Debug)]
pub struct Seen {
    /// The browser.
    pub client_id: ClientId,
    /// What it said of itself.
    pub activity: Option<SessionActivity>,
}

/// Live sessions of one client that are shown, or ended, at once.
pub const PER_CLIENT: i64 = 50;

/// A session with what decides over it (`None`: its user was deleted).
#[derive(Debug, Clone)]
pub struct SessionRecord {
    /// The session as stored.
    pub session: Session,
    /// Its user's standing, read in the same statement.
    pub standing: Option<Standing>,
}

impl SessionRecord {
    /// The status to report.
    pub fn status_at(&self, now: Timestamp) -> SessionStatus {
        self.session.status_at(self.standing.as_ref(), now)
    }
}

fn read(row: &mut Row<'_>) -> Result<SessionRecord> {
    let mut session = Session {
        id: row.parse()?,
        user_id: row.parse()?,
        client_id: row.parse()?,
        generation: row.take()?,
        stored_status: row.parse()?,
        actor: row.json_opt()?,
        acting_user: None,
        refresh_token_hash: row.take()?,
        latest_activity: row.json_opt()?,
        last_active_at: row.take()?,
        verified_at: row.take()?,
        second_verified_at: row.take()?,
        expire_at: row.take()?,
        abandon_at: row.take()?,
        created_at: row.take()?,
        updated_at: row.take()?,
    };
    let standing = read_standing(row, &session.user_id)?;
    let acting: Option<UserId> = row.parse_opt()?;
    let made_under = row.take::<Option<i64>>()?.map(Generation::from_stored);
    if let Some((user_id, generation)) = acting.zip(made_under) {
        let standing = read_standing(row, &user_id)?;
        session.acting_user = Some(ActingUser { user_id, generation, standing });
    }
    Ok(SessionRecord { session, standing })
}

fn read_standing(row: &mut Row<'_>, user_id: &UserId) -> Result<Option<Standing>> {
    let generation = row.take::<Option<i64>>()?.map(Generation::from_stored);
    let banned = row.take::<Option<bool>>()?;
    Ok(generation.zip(banned).map(|(generation, banned)| Standing {
        user_id: user_id.clone(),
        generation,
        banned,
    }))
}

/// The session.
pub async fn find(conn: &mut Conn, id: &SessionId) -> Result<Option<SessionRecord>> {
    conn.query_opt(&BY_ID, params![id], read).await
}

/// These sessions.
pub async fn by_ids(conn: &mut Conn, ids: &[SessionId]) -> Result<Vec<SessionRecord>> {
    let ids = serde_json::to_string(ids).unwrap_or_default();
    conn.query(&BY_IDS, params![&ids], read).await
}

/// The newest sessions of a client that look live, oldest of them first. The choke point has the last word.
pub async fn of_client(conn: &mut Conn, client_id: &ClientId, now: Timestamp) -> Result<Vec<SessionRecord>> {
    let mut records = conn.query(&BY_CLIENT, params![client_id, now, PER_CLIENT], read).await?;
    records.reverse();
    Ok(records)
}

/// The same for several clients in one look, by client.
pub async fn of_clients(
    conn: &mut Conn,
    client_ids: &[&ClientId],
    now: Timestamp,
) -> Result<HashMap<ClientId, Vec<SessionRecord>>> {
    let ids = serde_json::to_string(client_ids).unwrap_or_default();
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for record in conn.query(&BY_CLIENTS, params![&ids, now, PER_CLIENT], read).await? {
        found.entry(record.session.client_id.clone()).or_default().push(record);
    }
    Ok(found)
}

/// The devices that the user's newest sessions were opened on, whatever became of them.
pub async fn seen(conn: &mut Conn, user_id: &UserId, limit: i64) -> Result<Vec<Seen>> {
    let read = |row: &mut Row<'_>| Ok(Seen { client_id: row.parse()?, activity: row.json_opt()? });
    conn.query(&SEEN, params![user_id, limit], read).await
}

/// Adds one.
pub async fn insert(conn: &mut Conn, session: &Session) -> Result<()> {
    let actor = session.actor.as_ref().map(ToString::to_string);
    let activity = session.latest_activity.as_ref().and_then(|activity| serde_json::to_string(activity).ok());
    let acting = session.acting_user.as_ref();
    let (acting_user_id, acting_generation) =
        acting.map(|acting| (acting.user_id.clone(), acting.generation.get())).unzip();
    conn.execute(
        &INSERT,
        params![
            &session.id,
            &session.user_id,
            &session.client_id,
            session.generation,
            session.stored_status.as_str(),
            &actor,
            &session.refresh_token_hash,
            &activity,
            session.last_active_at,
            session.verified_at,
            session.second_verified_at,
            session.expire_at,
            session.abandon_at,
            session.created_at,
            session.updated_at,
            &acting_user_id,
            acting_generation,
        ],
    )
    .await?;
    Ok(())
}

/// Records a use of a session that was live when it was read.
pub async fn touch(conn: &mut Conn, session: &Session) -> Result<()> {
    let activity = session.latest_activity.as_ref().and_then(|activity| serde_json::to_string(activity).ok());
    conn.execute(&TOUCH, params![&session.id, session.last_active_at, session.abandon_at, &activity]).await?;
    Ok(())
}

/// Writes the generation that a live session was carried over into. Says whether it was still open.
pub async fn carry_over(conn: &mut Conn, session: &Session, now: Timestamp) -> Result<bool> {
    Ok(conn.execute(&CARRY_OVER, params![&session.id, session.generation, now]).await? > 0)
}

/// Ends a session with a terminal status. `None` if it had one already; else when its longest-lived token ends, if
/// one was made beyond the usual lifetime.
pub async fn end(
    conn: &mut Conn,
    id: &SessionId,
    status: SessionStatus,
    now: Timestamp,
) -> Result<Option<Option<Timestamp>>> {
    conn.query_opt(&END, params![id, status.as_str(), now], |row| row.take()).await
}

/// Remembers that a token of the session is to live until then. Says whether the session is open; if it is not, no
/// such token may be made.
pub async fn keep_tokens(conn: &mut Conn, id: &SessionId, expire_at: Timestamp) -> Result<bool> {
    Ok(conn.execute(&KEEP_TOKENS, params![id, expire_at]).await? > 0)
}

/// The reverification under way, locked until the transaction ends.
pub async fn reverification(conn: &mut Conn, id: &SessionId) -> Result<Option<Reverification>> {
    Ok(conn.query_opt(&REVERIFICATION, params![id], |row| row.json_opt()).await?.flatten())
}

/// Writes the reverification under way, and when the factors of the session were last verified.
pub async fn set_reverification(
    conn: &mut Conn,
    session: &Session,
    reverification: &Reverification,
    now: Timestamp,
) -> Result<()> {
    let json = words::json_opt(Some(reverification));
    let session_id = &session.id;
    conn.execute(
        &SET_REVERIFICATION,
        params![session_id, &json, session.verified_at, session.second_verified_at, now],
    )
    .await?;
    Ok(())
}

/// Settles up to `limit` sessions of a user, or through which they act, below a generation as revoked, and names them.
pub async fn settle(
    conn: &mut Conn,
    user_id: &UserId,
    below: Generation,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<SessionId>> {
    conn.query(&SETTLE, params![user_id, below, now, limit], |row| row.parse()).await
}

/// Up to `limit` sessions through which the user acts as somebody else, below a generation; each with when its
/// longest-lived token ends, if one was made beyond the usual lifetime.
pub async fn acted(
    conn: &mut Conn,
    user_id: &UserId,
    below: Generation,
    limit: i64,
) -> Result<Vec<(SessionId, Option<Timestamp>)>> {
    conn.query(&ACTED, params![user_id, below, limit], |row| Ok((row.parse()?, row.take()?))).await
}

/// Deletes up to `limit` sessions that expired before a time; says how many.
pub async fn prune(conn: &mut Conn, before: Timestamp, limit: i64) -> Result<u64> {
    conn.execute(&PRUNE, params![before, limit]).await
}

/// A page of sessions, newest first.
#[derive(Debug, Clone)]
pub struct ListSessions {
    /// Of this client.
    pub client_id: Option<String>,
    /// Of this user.
    pub user_id: Option<String>,
    /// With this reported status.
    pub status: Option<SessionStatus>,
    /// Rows at most.
    pub limit: i64,
    /// Rows to skip.
    pub offset: i64,
    /// Whether the total is wanted.
    pub with_total: bool,
    /// The time that statuses are derived at.
    pub now: Timestamp,
}

/// The rule of [`Session::status_at`] as a condition. ?1 is the time.
fn has_status(status: SessionStatus) -> String {
    let open = "s.status IN ('active', 'pending')";
    let live = live!();
    match status {
        SessionStatus::Active | SessionStatus::Pending => {
            format!("s.status = '{}' AND {live} AND s.expire_at > ?1 AND s.abandon_at > ?1", status.as_str())
        }
        SessionStatus::Revoked => format!("(s.status = 'revoked' OR ({open} AND {live} IS NOT TRUE))"),
        SessionStatus::Expired => {
            format!("(s.status = 'expired' OR ({open} AND {live} AND s.expire_at <= ?1))")
        }
        SessionStatus::Abandoned => format!(
            "(s.status = 'abandoned' OR ({open} AND {live} AND s.expire_at > ?1 AND s.abandon_at <= ?1))"
        ),
        other => format!("s.status = '{}'", other.as_str()),
    }
}

impl UnitOfWork for ListSessions {
    type Output = (Vec<SessionRecord>, Option<i64>);
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<Self::Output> {
        // The time is bound even where no status uses it, so that parameters keep their numbers.
        let mut clauses = vec!["CAST(?1 AS BIGINT) >= 0".to_owned()];
        let mut params: Vec<Param<'_>> = vec![self.now.into()];
        for (column, value) in [("s.client_id", &self.client_id), ("s.user_id", &self.user_id)] {
            if let Some(value) = value {
                params.push(value.into());
                clauses.push(format!("{column} = ?{}", params.len()));
            }
        }
        clauses.extend(self.status.map(has_status));
        let filter = clauses.join(" AND ");
        let total = if self.with_total {
            // Without a status nobody else's row matters, and an index alone can be counted.
            let from = if self.status.is_some() { from!() } else { " FROM sessions s" };
            let sql = Sql::composed(format!("SELECT COUNT(*){from} WHERE {filter}"));
            Some(conn.query_one(&sql, &params, |row| row.take()).await?)
        } else {
            None
        };
        params.extend([Param::from(self.limit), Param::from(self.offset)]);
        let sql = Sql::composed(format!(
            concat!(
                "SELECT ",
                columns!(),
                from!(),
                " WHERE {} ORDER BY s.created_at DESC, s.id DESC LIMIT ?{} OFFSET ?{}"
            ),
            filter,
            params.len() - 1,
            params.len(),
        ));
        Ok((conn.query(&sql, &params, read).await?, total))
    }
}
