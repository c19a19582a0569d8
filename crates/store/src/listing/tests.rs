//! No order and no filter of the plain lists reads a whole table.

use beadle_domain::api_key::Life;
use beadle_testkit::{Scratch, postgres};
use beadle_types::{InvitationStatus, Timestamp, WaitlistStatus};

use super::*;
use crate::{
    Engine, Error, Location, PostgresOptions, Store, UnitOfWork,
    api_keys::{self, ApiKeyRow, ListApiKeys, NEWEST_FIRST},
    invitations::{self, InvitationKey, InvitationRow, ListInvitations},
    listed_identifiers::{List, ListIdentifiers},
    m2m_tokens::{self, ListM2mTokens, M2mTokenRow},
    machines::{self, ListMachines, MachineKey, MachineRow},
    waitlist::{self, ListWaitlist, WaitlistKey},
};

const ROWS: i64 = 3_000;

/// The lines of the engine's plan.
async fn plan<K: Key>(conn: &mut Conn, list: Listing<'_>, order: Order<K>) -> Vec<String> {
    let (sql, params) = list.select(order, 10, 0);
    if conn.engine() == Engine::Postgres {
        let explain = Sql::composed(format!("EXPLAIN (COSTS OFF) {}", sql.sqlite()));
        return conn.query(&explain, &params, |row| row.take()).await.unwrap();
    }
    let explain = Sql::composed(format!("EXPLAIN QUERY PLAN {}", sql.sqlite()));
    let read = |row: &mut Row<'_>| {
        let _: (i64, i64, i64) = (row.take()?, row.take()?, row.take()?);
        row.take()
    };
    conn.query(&explain, &params, read).await.unwrap()
}

/// Whether the plan reads a whole table, or sorts one.
fn reads_everything(line: &str, sorted: bool) -> bool {
    let walks =
        line.starts_with("SCAN ") && !line.contains(" USING ") && !line.contains("VIRTUAL TABLE INDEX 0:M");
    let sorts = sorted && (line.contains("Sort") || line.contains("TEMP B-TREE"));
    walks || sorts || line.contains("Seq Scan on ")
}

struct Seed;

impl UnitOfWork for Seed {
    type Output = ();
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<()> {
        for n in 0..ROWS {
            let at = Timestamp::from_millis(1_000_000 + n);
            let row = InvitationRow {
                id: format!("inv_{n:05}").parse().unwrap(),
                email_address: format!("mail{}@example{}.com", (n * 6007) % ROWS, n % 10),
                token_hash: format!("hash{n}"),
                status: [InvitationStatus::Pending, InvitationStatus::Accepted, InvitationStatus::Revoked]
                    [usize::try_from(n % 3).unwrap()],
                redirect_url: None,
                public_metadata: serde_json::Map::new(),
                expire_at: Timestamp::from_millis(2_000_000 + (n * 31) % ROWS),
                created_at: at,
                updated_at: at,
            };
            invitations::insert(conn, &row).await?;
            seed_machines(conn, n, at).await?;
            let id = format!("wle_{n:05}").parse().unwrap();
            let mut entry = waitlist::join(conn, &id, &row.email_address, at).await?;
            if n % 3 == 0 {
                entry.status = WaitlistStatus::Invited;
                entry.invited_at = Some(Timestamp::from_millis((n * 17) % ROWS));
                waitlist::settle(conn, &entry).await?;
            }
        }
        conn.batch("ANALYZE").await
    }
}

/// Many owners of keys and tokens, and one of many.
async fn seed_machines(conn: &mut Conn, n: i64, at: Timestamp) -> Result<()> {
    let owner = if n % 2 == 0 { 0 } else { n };
    let life = Life { generation: None, revoked_at: None, expire_at: Some(at) };
    let machine = MachineRow {
        id: format!("mch_{n:05}").parse().unwrap(),
        name: format!("machine {}", (n * 6007) % ROWS),
        default_token_ttl: 60,
        secret_hash: format!("hash{n}"),
        secret: String::new(),
        previous_hash: None,
        previous_until: None,
        created_at: at,
        updated_at: at,
    };
    machines::insert(conn, &machine).await?;
    let key = ApiKeyRow {
        id: format!("ak_{n:05}").parse().unwrap(),
        kind: "api_key".into(),
        subject: format!("org_{owner}"),
        name: format!("key {n}"),
        description: None,
        claims: None,
        scopes: Vec::new(),
        secret_hash: format!("hash{n}"),
        secret: String::new(),
        created_by: None,
        life,
        revocation_reason: None,
        last_used_at: None,
        created_at: at,
        updated_at: at,
    };
    api_keys::insert(conn, &key).await?;
    let token = M2mTokenRow {
        id: format!("mt_{n:05}").parse().unwrap(),
        machine_id: format!("mch_{owner:05}").parse().unwrap(),
        user_id: None,
        claims: None,
        scopes: Vec::new(),
        fingerprint: "same".into(),
        token_hash: format!("hash{n}"),
        token: String::new(),
        life,
        revocation_reason: None,
        last_used_at: None,
        created_at: at,
        updated_at: at,
    };
    m2m_tokens::insert(conn, &token).await
}

