//! What users are known by: e-mail addresses, phone numbers, wallets, accounts at providers, passkeys. Each canonical
//! value belongs to one user at most; claims that are not proven do not count.

use std::str::FromStr;

use beadle_domain::verification::Verification;
use beadle_types::{IdentificationId, Map, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::{
    Conn, Error, Result,
    db::{param::params, row::Row, sql::Sql},
    words,
};

macro_rules! columns {
    () => {
        concat!(
            "id, user_id, kind, value, canonical, position, status, strategy, verification, details, created_at, ",
            "updated_at"
        )
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
pub(crate) static BY_CANONICAL: Sql = Sql::new(concat!(
    "SELECT ",
    columns!(),
    " FROM identifications WHERE canonical = ?1 AND kind = ?2 AND status <> 'unverified'"
));
/// As the index `identifications_dotless` has it.
pub(crate) static BY_MAILBOX: Sql = Sql::split(
    concat!(
        "SELECT ",
        columns!(),
        " FROM identifications WHERE replace(canonical, '.', '') = ?1 AND kind = 'email_address'",
        " AND substr(canonical, -10) = '@gmail.com' AND status <> 'unverified' LIMIT 1"
    ),
    concat!(
        "SELECT ",
        columns!(),
        " FROM identifications WHERE replace(canonical, '.', '') = ?1 AND kind = 'email_address'",
        " AND right(canonical, 10) = '@gmail.com' AND status <> 'unverified' LIMIT 1"
    ),
);
pub(crate) static INSERT: Sql = Sql::new(concat!(
    "INSERT INTO identifications (",
    columns!(),
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
));
pub(crate) static BY_ID: Sql =
    Sql::new(concat!("SELECT ", columns!(), " FROM identifications WHERE id = ?1"));
pub(crate) static UPDATE: Sql = Sql::new(
    "UPDATE identifications SET value = ?2, position = ?3, status = ?4, strategy = ?5, verification = ?6, \
     details = ?7, updated_at = ?8 WHERE id = ?1",
);
pub(crate) static DELETE: Sql = Sql::new("DELETE FROM identifications WHERE id = ?1");

/// What an identification is. Usernames live on the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the wire")]
pub enum IdentificationKind {
    EmailAddress,
    PhoneNumber,
    Web3Wallet,
    ExternalAccount,
    Passkey,
}

impl IdentificationKind {
    /// The word stored, also the wire's name of the field.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EmailAddress => "email_address",
            Self::PhoneNumber => "phone_number",
            Self::Web3Wallet => "web3_wallet",
            Self::ExternalAccount => "external_account",
            Self::Passkey => "passkey",
        }
    }
}

impl FromStr for IdentificationKind {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self> {
        [Self::EmailAddress, Self::PhoneNumber, Self::Web3Wallet, Self::ExternalAccount, Self::Passkey]
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or_else(|| Error::other(format!("unknown identification kind {word:?}")))
    }
}

/// Whether an identification is proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentificationStatus {
    /// Proven, or vouched for: nobody else can have it.
    Verified,
    /// Not proven, and yet nobody else can have it: set aside by the Backend API.
    Reserved,
    /// Claimed and not proven: others can claim it too, and nobody signs in with it.
    Unverified,
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
    /// Whether it is proven.
    pub status: IdentificationStatus,
    /// How it was verified (`admin`, `email_code`); `None` while it is not.
    pub strategy: Option<String>,
    /// The proof under way.
    pub verification: Option<Verification>,
    /// What else the kind has: whether a phone number is a second factor, a passkey's public key, what a provider says.
    pub details: Map,
    /// Creation.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
}

impl IdentificationRow {
    /// A claim that nothing proves yet, of a value in its canonical form; its place is to be given.
    pub fn claim(
        id: IdentificationId,
        user_id: UserId,
        kind: IdentificationKind,
        canonical: String,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            user_id,
            kind,
            value: canonical.clone(),
            canonical,
            position: 0,
            status: IdentificationStatus::Unverified,
            strategy: None,
            verification: None,
            details: Map::new(),
            created_at: now,
            updated_at: now,
        }
    }

    /// It is proven now, in this way, whatever else was under way.
    pub fn prove(&mut self, strategy: &str, now: Timestamp) {
        self.status = IdentificationStatus::Verified;
        self.strategy = Some(strategy.to_owned());
        self.verification = None;
        self.updated_at = now;
    }

    /// Whether its holder can sign in with it. What was set aside for them counts as theirs.
    pub fn can_sign_in(&self) -> bool {
        self.status != IdentificationStatus::Unverified
    }

    /// Whether it names its holder at sign-in, and what is sent to it proves who they are. A number that is kept as the
    /// second factor cannot be the first as well.
    pub fn is_first_factor(&self) -> bool {
        self.can_sign_in() && !self.is_second_factor()
    }

    /// Whether a phone number serves as a second factor.
    pub fn is_second_factor(&self) -> bool {
        self.can_sign_in() && self.details.get("reserved_for_second_factor") == Some(&true.into())
    }

    /// Whether it is the second factor that a code goes to first.
    pub fn is_default_second_factor(&self) -> bool {
        self.is_second_factor() && self.details.get("default_second_factor") == Some(&true.into())
    }
}

fn read(row: &mut Row<'_>) -> Result<IdentificationRow> {
    Ok(IdentificationRow {
        id: row.parse()?,
        user_id: row.parse()?,
        kind: row.parse()?,
        value: row.take()?,
        canonical: row.take()?,
        position: row.take()?,
        status: words::read(&row.take::<String>()?)?,
        strategy: row.take()?,
        verification: row.json_opt()?,
        details: row.json_opt()?.unwrap_or_default(),
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

/// The identification, whosever it is.
pub async fn by_id(conn: &mut Conn, id: &IdentificationId) -> Result<Option<IdentificationRow>> {
    conn.query_opt(&BY_ID, params![id], read).await
}

/// A Gmail address whose holder gets what is sent to this mailbox: `beadle_domain::restrictions::gmail_mailbox`.
pub async fn find_by_mailbox(conn: &mut Conn, mailbox: &str) -> Result<Option<IdentificationRow>> {
    conn.query_opt(&BY_MAILBOX, params![mailbox], read).await
}

/// Whoever holds this value. An unproven claim holds nothing.
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
            words::write(&row.status).as_str(),
            &row.strategy,
            &words::json_opt(row.verification.as_ref()),
            &details(row),
            row.created_at,
            row.updated_at,
        ],
    )
    .await?;
    Ok(())
}

/// Writes back what changes; kind, owner and canonical value never do.
///
/// # Errors
/// [`Error::Conflict`](crate::Error::Conflict) when it is proven now and another user holds the value.
pub async fn update(conn: &mut Conn, row: &IdentificationRow) -> Result<()> {
    conn.execute(
        &UPDATE,
        params![
            &row.id,
            &row.value,
            row.position,
            words::write(&row.status).as_str(),
            &row.strategy,
            &words::json_opt(row.verification.as_ref()),
            &details(row),
            row.updated_at,
        ],
    )
    .await?;
    Ok(())
}

/// Removes one.
pub async fn delete(conn: &mut Conn, id: &IdentificationId) -> Result<()> {
    conn.execute(&DELETE, params![id]).await?;
    Ok(())
}

fn details(row: &IdentificationRow) -> Option<String> {
    words::json_opt(Some(&row.details).filter(|details| !details.is_empty()))
}
