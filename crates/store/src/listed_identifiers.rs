//! The allow-list and the block-list.

use beadle_domain::restrictions::EntryKind;
use beadle_types::{InvitationId, Timestamp};

use crate::{
    Conn, Error, Result,
    db::{UnitOfWork, param::params, row::Row, sql::Sql},
    listing::{CreatedAt, Listing, Order},
};

macro_rules! columns {
    () => {
        "id, identifier, identifier_type, invitation_id, created_at, updated_at"
    };
}

pub(crate) static INSERT: Sql = Sql::new(
    "INSERT INTO listed_identifiers \
     (id, list, identifier, identifier_type, invitation_id, created_at, updated_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (list, identifier) DO NOTHING",
);
pub(crate) static DELETE: Sql = Sql::new("DELETE FROM listed_identifiers WHERE id = ?1 AND list = ?2");
pub(crate) static IS_LISTED: Sql =
    Sql::new("SELECT 1 FROM listed_identifiers WHERE list = ?1 AND identifier IN (?2, ?3) LIMIT 1");

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// Who may sign up.
    Allow,
    /// Who may not.
    Block,
}

impl List {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Block => "block",
        }
    }
}

/// A row of `listed_identifiers`.
#[derive(Debug, Clone)]
pub struct ListedIdentifierRow {
    /// Its id, of either kind.
    pub id: String,
    /// Canonical; `*@` and a domain stands for all of its addresses.
    pub identifier: String,
    /// What it is.
    pub kind: EntryKind,
    /// The invitation that was sent to it.
    pub invitation_id: Option<InvitationId>,
    /// Creation.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
}

fn read(row: &mut Row<'_>) -> Result<ListedIdentifierRow> {
    Ok(ListedIdentifierRow {
        id: row.take()?,
        identifier: row.take()?,
        kind: {
            let word: String = row.take()?;
            EntryKind::from_word(&word)
                .ok_or_else(|| Error::other(format!("unknown identifier type {word:?}")))?
        },
        invitation_id: row.parse_opt()?,
        created_at: row.take()?,
        updated_at: row.take()?,
    })
}

/// Adds one. Says whether the list did not have it.
pub async fn insert(conn: &mut Conn, list: List, row: &ListedIdentifierRow) -> Result<bool> {
    let values = params![
        &row.id,
        list.as_str(),
        &row.identifier,
        row.kind.as_str(),
        &row.invitation_id,
        row.created_at,
        row.updated_at
    ];
    Ok(conn.execute(&INSERT, values).await? > 0)
}

/// Takes one away. Says whether it was there.
pub async fn delete(conn: &mut Conn, list: List, id: &str) -> Result<bool> {
    Ok(conn.execute(&DELETE, params![id, list.as_str()]).await? > 0)
}

/// Whether the list has the identifier, or the entry that stands for it.
pub async fn is_listed(
    conn: &mut Conn,
    list: List,
    identifier: &str,
    wildcard: Option<&str>,
) -> Result<bool> {
    let values = params![list.as_str(), identifier, wildcard.unwrap_or(identifier)];
    Ok(conn.query_opt(&IS_LISTED, values, |_| Ok(())).await?.is_some())
}

/// A page of a list, newest first.
#[derive(Debug, Clone)]
pub struct ListIdentifiers {
    /// Of which.
    pub list: List,
    /// Rows at most.
    pub limit: i64,
    /// Rows to skip.
    pub offset: i64,
    /// Whether the total is wanted.
    pub with_total: bool,
}

impl ListIdentifiers {
    pub(crate) fn listing(&self) -> Listing<'static> {
        let mut list = Listing::new("listed_identifiers", columns!());
        list.must(format!("list = '{}'", self.list.as_str()));
        list
    }
}

impl UnitOfWork for ListIdentifiers {
    type Output = (Vec<ListedIdentifierRow>, Option<i64>);
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<Self::Output> {
        let list = self.listing();
        let total = if self.with_total { Some(list.total(conn).await?) } else { None };
        let order = Order { key: CreatedAt, descending: true };
        Ok((list.page(conn, order, (self.limit, self.offset), read).await?, total))
    }
}
