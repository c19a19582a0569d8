//! Listing and counting users: filters, order, paging.

use beadle_types::{Timestamp, UserId};

use super::{UserRecord, read, read_columns};
use crate::{
    Conn, Error, Result,
    db::{Engine, UnitOfWork, dialect, param::Param, sql::Sql},
    identifications,
};

/// Ids to require and ids to exclude, as `user_id`, `external_id` and `organization_id` take them.
#[derive(Debug, Clone, Default)]
pub struct Membership {
    /// When not empty, only these.
    pub include: Vec<String>,
    /// Never these.
    pub exclude: Vec<String>,
}

/// Which users. Empty lists and `None` do not restrict; values are canonical, queries lower-cased.
#[derive(Debug, Clone, Default)]
pub struct UserFilter {
    /// Any of these e-mail addresses.
    pub email_addresses: Vec<String>,
    /// Any of these phone numbers.
    pub phone_numbers: Vec<String>,
    /// Any of these wallets.
    pub web3_wallets: Vec<String>,
    /// Any of these accounts at providers.
    pub external_accounts: Vec<String>,
    /// Any of these usernames.
    pub usernames: Vec<String>,
    /// By id.
    pub user_ids: Membership,
    /// By external id.
    pub external_ids: Membership,
    /// Set where no user can match: a filter on something the instance has none of.
    pub nobody: bool,
    /// Substring of any identifier, id or name.
    pub query: Option<String>,
    /// Substring of an e-mail address.
    pub email_address_query: Option<String>,
    /// Substring of a phone number.
    pub phone_number_query: Option<String>,
    /// Substring of the username.
    pub username_query: Option<String>,
    /// Substring of the full name.
    pub name_query: Option<String>,
    /// Only banned, or only not banned.
    pub banned: Option<bool>,
    /// Exclusive.
    pub last_active_at_before: Option<Timestamp>,
    /// Inclusive of the day.
    pub last_active_at_after: Option<Timestamp>,
    /// Exclusive.
    pub created_at_before: Option<Timestamp>,
    /// Exclusive.
    pub created_at_after: Option<Timestamp>,
    /// Exclusive.
    pub last_sign_in_at_before: Option<Timestamp>,
    /// Exclusive.
    pub last_sign_in_at_after: Option<Timestamp>,
}

/// The columns users can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "each names its column")]
pub enum UserOrderKey {
    #[default]
    CreatedAt,
    UpdatedAt,
    EmailAddress,
    Web3Wallet,
    FirstName,
    LastName,
    PhoneNumber,
    Username,
    LastActiveAt,
    LastSignInAt,
}

impl UserOrderKey {
    #[cfg(test)]
    pub(crate) const ALL: [Self; 10] = [
        Self::CreatedAt,
        Self::UpdatedAt,
        Self::EmailAddress,
        Self::Web3Wallet,
        Self::FirstName,
        Self::LastName,
        Self::PhoneNumber,
        Self::Username,
        Self::LastActiveAt,
        Self::LastSignInAt,
    ];

    fn is_nullable(self) -> bool {
        !matches!(self, Self::CreatedAt | Self::UpdatedAt)
    }

    fn column(self) -> &'static str {
        match self {
            Self::CreatedAt => "created_at",
            Self::UpdatedAt => "updated_at",
            Self::EmailAddress => "primary_email_address",
            Self::Web3Wallet => "primary_web3_wallet",
            Self::FirstName => "first_name",
            Self::LastName => "last_name",
            Self::PhoneNumber => "primary_phone_number",
            Self::Username => "username",
            Self::LastActiveAt => "last_active_at",
            Self::LastSignInAt => "last_sign_in_at",
        }
    }
}

/// An order; ties are broken by id in the same direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UserOrder {
    /// By which column.
    pub key: UserOrderKey,
    /// Largest first.
    pub descending: bool,
}

impl Default for UserOrder {
    fn default() -> Self {
        Self { key: UserOrderKey::CreatedAt, descending: true }
    }
}

impl UserOrder {
    /// Users without the value count as smallest on both engines. Left to themselves, SQLite would put them
    /// first and PostgreSQL last. Only said of columns that can be null, because PostgreSQL uses an index only
    /// for the very order it was made in.
    fn clause(self) -> String {
        let (direction, nulls) =
            if self.descending { ("DESC", "NULLS LAST") } else { ("ASC", "NULLS FIRST") };
        let nulls = if self.key.is_nullable() { nulls } else { "" };
        format!("{} {direction} {nulls}, id {direction}", self.key.column())
    }
}

