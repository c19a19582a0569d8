//! Invitations to sign up.

use beadle_types::{InvitationId, InvitationStatus, Map, Timestamp};

use crate::{
    Conn, Result,
    db::{param::params, row::Row, sql::Sql},
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
