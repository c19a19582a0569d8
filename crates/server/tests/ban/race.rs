//! One ban against eleven requests at the same moment, thousands of times: sign-ins, mints, touches and
//! refreshes, and more of them from the moment that the ban is acknowledged.
//!
//! Afterwards no session of the user is live, no cookie is accepted, no token carries the new generation, and
//! no request that began after the acknowledgement has got anything.

mod contestant;
mod round;

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use beadle_testkit::{Engine, TestApp};

use self::{contestant::Kind, round::Round};

/// Bans per engine.
const ROUNDS: usize = 2000;
/// Bans with two nodes.
const ROUNDS_ON_TWO_NODES: usize = 800;
/// Rounds at the same time, each with a user of its own: their writes share commits and locks.
const LANES: usize = 4;

/// How often a kind of request was before the ban, and how often behind it.
#[derive(Debug, Default, Clone, Copy)]
struct Score {
    served: usize,
    refused: usize,
}

type Scores = BTreeMap<Kind, Score>;

async fn race(app: TestApp) {
    let app = Arc::new(app);
    race_against(&app, &app, ROUNDS).await;
}

async fn race_on_two_nodes(app: TestApp) {
    let other = Arc::new(app.join(2).await);
    race_against(&Arc::new(app), &other, ROUNDS_ON_TWO_NODES).await;
}

/// The contestants ask one node, the ban is asked of the other.
async fn race_against(app: &Arc<TestApp>, other: &Arc<TestApp>, rounds: usize) {
    let began = Instant::now();
    let mut lanes = Vec::new();
    for lane in 0..LANES {
        let (app, other) = (app.clone(), other.clone());
        lanes.push(tokio::spawn(async move {
            let mut scores = Scores::new();
            for n in (lane..rounds).step_by(LANES) {
                Round::prepare(&app, &other, n).await.run(&mut scores).await;
            }
            scores
        }));
    }
    let mut total = Scores::new();
    for lane in lanes {
        for (kind, score) in lane.await.expect("every round is won") {
            let sum = total.entry(kind).or_default();
            sum.served += score.served;
            sum.refused += score.refused;
        }
    }
    println!("{:?}: {rounds} rounds in {:.1?}: {total:#?}", app.engine(), began.elapsed());
    // Were one kind always first or always last, nothing would have raced.
    for kind in Kind::ALL {
        let score = total.get(&kind).copied().unwrap_or_default();
        let few = rounds / 400;
        assert!(score.served >= few && score.refused >= few, "{kind:?}: {score:?}");
    }
    every_session_is_settled(app, rounds).await;
}

/// The sweep has told of every session that was opened, also of those that the ban overtook.
async fn every_session_is_settled(app: &TestApp, rounds: usize) {
    app.run_sweep().await;
    let mut open = BTreeMap::new();
    for event in app.events().await {
        let id = event.data["id"].as_str().unwrap_or_default().to_owned();
        match event.kind.as_str() {
            "session.created" => assert!(open.insert(id, event.data).is_none(), "opened twice"),
            "session.revoked" => assert!(open.remove(&id).is_some(), "revoked {id}, which was not open"),
            _ => {}
        }
    }
    // A round ends with an unban and a new session now and then.
    let left: Vec<_> = open.values().collect();
    assert_eq!(left.len(), rounds.div_ceil(round::AFTERLIFE), "never told of: {left:#?}");
}

#[test]
fn nothing_gets_past_a_ban_on_sqlite() {
    beadle_testkit::run(Engine::Sqlite, "", race);
}

#[test]
fn nothing_gets_past_a_ban_on_postgres() {
    beadle_testkit::run(Engine::Postgres, "", race);
}

#[test]
fn nothing_gets_past_a_ban_on_another_node() {
    beadle_testkit::run(Engine::Postgres, "", race_on_two_nodes);
}
