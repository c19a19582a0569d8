//! E-mail addresses, phone numbers and wallets of users. Each canonical value belongs to one user at most.

use std::str::FromStr;

use beadle_types::{IdentificationId, Timestamp, UserId};

use crate::{
    Conn, Error, Result,
    db::{param::params, row::Row, sql::Sql},
};

macro_rules! columns {
    () => {
        "id, user_id, kind, value, canonical, position, status, strategy, created_at, updated_at"
    };
}

pub(crate) static BY_USER: Sql =
    Sql::new(concat!("SELECT ", columns!(), " FROM identifications WHERE user_id = ?1 ORDER BY position"));
pub(crate) static BY_USERS: Sql = Sql::split(
    concat!(
        "SELECT ",
        columns!(),
        " FROM identifications WHERE user_id IN (SELECT value FROM json_each(?1)) ORDER BY user_id, position"
    ),
    concat!(
        "SELECT ",
        columns!(),
        " FROM identifications WHERE user_id = ANY (ARRAY(SELECT jsonb_array_elements_text(CAST(?1 AS TEXT)::jsonb)))",
        " ORDER BY user_id, position"
    ),
);
pub(crate) static BY_CANONICAL: Sql =
    Sql::new(concat!("SELECT ", columns!(), " FROM identifications WHERE canonical = ?1 AND kind = ?2"));
pub(crate) static INSERT: Sql = Sql::new(concat!(
    "INSERT INTO identifications (",
    columns!(),
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
));

/// What an identification is. Usernames live on the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the wire")]
pub enum IdentificationKind {
    EmailAddress,
    PhoneNumber,
    Web3Wallet,
}

impl IdentificationKind {
    /// The word stored, also the wire's name of the field.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EmailAddress => "email_address",
            Self::PhoneNumber => "phone_number",
            Self::Web3Wallet => "web3_wallet",
        }
    }
}

impl FromStr for IdentificationKind {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self> {
        [Self::EmailAddress, Self::PhoneNumber, Self::Web3Wallet]
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or_else(|| Error::other(format!("unknown identification kind {word:?}")))
    }
}

/// A row of `identifications`.
#[derive(Debug, Clone)]
pub struct IdentificationRow {
    /// Its id.
    pub id: IdentificationId,
    /// The owner.
    pub user_id: UserId,
    /// What it is; never a username, which lives on the user.
    pub kind: IdentificationKind,
    /// As the user wrote it.
    pub value: String,
    /// As it is compared.
    pub canonical: String,
    /// Order among the user's identifications.
    pub position: i64,
    /// `verified` or `reserved`.
    pub status: String,
    /// How it was verified (`admin`, `email_code`); `None` while only reserved.
    pub strategy: Option<String>,
    /// Creation.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
}

fn read(row: &mut Row<'_>) -> Result<IdentificationRow> {
    Ok(IdentificationRow {
        id: row.parse()?,
        user_id: row.parse()?,
        kind: row.parse()?,
        value: row.take()?,
        canonical: row.take()?,
        position: row.take()?,
        status: row.take()?,
        strategy: row.take()?,
        created_at: row.take()?,
        updated_at: row.take()?,
    })
}

/// A user's identifications in their order.
pub async fn of_user(conn: &mut Conn, user_id: &UserId) -> Result<Vec<IdentificationRow>> {
    conn.query(&BY_USER, params![user_id], read).await
}

/// The identifications of several users, grouped by user, in their order.
pub async fn of_users(conn: &mut Conn, user_ids: &[UserId]) -> Result<Vec<IdentificationRow>> {
    let ids = serde_json::to_string(user_ids).unwrap_or_default();
    conn.query(&BY_USERS, params![&ids], read).await
}

/// Whoever holds this value.
pub async fn find(
    conn: &mut Conn,
    kind: IdentificationKind,
    canonical: &str,
) -> Result<Option<IdentificationRow>> {
    conn.query_opt(&BY_CANONICAL, params![canonical, kind.as_str()], read).await
}

/// Adds one.
///
/// # Errors
/// [`Error::Conflict`](crate::Error::Conflict) when another user holds the value.
pub async fn insert(conn: &mut Conn, row: &IdentificationRow) -> Result<()> {
    conn.execute(
        &INSERT,
        params![
            &row.id,
            &row.user_id,
            row.kind.as_str(),
            &row.value,
            &row.canonical,
            row.position,
            &row.status,
            &row.strategy,
            row.created_at,
            row.updated_at,
        ],
    )
    .await?;
    Ok(())
}