async fn stores() -> (Scratch, [Store; 2]) {
    let scratch = Scratch::new();
    let sqlite = Store::open(&Location::Directory(scratch.path().to_owned())).await.unwrap();
    let options = PostgresOptions::from_url(&postgres::database()).unwrap();
    let stores = [sqlite, Store::open(&Location::Postgres(Box::new(options))).await.unwrap()];
    for store in &stores {
        store.write(Seed).await.unwrap();
    }
    (scratch, stores)
}

fn request(key: InvitationKey, descending: bool) -> ListInvitations {
    ListInvitations {
        status: None,
        query: None,
        order: Order { key, descending },
        limit: 10,
        offset: 0,
        with_total: true,
        now: Timestamp::from_millis(2_001_000),
    }
}

const KEYS: [InvitationKey; 3] =
    [InvitationKey::CreatedAt, InvitationKey::EmailAddress, InvitationKey::ExpiresAt];
const STATES: [InvitationStatus; 4] = [
    InvitationStatus::Pending,
    InvitationStatus::Accepted,
    InvitationStatus::Revoked,
    InvitationStatus::Expired,
];

#[tokio::test]
async fn indexes_serve_every_list_of_invitations() {
    let (_scratch, stores) = stores().await;
    for store in stores {
        let engine = store.engine();
        let mut conn = store.reader().await.unwrap();
        for (key, descending) in KEYS.iter().flat_map(|key| [(*key, false), (*key, true)]) {
            let all = request(key, descending);
            let lines = plan(&mut conn, all.listing(engine, None), all.order).await;
            assert!(!lines.iter().any(|line| reads_everything(line, true)), "{key:?}: {lines:#?}");
        }
        for status in STATES {
            let some = ListInvitations { status: Some(status), ..request(InvitationKey::CreatedAt, true) };
            let lines = plan(&mut conn, some.listing(engine, None), some.order).await;
            assert!(!lines.iter().any(|line| reads_everything(line, true)), "{status:?}: {lines:#?}");
        }
        if engine == Engine::Postgres {
            // So few rows are read faster than a trigram index. It must be able to serve.
            conn.batch("SET enable_seqscan = off; SET enable_indexscan = off").await.unwrap();
        }
        let query = Some("mail123@");
        let pattern = pattern(engine, query);
        let mut found = Listing::new("invitations", "id");
        found.search(engine, query, pattern.as_ref());
        let lines = plan(&mut conn, found, Order { key: InvitationKey::CreatedAt, descending: true }).await;
        let served = lines.iter().any(|line| line.contains("invitations_search"));
        assert!(served && !lines.iter().any(|line| reads_everything(line, false)), "{lines:#?}");
    }
}

#[tokio::test]
async fn both_engines_list_the_same_invitations() {
    let (_scratch, [sqlite, postgres]) = stores().await;
    for query in [None, Some("example3"), Some("7@"), Some("inv_0012"), Some("%"), Some("_0")] {
        for status in [None].into_iter().chain(STATES.map(Some)) {
            for key in KEYS {
                let query = query.map(str::to_owned);
                let request = ListInvitations { status, query, ..request(key, true) };
                let [one, other] = [
                    sqlite.scan(request.clone()).await.unwrap(),
                    postgres.scan(request.clone()).await.unwrap(),
                ];
                let ids = |rows: &[InvitationRow]| rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>();
                assert_eq!((ids(&one.0), one.1), (ids(&other.0), other.1), "{request:?}");
            }
        }
    }
}

