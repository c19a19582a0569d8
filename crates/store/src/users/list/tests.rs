//! Every order and every filter on both engines: the same answers, and no scan of a large table where an index
//! should serve.

use beadle_domain::credential::Generation;
use beadle_testkit::{Scratch, postgres};
use beadle_types::{IdentificationId, Timestamp, UserId};
use serde_json::Map;

use super::*;
use crate::{
    Location, PostgresOptions, Store,
    identifications::{IdentificationKind, IdentificationRow, IdentificationStatus},
    users::{self, UserRow},
};

const USERS: i64 = 5_000;

fn id(n: i64) -> UserId {
    format!("user_{n:05}").parse().unwrap()
}

/// Every third user lacks optional values; every fiftieth is banned.
fn user(n: i64) -> UserRecord {
    let at = Timestamp::from_millis(1_000_000 + n / 2);
    let some = (n % 3 != 0).then_some(());
    let username = some.map(|()| format!("Name{}", (n * 7919) % USERS));
    let email = some.map(|()| format!("mail{}@example{}.com", (n * 6007) % USERS, n % 10));
    let phone = (n % 4 == 0).then(|| format!("+1415555{n:04}"));
    let row = |kind, value: &Option<String>| {
        value.clone().map(|value| IdentificationRow {
            id: IdentificationId::from_parts(at, [u8::try_from(n % 251).unwrap(); 16]),
            user_id: id(n),
            kind,
            canonical: value.clone(),
            value,
            position: 0,
            status: IdentificationStatus::Verified,
            strategy: Some("admin".into()),
            verification: None,
            details: Map::new(),
            created_at: at,
            updated_at: at,
        })
    };
    let mut identifications: Vec<_> =
        [row(IdentificationKind::EmailAddress, &email), row(IdentificationKind::PhoneNumber, &phone)]
            .into_iter()
            .flatten()
            .collect();
    for (position, row) in identifications.iter_mut().enumerate() {
        row.id = format!("idn_{n}x{position}").parse().unwrap();
    }
    let user = UserRow {
        id: id(n),
        generation: Generation::FIRST,
        banned: n % 50 == 0,
        external_id: some.map(|()| format!("ext-{n}")),
        username_canonical: username.as_ref().map(|name| name.to_lowercase()),
        username,
        first_name: some.map(|()| format!("First{}", n % 97)),
        last_name: some.map(|()| format!("Last{}", n % 89)),
        locale: None,
        primary_email_address_id: None,
        primary_phone_number_id: None,
        primary_web3_wallet_id: None,
        primary_email_address: email,
        primary_phone_number: phone,
        primary_web3_wallet: None,
        public_metadata: Map::new(),
        private_metadata: Map::new(),
        unsafe_metadata: Map::new(),
        password_digest: None,
        password_updated_at: None,
        image_id: None,
        password_compromised: false,
        totp_secret: None,
        backup_codes: None,
        locked: false,
        lockout_expires_at: None,
        failed_attempts: 0,
        delete_self_enabled: true,
        create_organization_enabled: true,
        create_organizations_limit: None,
        bypass_client_trust: false,
        mfa_enabled_at: None,
        mfa_disabled_at: None,
        legal_accepted_at: None,
        last_sign_in_at: some.map(|()| Timestamp::from_millis((n * 31) % USERS)),
        last_active_at: some.map(|()| Timestamp::from_millis((n * 17) % USERS)),
        created_at: at,
        updated_at: Timestamp::from_millis((n * 13) % USERS),
    };
    UserRecord { user, identifications }
}

struct Seed {
    from: i64,
    to: i64,
}

impl UnitOfWork for Seed {
    type Output = ();
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<()> {
        for n in self.from..self.to {
            users::insert(conn, &user(n)).await?;
        }
        Ok(())
    }
}

struct Analyze;

impl UnitOfWork for Analyze {
    type Output = ();
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<()> {
        conn.batch("ANALYZE").await
    }
}

async fn stores() -> (Scratch, [Store; 2]) {
    let scratch = Scratch::new();
    let sqlite = Store::open(&Location::Directory(scratch.path().to_owned())).await.unwrap();
    let options = PostgresOptions::from_url(&postgres::database()).unwrap();
    let postgres = Store::open(&Location::Postgres(Box::new(options))).await.unwrap();
    let stores = [sqlite, postgres];
    for store in &stores {
        for from in (0..USERS).step_by(500) {
            store.write(Seed { from, to: from + 500 }).await.unwrap();
        }
    }
    (scratch, stores)
}

