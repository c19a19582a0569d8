//! Who waits for an account.

use beadle_types::{InvitationId, Timestamp, WaitlistEntryId, WaitlistStatus};

use crate::{
    Conn, Error, Result,
    db::{Engine, UnitOfWork, param::params, row::Row, sql::Sql},
    invitations::{self, InvitationRow},
    listing::{self, Key, Listing, Order},
    words,
};

macro_rules! columns {
    () => {
        "id, email_address, status, invitation_id, invited_at, created_at, updated_at"
    };
}

pub(crate) static ID_BY_EMAIL: Sql = Sql::new("SELECT id FROM waitlist_entries WHERE email_address = ?1");
pub(crate) static BY_ID: Sql =
    Sql::new(concat!("SELECT ", columns!(), " FROM waitlist_entries WHERE id = ?1"));
pub(crate) static BY_ID_LOCKED: Sql = Sql::split(
    concat!("SELECT ", columns!(), " FROM waitlist_entries WHERE id = ?1"),
    concat!("SELECT ", columns!(), " FROM waitlist_entries WHERE id = ?1 FOR UPDATE"),
);
/// Two who join at once with one address get one entry.
pub(crate) static JOIN: Sql = Sql::new(concat!(
    "INSERT INTO waitlist_entries (id, email_address, status, created_at, updated_at) ",
    "VALUES (?1, ?2, ?3, ?4, ?4) ",
    "ON CONFLICT (email_address) DO UPDATE SET email_address = excluded.email_address RETURNING ",
    columns!()
));
pub(crate) static SETTLE: Sql = Sql::new(
    "UPDATE waitlist_entries SET status = ?2, invitation_id = ?3, invited_at = ?4, updated_at = ?5 WHERE id = ?1",
);
pub(crate) static COMPLETE: Sql = Sql::new(concat!(
    "UPDATE waitlist_entries SET status = 'completed', updated_at = ?2 ",
    "WHERE email_address = ?1 AND status <> 'completed' RETURNING ",
    columns!()
));
pub(crate) static DELETE: Sql = Sql::new("DELETE FROM waitlist_entries WHERE id = ?1");
/// Looks at no more rows than matter.
pub(crate) static COUNT_UP_TO: Sql =
    Sql::new("SELECT COUNT(*) FROM (SELECT 1 AS one FROM waitlist_entries LIMIT ?1) AS entries");

/// A row of `waitlist_entries`.
#[derive(Debug, Clone)]
pub struct WaitlistRow {
    /// Its id.
    pub id: WaitlistEntryId,
    /// Canonical.
    pub email_address: String,
    /// Where it stands.
    pub status: WaitlistStatus,
    /// The last invitation that was sent for it.
    pub invitation_id: Option<InvitationId>,
    /// When that was.
    pub invited_at: Option<Timestamp>,
    /// Creation.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
}

fn read(row: &mut Row<'_>) -> Result<WaitlistRow> {
    Ok(WaitlistRow {
        id: row.parse()?,
        email_address: row.take()?,
        status: words::read(&row.take::<String>()?)?,
        invitation_id: row.parse_opt()?,
        invited_at: row.take()?,
        created_at: row.take()?,
        updated_at: row.take()?,
    })
}

/// The entry of an address.
pub async fn id_by_email(conn: &mut Conn, email_address: &str) -> Result<Option<WaitlistEntryId>> {
    conn.query_opt(&ID_BY_EMAIL, params![email_address], |row| row.parse()).await
}

/// The entry.
pub async fn find(conn: &mut Conn, id: &WaitlistEntryId) -> Result<Option<WaitlistRow>> {
    conn.query_opt(&BY_ID, params![id], read).await
}

/// The entry, locked until the transaction ends.
pub async fn find_for_update(conn: &mut Conn, id: &WaitlistEntryId) -> Result<Option<WaitlistRow>> {
    conn.query_opt(&BY_ID_LOCKED, params![id], read).await
}

/// Adds a pending entry, or hands back the one that the address has.
pub async fn join(
    conn: &mut Conn,
    id: &WaitlistEntryId,
    email_address: &str,
    now: Timestamp,
) -> Result<WaitlistRow> {
    let pending = words::write(&WaitlistStatus::Pending);
    conn.query_one(&JOIN, params![id, email_address, pending.as_str(), now], read).await
}

/// Writes where an entry stands.
pub async fn settle(conn: &mut Conn, row: &WaitlistRow) -> Result<()> {
    let status = words::write(&row.status);
    let values = params![&row.id, status.as_str(), &row.invitation_id, row.invited_at, row.updated_at];
    conn.execute(&SETTLE, values).await?;
    Ok(())
}

/// Somebody has signed up with the address. Hands back its entry, if it has one that was open.
pub async fn complete(conn: &mut Conn, email_address: &str, now: Timestamp) -> Result<Option<WaitlistRow>> {
    conn.query_opt(&COMPLETE, params![email_address, now], read).await
}

/// Takes an entry away.
pub async fn delete(conn: &mut Conn, id: &WaitlistEntryId) -> Result<()> {
    conn.execute(&DELETE, params![id]).await?;
    Ok(())
}

/// How many entries there are, counted no further than to `limit`.
pub async fn count_up_to(conn: &mut Conn, limit: i64) -> Result<i64> {
    conn.query_one(&COUNT_UP_TO, params![limit], |row| row.take()).await
}

/// What entries are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitlistKey {
    /// Creation.
    CreatedAt,
    /// Who waits.
    EmailAddress,
    /// When the last invitation went out.
    InvitedAt,
}

impl Key for WaitlistKey {
    fn column(self) -> &'static str {
        match self {
            Self::CreatedAt => "created_at",
            Self::EmailAddress => "email_address",
            Self::InvitedAt => "invited_at",
        }
    }

    fn is_nullable(self) -> bool {
        self == Self::InvitedAt
    }
}

/// A page of entries, with how many there are on all pages.
#[derive(Debug, Clone)]
pub struct ListWaitlist {
    /// With this status.
    pub status: Option<WaitlistStatus>,
    /// Lower-cased text that the address or the id has.
    pub query: Option<String>,
    /// In which order.
    pub order: Order<WaitlistKey>,
    /// Rows at most.
    pub limit: i64,
    /// Rows to skip.
    pub offset: i64,
}

impl ListWaitlist {
    pub(crate) fn listing<'a>(&'a self, engine: Engine, pattern: Option<&'a String>) -> Listing<'a> {
        let mut list = Listing::new("waitlist_entries", columns!());
        if let Some(status) = self.status {
            list.must(format!("status = '{}'", words::write(&status)));
        }
        list.search(engine, self.query.as_deref(), pattern);
        list
    }
}

impl UnitOfWork for ListWaitlist {
    type Output = (Vec<(WaitlistRow, Option<InvitationRow>)>, i64);
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<Self::Output> {
        let pattern = listing::pattern(conn.engine(), self.query.as_deref());
        let list = self.listing(conn.engine(), pattern.as_ref());
        let total = list.total(conn).await?;
        let rows = list.page(conn, self.order, (self.limit, self.offset), read).await?;
        let ids: Vec<_> = rows.iter().filter_map(|row| row.invitation_id.clone()).collect();
        let sent = invitations::by_ids(conn, &ids).await?;
        let with_invitation = |row: WaitlistRow| {
            let invitation = sent.iter().find(|sent| Some(&sent.id) == row.invitation_id.as_ref()).cloned();
            (row, invitation)
        };
        Ok((rows.into_iter().map(with_invitation).collect(), total))
    }
}