#[tokio::test]
async fn indexes_serve_every_list_of_the_waitlist() {
    let (_scratch, stores) = stores().await;
    for store in stores {
        let engine = store.engine();
        let mut conn = store.reader().await.unwrap();
        for key in [WaitlistKey::CreatedAt, WaitlistKey::EmailAddress, WaitlistKey::InvitedAt] {
            for descending in [false, true] {
                let order = Order { key, descending };
                let all = ListWaitlist { status: None, query: None, order, limit: 10, offset: 0 };
                let lines = plan(&mut conn, all.listing(engine, None), order).await;
                assert!(!lines.iter().any(|line| reads_everything(line, true)), "{order:?}: {lines:#?}");
            }
        }
        let order = Order { key: WaitlistKey::CreatedAt, descending: true };
        let some =
            ListWaitlist { status: Some(WaitlistStatus::Rejected), query: None, order, limit: 10, offset: 0 };
        let lines = plan(&mut conn, some.listing(engine, None), order).await;
        assert!(!lines.iter().any(|line| reads_everything(line, true)), "{lines:#?}");
        if engine == Engine::Postgres {
            conn.batch("SET enable_seqscan = off; SET enable_indexscan = off").await.unwrap();
        }
        let query = Some("mail123@");
        let pattern = pattern(engine, query);
        let mut found = Listing::new("waitlist_entries", "id");
        found.search(engine, query, pattern.as_ref());
        let lines = plan(&mut conn, found, order).await;
        assert!(lines.iter().any(|line| line.contains("waitlist_entries_search")), "{lines:#?}");
    }
}

#[tokio::test]
async fn indexes_serve_every_list_of_keys_machines_and_tokens() {
    let (_scratch, stores) = stores().await;
    let now = Timestamp::from_millis(1_000_000);
    for store in stores {
        let engine = store.engine();
        let mut conn = store.reader().await.unwrap();
        for (key, descending) in
            [MachineKey::CreatedAt, MachineKey::Name].iter().flat_map(|key| [(*key, false), (*key, true)])
        {
            let order = Order { key, descending };
            let lines = plan(&mut conn, ListMachines::listing(engine, None), order).await;
            assert!(!lines.iter().any(|line| reads_everything(line, true)), "{order:?}: {lines:#?}");
        }
        for include in [false, true] {
            let keys = ListApiKeys {
                kind: "api_key".into(),
                subject: "org_0".into(),
                include_invalid: include,
                query: None,
                limit: 10,
                offset: 0,
                now,
            };
            let pattern = Some(dialect::contained(engine, "key 1"));
            for pattern in [None, pattern.as_ref()] {
                let lines = plan(&mut conn, keys.listing(engine, pattern, 0), NEWEST_FIRST).await;
                assert!(!lines.iter().any(|line| reads_everything(line, true)), "{lines:#?}");
            }
            let machine_id = "mch_00000".parse().unwrap();
            let tokens =
                ListM2mTokens { machine_id, revoked: include, expired: include, limit: 10, offset: 0, now };
            let mut lines = plan(&mut conn, tokens.listing(), NEWEST_FIRST).await;
            // There is nobody, and that is read without an index.
            lines.retain(|line| !line.contains("Seq Scan on users"));
            assert!(!lines.iter().any(|line| reads_everything(line, true)), "{lines:#?}");
        }
        if engine == Engine::Postgres {
            conn.batch("SET enable_seqscan = off; SET enable_indexscan = off").await.unwrap();
        }
        let order = Order { key: MachineKey::CreatedAt, descending: true };
        let some = ListMachines { query: Some("Machine 123".into()), order, limit: 10, offset: 0 };
        let sought = some.sought(engine);
        let lines = plan(&mut conn, ListMachines::listing(engine, sought.as_ref()), order).await;
        let served = lines.iter().any(|line| line.contains("machines_search"));
        assert!(served && !lines.iter().any(|line| reads_everything(line, false)), "{lines:#?}");
    }
}

#[tokio::test]
async fn indexes_serve_the_lists_by_creation() {
    let scratch = Scratch::new();
    let sqlite = Store::open(&Location::Directory(scratch.path().to_owned())).await.unwrap();
    let options = PostgresOptions::from_url(&postgres::database()).unwrap();
    for store in [sqlite, Store::open(&Location::Postgres(Box::new(options))).await.unwrap()] {
        let mut conn = store.reader().await.unwrap();
        if store.engine() == Engine::Postgres {
            // Nothing is there to read. Indexes must be able to serve.
            conn.batch("SET enable_seqscan = off; SET enable_sort = off; SET enable_bitmapscan = off")
                .await
                .unwrap();
        }
        let identifiers = |list| ListIdentifiers { list, limit: 10, offset: 0, with_total: false }.listing();
        for list in [
            identifiers(List::Allow),
            identifiers(List::Block),
            Listing::new("jwt_templates", "id"),
            Listing::new("redirect_urls", "id"),
        ] {
            let lines = plan(&mut conn, list, Order { key: CreatedAt, descending: true }).await;
            assert!(!lines.iter().any(|line| reads_everything(line, true)), "{lines:#?}");
        }
    }
}
