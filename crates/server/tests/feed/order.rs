//! One order for all nodes, whatever commits when.

use std::{collections::BTreeSet, sync::Arc, thread, time::Duration};

use beadle_testkit::{Engine, TestApp, Value, json};

use crate::{after, banned, entries, snapshot};

/// Bans per node.
const BANS: usize = 60;
/// Transactions that are open for long, one after the other per thread.
const LONG: u32 = 4;

/// A revocation as a node of the version before writes it, in a transaction that stays open.
fn late_revocation(session: &str, seconds: f64) -> String {
    format!(
        "BEGIN; INSERT INTO revocations (session_id, created_at) VALUES ('{session}', 1768471200000); \
         SELECT pg_sleep({seconds}); COMMIT;"
    )
}

/// Follows the feed of a node until `count` entries were told.
async fn follow(app: Arc<TestApp>, count: usize) -> Vec<Value> {
    let mut told = Vec::new();
    let mut position = 0;
    let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
    while told.len() < count {
        assert!(tokio::time::Instant::now() < deadline, "{} of {count} entries were told", told.len());
        app.advance_feed().await;
        let frame = after(&app, position).await;
        assert_eq!(frame["after"], position, "nothing is passed over");
        told.extend(entries(&frame).iter().cloned());
        position = frame["seq"].as_i64().unwrap();
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
    told
}

#[test]
fn two_nodes_tell_every_entry_once_and_in_the_same_order() {
    beadle_testkit::run(Engine::Postgres, "", async |app: TestApp| {
        let other = Arc::new(app.join(2).await);
        let app = Arc::new(app);
        let count = 2 * BANS + LONG as usize;
        let readers = [tokio::spawn(follow(app.clone(), count)), tokio::spawn(follow(other.clone(), count))];
        // These take their row numbers now, and commit in the middle of everything.
        let late: Vec<_> = (0..LONG)
            .map(|n| {
                let app = app.clone();
                thread::spawn(move || {
                    app.psql(&late_revocation(&format!("sess_late{n}"), 0.2 + 0.3 * f64::from(n)))
                })
            })
            .collect();
        let mut bans = Vec::new();
        for (n, node) in [&app, &other].into_iter().enumerate() {
            for lane in 0..4 {
                let node = node.clone();
                bans.push(tokio::spawn(async move {
                    for ban in (lane..BANS).step_by(4) {
                        banned(&node, &format!("user{n}x{ban}")).await;
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                }));
            }
        }
        for ban in bans {
            ban.await.unwrap();
        }
        let mut orders = Vec::new();
        for reader in readers {
            orders.push(reader.await.unwrap());
        }
        for thread in late {
            thread.join().unwrap();
        }
        assert_eq!(orders[0], orders[1]);
        let seqs: Vec<_> = orders[0].iter().map(|entry| entry["seq"].as_i64().unwrap()).collect();
        assert_eq!(
            seqs,
            (1..=i64::try_from(count).unwrap()).collect::<Vec<_>>(),
            "each position once, in order"
        );
        let subjects: BTreeSet<_> = orders[0]
            .iter()
            .map(|entry| entry["user_id"].to_string() + &entry["session_id"].to_string())
            .collect();
        assert_eq!(subjects.len(), count, "each entry once");
        let place = orders[0].iter().position(|entry| entry["session_id"] == "sess_late3").unwrap();
        assert!(
            place > 20,
            "the last of the late ones is among the last, not where its row number is: {place}"
        );
    });
}

#[test]
fn a_long_transaction_holds_nothing_up_and_is_told_when_it_commits() {
    beadle_testkit::run(Engine::Postgres, "", async |app: TestApp| {
        let other = app.join(2).await;
        let app = Arc::new(app);
        let long = {
            let app = app.clone();
            thread::spawn(move || app.psql(&late_revocation("sess_late", 1.5)))
        };
        tokio::time::sleep(Duration::from_millis(500)).await;
        let user = banned(&app, "ada").await;
        let frame = snapshot(&other).await;
        assert!(!long.is_finished(), "the long transaction is still open");
        assert_eq!((entries(&frame).len(), &entries(&frame)[0]["user_id"]), (1, &json!(user)));
        long.join().unwrap();
        for node in [&*app, &other] {
            let frame = snapshot(node).await;
            assert_eq!(entries(&frame)[1]["session_id"], "sess_late");
            // The version before did not say how long an entry matters: as long as any of its tokens could live.
            let entry = &entries(&frame)[1];
            assert_eq!(
                entry["expires_at"].as_i64().unwrap() - entry["created_at"].as_i64().unwrap(),
                3_600_000
            );
        }
    });
}

/// A standby that lacked the last commits takes over: the positions that it gives were given before.
#[test]
fn a_database_that_goes_back_is_told_anew() {
    beadle_testkit::run(Engine::Postgres, "", async |app: TestApp| {
        let other = app.join(2).await;
        for name in ["ada", "bob", "eve"] {
            banned(&app, name).await;
        }
        assert_eq!(snapshot(&app).await["head"], 3);
        snapshot(&other).await;
        app.psql("DELETE FROM revocations WHERE position > 1; UPDATE feed SET head = 1;");
        // This gets position 2, which both nodes and all verifiers believe to know.
        let user = banned(&app, "joe").await;
        for node in [&app, &other] {
            node.advance_feed().await;
            let told = after(node, 3).await;
            assert!(entries(&told).iter().any(|entry| entry["user_id"] == *user), "{told}");
            assert!(told["head"].as_i64().unwrap() > 1 << 40, "{told}");
        }
        let (one, two) = (snapshot(&app).await, snapshot(&other).await);
        assert_eq!((&one["head"], &one["seq"]), (&two["head"], &two["seq"]));
    });
}