/// A page of users.
#[derive(Debug, Clone, Default)]
pub struct ListUsers {
    /// Which.
    pub filter: UserFilter,
    /// In which order.
    pub order: UserOrder,
    /// Rows at most.
    pub limit: i64,
    /// Rows to skip.
    pub offset: i64,
    /// The last user of the previous page (order by creation only).
    pub starting_after: Option<UserId>,
}

/// Conditions over `users`, and what they bind.
struct Conditions<'a> {
    engine: Engine,
    clauses: Vec<String>,
    params: Vec<Param<'a>>,
    /// Texts made here (JSON arrays, patterns) that parameters borrow.
    texts: &'a [Option<String>; TEXTS],
}

const TEXTS: usize = 14;

impl<'a> Conditions<'a> {
    fn bind(&mut self, param: impl Into<Param<'a>>) -> usize {
        self.params.push(param.into());
        self.params.len()
    }

    fn compare(&mut self, column: &str, operator: &str, value: Option<Timestamp>) {
        if let Some(value) = value {
            let n = self.bind(value);
            self.clauses.push(format!("{column} {operator} ?{n}"));
        }
    }

    /// `template` gets the condition "`column` is in the list".
    fn listed(&mut self, text: usize, column: &str, template: impl Fn(String) -> String) {
        let texts = self.texts;
        if let Some(json) = &texts[text] {
            let n = self.bind(json);
            self.clauses.push(template(dialect::any_of(self.engine, column, n)));
        }
    }

    fn identified_by(&mut self, text: usize, kind: &'static str) {
        self.listed(text, "canonical", |listed| {
            // Who only claims an address is not found by it: the answer says whose it is.
            format!(
                "id IN (SELECT user_id FROM identifications WHERE kind = '{kind}' AND status <> 'unverified' AND {listed})"
            )
        });
    }

    fn searched(&mut self, text: usize, raw: Option<&str>, columns: &[&str]) {
        let texts = self.texts;
        if let (Some(pattern), Some(raw)) = (&texts[text], raw) {
            let n = self.bind(pattern);
            self.clauses.push(dialect::search(self.engine, columns, raw, n));
        }
    }
}

fn json(values: &[String]) -> Option<String> {
    (!values.is_empty()).then(|| serde_json::to_string(values).unwrap_or_default())
}

fn texts(engine: Engine, filter: &UserFilter) -> [Option<String>; TEXTS] {
    let pattern = |query: &Option<String>, columns: &[&str]| {
        query.as_deref().map(|q| dialect::pattern(engine, columns, q))
    };
    [
        json(&filter.email_addresses),
        json(&filter.phone_numbers),
        json(&filter.web3_wallets),
        json(&filter.usernames),
        json(&filter.user_ids.include),
        json(&filter.user_ids.exclude),
        json(&filter.external_ids.include),
        json(&filter.external_ids.exclude),
        pattern(&filter.query, &ANY),
        pattern(&filter.email_address_query, &["emails"]),
        pattern(&filter.phone_number_query, &["phones"]),
        pattern(&filter.username_query, &["username"]),
        pattern(&filter.name_query, &["name"]),
        json(&filter.external_accounts),
    ]
}

const ANY: [&str; 6] = ["user_id", "emails", "phones", "wallets", "username", "name"];

fn conditions<'a>(
    engine: Engine,
    filter: &'a UserFilter,
    texts: &'a [Option<String>; TEXTS],
) -> Conditions<'a> {
    let mut all = Conditions { engine, clauses: Vec::new(), params: Vec::new(), texts };
    if filter.nobody {
        all.clauses.push("1 = 0".into());
    }
    all.identified_by(0, "email_address");
    all.identified_by(1, "phone_number");
    all.identified_by(2, "web3_wallet");
    all.listed(3, "username_canonical", |listed| listed);
    all.listed(4, "id", |listed| listed);
    all.listed(5, "id", |listed| format!("NOT ({listed})"));
    all.listed(6, "external_id", |listed| listed);
    all.listed(7, "external_id", |listed| format!("(external_id IS NULL OR NOT ({listed}))"));
    all.searched(8, filter.query.as_deref(), &ANY);
    all.searched(9, filter.email_address_query.as_deref(), &["emails"]);
    all.searched(10, filter.phone_number_query.as_deref(), &["phones"]);
    all.searched(11, filter.username_query.as_deref(), &["username"]);
    all.searched(12, filter.name_query.as_deref(), &["name"]);
    all.identified_by(13, "external_account");
    match filter.banned {
        Some(true) => all.clauses.push("banned".into()),
        Some(false) => all.clauses.push("NOT banned".into()),
        None => {}
    }
    all.compare("last_active_at", "<", filter.last_active_at_before);
    all.compare("last_active_at", ">=", filter.last_active_at_after);
    all.compare("created_at", "<", filter.created_at_before);
    all.compare("created_at", ">", filter.created_at_after);
    all.compare("last_sign_in_at", "<", filter.last_sign_in_at_before);
    all.compare("last_sign_in_at", ">", filter.last_sign_in_at_after);
    all
}