fn orders() -> Vec<UserOrder> {
    let both = |key| [false, true].map(|descending| UserOrder { key, descending });
    UserOrderKey::ALL.into_iter().flat_map(both).collect()
}

/// Each filter with a name, and with whether many users match it.
fn filters() -> Vec<(&'static str, UserFilter)> {
    let some = |text: &str| Some(text.to_owned());
    let list = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let only = |texts: &[&str]| Membership { include: list(texts), exclude: Vec::new() };
    let not = |texts: &[&str]| Membership { include: Vec::new(), exclude: list(texts) };
    let at = |millis| Some(Timestamp::from_millis(millis));
    let none = UserFilter::default;
    vec![
        ("everybody", none()),
        ("nobody", UserFilter { nobody: true, ..none() }),
        (
            "email_addresses",
            UserFilter { email_addresses: list(&["mail1007@example1.com", "x@y.z"]), ..none() },
        ),
        ("phone_numbers", UserFilter { phone_numbers: list(&["+14155550004", "+14155550008"]), ..none() }),
        ("web3_wallets", UserFilter { web3_wallets: list(&["0x00"]), ..none() }),
        ("external_accounts", UserFilter { external_accounts: list(&["oauth_google:1"]), ..none() }),
        ("usernames", UserFilter { usernames: list(&["name2919", "name838"]), ..none() }),
        ("user_ids", UserFilter { user_ids: only(&["user_00001", "user_00004"]), ..none() }),
        ("not user_ids", UserFilter { user_ids: not(&["user_00001", "user_00004"]), ..none() }),
        ("external_ids", UserFilter { external_ids: only(&["ext-1", "ext-2"]), ..none() }),
        ("not external_ids", UserFilter { external_ids: not(&["ext-1", "ext-2"]), ..none() }),
        ("query", UserFilter { query: some("mail100"), ..none() }),
        ("query of an id", UserFilter { query: some("user_0123"), ..none() }),
        ("short query", UserFilter { query: some("77"), ..none() }),
        ("email_address_query", UserFilter { email_address_query: some("12@example"), ..none() }),
        ("phone_number_query", UserFilter { phone_number_query: some("555012"), ..none() }),
        ("username_query", UserFilter { username_query: some("name12"), ..none() }),
        ("name_query", UserFilter { name_query: some("first1 last"), ..none() }),
        ("banned", UserFilter { banned: Some(true), ..none() }),
        ("not banned", UserFilter { banned: Some(false), ..none() }),
        ("last_active_at_before", UserFilter { last_active_at_before: at(50), ..none() }),
        ("last_active_at_after", UserFilter { last_active_at_after: at(4_950), ..none() }),
        ("created_at_before", UserFilter { created_at_before: at(1_000_020), ..none() }),
        ("created_at_after", UserFilter { created_at_after: at(1_002_490), ..none() }),
        ("last_sign_in_at_before", UserFilter { last_sign_in_at_before: at(50), ..none() }),
        ("last_sign_in_at_after", UserFilter { last_sign_in_at_after: at(4_950), ..none() }),
        (
            "all at once",
            UserFilter {
                user_ids: not(&["user_00001"]),
                query: some("mail"),
                name_query: some("first"),
                banned: Some(false),
                created_at_after: at(1),
                ..none()
            },
        ),
    ]
}

#[tokio::test]
async fn both_engines_answer_alike() {
    let (_scratch, [sqlite, postgres]) = stores().await;
    for (name, filter) in filters() {
        let counts =
            [sqlite.scan(filter.clone()).await.unwrap(), postgres.scan(filter.clone()).await.unwrap()];
        assert_eq!(counts[0], counts[1], "{name}");
        assert_eq!(
            counts[0] == 0,
            ["nobody", "web3_wallets", "external_accounts"].contains(&name),
            "{name}: {}",
            counts[0]
        );
        for order in orders() {
            let request =
                ListUsers { filter: filter.clone(), order, limit: 20, offset: 3, starting_after: None };
            let ids = |records: Vec<UserRecord>| -> Vec<UserId> {
                records.into_iter().map(|record| record.user.id).collect()
            };
            let one = ids(sqlite.scan(request.clone()).await.unwrap());
            let other = ids(postgres.scan(request).await.unwrap());
            assert_eq!(one, other, "{name} by {order:?}");
            assert_eq!(i64::try_from(one.len()), Ok((counts[0] - 3).clamp(0, 20)), "{name} by {order:?}");
        }
    }
}

