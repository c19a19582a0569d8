//! Invitations to sign up.

use beadle_types::{InvitationId, InvitationStatus, Map, Timestamp};

use crate::{
    Conn, Error, Result,
    db::{Engine, UnitOfWork, param::params, row::Row, sql::Sql},
    listing::{self, Key, Listing, Order},
    words,
};

macro_rules! columns {
    () => {
        concat!(
            "id, email_address, token_hash, status, redirect_url, public_metadata, expire_at, created_at, ",
            "updated_at"
        )
    };
}

pub(crate) static BY_ID: Sql = Sql::new(concat!("SELECT ", columns!(), " FROM invitations WHERE id = ?1"));
pub(crate) static BY_HASH: Sql =
    Sql::new(concat!("SELECT ", columns!(), " FROM invitations WHERE token_hash = ?1"));
pub(crate) static BY_IDS: Sql = Sql::split(
    concat!("SELECT ", columns!(), " FROM invitations WHERE id IN (SELECT value FROM json_each(?1))"),
    concat!(
        "SELECT ",
        columns!(),
        " FROM invitations WHERE id = ANY (ARRAY(SELECT jsonb_array_elements_text(CAST(?1 AS TEXT)::jsonb)))"
    ),
);
pub(crate) static OPEN: Sql = Sql::new(concat!(
    "SELECT ",
    columns!(),
    " FROM invitations WHERE email_address = ?1 AND status = 'pending' AND expire_at > ?2 LIMIT 1"
));
pub(crate) static INSERT: Sql = Sql::new(concat!(
    "INSERT INTO invitations (",
    columns!(),
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
));
/// Of those who settle one invitation at once, one does.
pub(crate) static SETTLE: Sql =
    Sql::new("UPDATE invitations SET status = ?2, updated_at = ?3 WHERE id = ?1 AND status = 'pending'");

/// A row of `invitations`.
#[derive(Debug, Clone)]
pub struct InvitationRow {
    /// Its id.
    pub id: InvitationId,
    /// Whom it went to.
    pub email_address: String,
    /// Hash of the ticket.
    pub token_hash: String,
    /// As stored; see [`InvitationRow::status_at`].
    pub status: InvitationStatus,
    /// Where the link leads in the end.
    pub redirect_url: Option<String>,
    /// What the new user starts with.
    pub public_metadata: Map,
    /// From when on it is refused.
    pub expire_at: Timestamp,
    /// Creation.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
}

impl InvitationRow {
    /// The status to report.
    pub fn status_at(&self, now: Timestamp) -> InvitationStatus {
        if self.status == InvitationStatus::Pending && self.expire_at <= now {
            InvitationStatus::Expired
        } else {
            self.status
        }
    }
}

fn read(row: &mut Row<'_>) -> Result<InvitationRow> {
    Ok(InvitationRow {
        id: row.parse()?,
        email_address: row.take()?,
        token_hash: row.take()?,
        status: words::read(&row.take::<String>()?)?,
        redirect_url: row.take()?,
        public_metadata: row.json()?,
        expire_at: row.take()?,
        created_at: row.take()?,
        updated_at: row.take()?,
    })
}

/// The invitation.
pub async fn find(conn: &mut Conn, id: &InvitationId) -> Result<Option<InvitationRow>> {
    conn.query_opt(&BY_ID, params![id], read).await
}

/// The invitation whose ticket has this hash.
pub async fn find_by_hash(conn: &mut Conn, token_hash: &str) -> Result<Option<InvitationRow>> {
    conn.query_opt(&BY_HASH, params![token_hash], read).await
}

/// An open invitation of an address.
pub async fn find_open(
    conn: &mut Conn,
    email_address: &str,
    now: Timestamp,
) -> Result<Option<InvitationRow>> {
    conn.query_opt(&OPEN, params![email_address, now], read).await
}

/// Adds one.
pub async fn insert(conn: &mut Conn, row: &InvitationRow) -> Result<()> {
    let metadata = serde_json::to_string(&row.public_metadata).unwrap_or_default();
    conn.execute(
        &INSERT,
        params![
            &row.id,
            &row.email_address,
            &row.token_hash,
            words::write(&row.status).as_str(),
            &row.redirect_url,
            &metadata,
            row.expire_at,
            row.created_at,
            row.updated_at,
        ],
    )
    .await?;
    Ok(())
}

/// Answers a pending invitation or takes it back. Says whether it was pending.
pub async fn settle(
    conn: &mut Conn,
    id: &InvitationId,
    status: InvitationStatus,
    now: Timestamp,
) -> Result<bool> {
    Ok(conn.execute(&SETTLE, params![id, words::write(&status).as_str(), now]).await? > 0)
}

/// The invitations with these ids, in no order.
pub async fn by_ids(conn: &mut Conn, ids: &[InvitationId]) -> Result<Vec<InvitationRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids = serde_json::to_string(ids).unwrap_or_default();
    conn.query(&BY_IDS, params![&ids], read).await
}

/// What invitations are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationKey {
    /// Creation.
    CreatedAt,
    /// Whom they went to.
    EmailAddress,
    /// When they end.
    ExpiresAt,
}

impl Key for InvitationKey {
    fn column(self) -> &'static str {
        match self {
            Self::CreatedAt => "created_at",
            Self::EmailAddress => "email_address",
            Self::ExpiresAt => "expire_at",
        }
    }
}

/// A page of invitations.
#[derive(Debug, Clone)]
pub struct ListInvitations {
    /// With this reported status; all but the revoked ones without.
    pub status: Option<InvitationStatus>,
    /// Lower-cased text that the address or the id has.
    pub query: Option<String>,
    /// In which order.
    pub order: Order<InvitationKey>,
    /// Rows at most.
    pub limit: i64,
    /// Rows to skip.
    pub offset: i64,
    /// Whether the total is wanted.
    pub with_total: bool,
    /// The time that statuses are derived at.
    pub now: Timestamp,
}

impl ListInvitations {
    /// The list, with the rule of [`InvitationRow::status_at`] as a condition.
    pub(crate) fn listing<'a>(&'a self, engine: Engine, pattern: Option<&'a String>) -> Listing<'a> {
        let mut list = Listing::new("invitations", columns!());
        match self.status {
            // Said so, it tempts no engine to collect and sort what the index of an order has in order.
            None => list.must("status <> 'revoked'".into()),
            Some(InvitationStatus::Pending) => {
                let n = list.bind(self.now);
                list.must(format!("status = 'pending' AND expire_at > ?{n}"));
            }
            Some(InvitationStatus::Expired) => {
                let n = list.bind(self.now);
                list.must(format!("status = 'pending' AND expire_at <= ?{n}"));
            }
            Some(InvitationStatus::Accepted) => list.must("status = 'accepted'".into()),
            Some(InvitationStatus::Revoked) => list.must("status = 'revoked'".into()),
        }
        list.search(engine, self.query.as_deref(), pattern);
        list
    }
}

impl UnitOfWork for ListInvitations {
    type Output = (Vec<InvitationRow>, Option<i64>);
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<Self::Output> {
        let pattern = listing::pattern(conn.engine(), self.query.as_deref());
        let list = self.listing(conn.engine(), pattern.as_ref());
        let total = if self.with_total { Some(list.total(conn).await?) } else { None };
        Ok((list.page(conn, self.order, (self.limit, self.offset), read).await?, total))
    }
}
