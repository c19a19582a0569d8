//! What carriers look for is found by an index, whatever else there is; and what is old goes.

use beadle_testkit::{Scratch, postgres};

use super::*;
use crate::{
    Engine, Location, PostgresOptions, Store,
    db::param::Param,
    outbox::{self, NewEvent},
};

const EVENTS: i64 = 3_000;
const BATCH: i64 = 300;

fn at(n: i64) -> Timestamp {
    Timestamp::from_millis(1_000_000 + n)
}

fn endpoint(n: i64) -> WebhookEndpointId {
    format!("ep_{n}").parse().unwrap()
}

/// Ten endpoints, of which each has a tenth of the events; most have arrived.
struct Seed;

impl UnitOfWork for Seed {
    type Output = ();
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<()> {
        for n in 0..EVENTS {
            let (id, subject) = (format!("evt_{n:05}").parse().unwrap(), format!("user_{}", n % 100));
            let event =
                NewEvent { id: &id, kind: "user.updated", subject: &subject, data: "{}", http_request: None };
            outbox::add_event(conn, &event, at(n)).await?;
        }
        let mut after = 0;
        for n in 0..EVENTS / BATCH {
            let events: Vec<i64> =
                undispatched_after(conn, after, BATCH).await?.iter().map(|event| event.seq).collect();
            after = *events.last().unwrap();
            let endpoint = endpoint(n);
            deliver(conn, &endpoint, &events, Again::Never, at(n)).await?;
            dispatched(conn, &events).await?;
            for seq in &events[..280] {
                let row = params![&endpoint, *seq, "delivered", 1, 200, None::<&str>, at(n)];
                conn.execute(&SETTLE, row).await?;
            }
        }
        conn.batch("ANALYZE").await
    }
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

async fn plan(conn: &mut Conn, sql: &Sql, params: &[Param<'_>]) -> Vec<String> {
    if conn.engine() == Engine::Postgres {
        // Back to the numbering that is converted.
        let text = sql.postgres().replace('$', "?");
        let explain = Sql::composed(format!("EXPLAIN (COSTS OFF) {text}"));
        return conn.query(&explain, params, |row| row.take()).await.unwrap();
    }
    let explain = Sql::composed(format!("EXPLAIN QUERY PLAN {}", sql.sqlite()));
    let read = |row: &mut Row<'_>| {
        let _: (i64, i64, i64) = (row.take()?, row.take()?, row.take()?);
        row.take()
    };
    conn.query(&explain, params, read).await.unwrap()
}

/// Whether the plan reads one of our tables from end to end.
fn reads_everything(line: &str) -> bool {
    let ours = |line: &str| ["events", "webhook_"].iter().any(|table| line.contains(table));
    (line.starts_with("SCAN ") && ours(line) && !line.contains(" USING "))
        || (line.contains("Seq Scan on ") && ours(line))
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_looked_for_takes_a_whole_table() {
    let (_scratch, stores) = stores().await;
    for store in &stores {
        let mut conn = store.reader().await.unwrap();
        let (ep, event): (_, EventId) = (endpoint(3), "evt_00950".parse().unwrap());
        let looks: [(&str, &Sql, &[Param<'_>]); 10] = [
            ("UNDISPATCHED", &UNDISPATCHED, params![0, 10]),
            ("SINCE", &SINCE, params![at(2_900), 0, at(2_950), 10]),
            // Mostly nothing is.
            ("IS_DUE", &IS_DUE, params![&ep, at(0)]),
            ("CLAIM", &CLAIM, params![&ep, at(0), at(9), 10]),
            ("NEXT", &NEXT, params![&ep, "user_7"]),
            ("DROP_QUEUE", &DROP_QUEUE, params![&ep, "user_7"]),
            ("LIST", &LIST, params![&ep, 10, 0]),
            ("LIST_OF_STATUS", &LIST_OF_STATUS, params![&ep, 10, 0, "pending"]),
            ("COUNT_OF_STATUS", &COUNT_OF_STATUS, params![&ep, "pending"]),
            ("BY_EVENT", &BY_EVENT, params![&ep, &event]),
        ];
        for (name, sql, params) in looks {
            let plan = plan(&mut conn, sql, params).await;
            assert!(!plan.iter().any(|line| reads_everything(line)), "{name}: {plan:#?}");
        }
    }
}

struct Prune(Timestamp);

impl UnitOfWork for Prune {
    type Output = (u64, u64);
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<(u64, u64)> {
        Ok((prune(conn, self.0, 200).await?, prune(conn, self.0, 10_000).await?))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn old_deliveries_go_a_batch_at_a_time_and_so_do_queues_of_nobody() {
    let (_scratch, stores) = stores().await;
    for store in &stores {
        // No endpoint has a row: the hundred queues of each are nobody's.
        assert_eq!(store.write(Prune(at(500))).await.unwrap(), (400, 1_100));
        let list = ListDeliveries { endpoint_id: endpoint(1), status: None, limit: 1, offset: 0 };
        assert_eq!(store.scan(list).await.unwrap().1, 100);
    }
}