#[tokio::test]
async fn a_cursor_visits_everybody_once() {
    let (_scratch, stores) = stores().await;
    for store in stores {
        for descending in [false, true] {
            let order = UserOrder { key: UserOrderKey::CreatedAt, descending };
            let mut seen = Vec::new();
            loop {
                let starting_after = seen.last().cloned();
                let request = ListUsers { order, limit: 499, starting_after, ..ListUsers::default() };
                let page = store.scan(request).await.unwrap();
                if page.is_empty() {
                    break;
                }
                seen.extend(page.into_iter().map(|record| record.user.id));
            }
            if descending {
                seen.reverse();
            }
            assert_eq!(seen, (0..USERS).map(id).collect::<Vec<_>>());
        }
    }
}

/// The lines of the engine's plan.
async fn plan(conn: &mut Conn, request: &ListUsers) -> Vec<String> {
    let engine = conn.engine();
    let texts = texts(engine, &request.filter);
    let (sql, params) = page(engine, request, &texts);
    match engine {
        Engine::Sqlite => {
            let explain = Sql::composed(format!("EXPLAIN QUERY PLAN {}", sql.sqlite()));
            let read = |row: &mut crate::db::row::Row<'_>| {
                let _: (i64, i64, i64) = (row.take()?, row.take()?, row.take()?);
                row.take()
            };
            conn.query(&explain, &params, read).await.unwrap()
        }
        Engine::Postgres => {
            let explain = Sql::composed(format!("EXPLAIN (COSTS OFF) {}", sql.sqlite()));
            conn.query(&explain, &params, |row| row.take()).await.unwrap()
        }
    }
}

/// Filters that no index serves: they exclude few, or (on SQLite) the order by creation is thought cheaper, or
/// the text is too short for trigrams.
fn is_walk(engine: Engine, name: &str) -> bool {
    let ranges =
        ["last_active_at_before", "last_active_at_after", "last_sign_in_at_before", "last_sign_in_at_after"];
    ["everybody", "nobody", "not user_ids", "not external_ids", "not banned", "short query"].contains(&name)
        || (engine == Engine::Sqlite && ranges.contains(&name))
}

/// Whether the plan reads a whole table, or a whole index, before it knows which rows it needs.
fn reads_everything(line: &str) -> bool {
    let sqlite = line.starts_with("SCAN users")
        || line.starts_with("SCAN identifications")
        // A scan of a full-text table without a match.
        || line.starts_with("SCAN user_search VIRTUAL TABLE INDEX 0:") && !line.contains("INDEX 0:M");
    // Of the rows that are banned, all are wanted.
    (sqlite && !line.contains("users_banned")) || line.contains("Seq Scan on ")
}

#[tokio::test]
async fn indexes_serve_every_order_and_filter() {
    let (_scratch, stores) = stores().await;
    for store in stores {
        let engine = store.engine();
        for analysed in [false, true] {
            if analysed {
                store.write(Analyze).await.unwrap();
            }
            let mut conn = store.reader().await.unwrap();
            for (name, filter) in filters().into_iter().filter(|(name, _)| !is_walk(engine, name)) {
                if engine == Engine::Postgres {
                    // Five thousand short rows are read faster than a trigram index. It must be able to serve.
                    let seqscan = if name.contains("query") || name == "all at once" { "off" } else { "on" };
                    conn.batch(&format!("SET enable_seqscan = {seqscan}")).await.unwrap();
                }
                let request = ListUsers { filter, limit: 10, ..ListUsers::default() };
                let plan = plan(&mut conn, &request).await;
                assert!(!plan.iter().any(|line| reads_everything(line)), "{engine:?}, {name}: {plan:#?}");
            }
            for order in orders() {
                let request = ListUsers { order, limit: 10, ..ListUsers::default() };
                let plan = plan(&mut conn, &request).await;
                let served = plan.iter().any(|line| line.contains(" users_"));
                let sorted = plan.iter().any(|line| line.contains("Sort") || line.contains("TEMP B-TREE"));
                assert!(served && !sorted, "{engine:?}, {order:?}: {plan:#?}");
            }
        }
    }
}