fn where_clause(clauses: &[String]) -> String {
    if clauses.is_empty() { String::new() } else { format!(" WHERE {}", clauses.join(" AND ")) }
}

/// The statement of a page, and what it binds.
fn page<'a>(
    engine: Engine,
    request: &'a ListUsers,
    texts: &'a [Option<String>; TEXTS],
) -> (Sql, Vec<Param<'a>>) {
    let mut all = conditions(engine, &request.filter, texts);
    if let Some(after) = &request.starting_after {
        let n = all.bind(after);
        let beyond = if request.order.descending { "<" } else { ">" };
        all.clauses
            .push(format!("(created_at, id) {beyond} (SELECT created_at, id FROM users WHERE id = ?{n})"));
    }
    let (limit, offset) = (all.bind(request.limit), all.bind(request.offset));
    let sql = Sql::composed(format!(
        concat!("SELECT ", read_columns!(), " FROM users{} ORDER BY {} LIMIT ?{} OFFSET ?{}"),
        where_clause(&all.clauses),
        request.order.clause(),
        limit,
        offset,
    ));
    (sql, all.params)
}

/// A page of users with their identifications: two statements whatever the size of the page.
pub async fn list(conn: &mut Conn, request: &ListUsers) -> Result<Vec<UserRecord>> {
    let engine = conn.engine();
    let texts = texts(engine, &request.filter);
    let (sql, params) = page(engine, request, &texts);
    let users = conn.query(&sql, &params, read).await?;
    let ids: Vec<UserId> = users.iter().map(|user| user.id.clone()).collect();
    let mut rest = identifications::of_users(conn, &ids).await?;
    Ok(users
        .into_iter()
        .map(|user| {
            let identifications = rest.extract_if(.., |row| row.user_id == user.id).collect();
            UserRecord { user, identifications }
        })
        .collect())
}

/// How many users match.
pub async fn count(conn: &mut Conn, filter: &UserFilter) -> Result<i64> {
    let engine = conn.engine();
    let texts = texts(engine, filter);
    let all = conditions(engine, filter, &texts);
    let sql = Sql::composed(format!("SELECT COUNT(*) FROM users{}", where_clause(&all.clauses)));
    conn.query_one(&sql, &all.params, |row| row.take()).await
}

/// Rows that a list may walk on the runtime's own threads.
const BOUND: i64 = 200;

impl UserFilter {
    /// Whether indexes alone decide who matches, so that a short page is found by walking few rows.
    fn is_indexed(&self) -> bool {
        let queries = [
            &self.query,
            &self.email_address_query,
            &self.phone_number_query,
            &self.username_query,
            &self.name_query,
        ];
        let times = [
            self.last_active_at_before,
            self.last_active_at_after,
            self.created_at_before,
            self.created_at_after,
            self.last_sign_in_at_before,
            self.last_sign_in_at_after,
        ];
        self.banned.is_none()
            && queries.iter().all(|query| query.is_none())
            && times.iter().all(Option::is_none)
            && self.external_ids.exclude.is_empty()
    }
}

impl UnitOfWork for ListUsers {
    type Output = Vec<UserRecord>;
    type Error = Error;

    fn is_bounded(&self) -> bool {
        self.limit.saturating_add(self.offset) <= BOUND && self.filter.is_indexed()
    }

    async fn run(&self, conn: &mut Conn) -> Result<Self::Output> {
        list(conn, self).await
    }
}

impl UnitOfWork for UserFilter {
    type Output = i64;
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<i64> {
        count(conn, self).await
    }
}

#[cfg(test)]
mod tests;
