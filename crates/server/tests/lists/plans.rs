//! No filter and no order reads a whole table: an index serves each, on both engines.

use beadle_store::hooks;
use beadle_testkit::{Engine, TestApp};

use crate::asked::{TURN, lists};

async fn indexes_serve(app: TestApp) {
    let _turn = TURN.write().await;
    let lists = lists(&app).await;
    let (mut looked_at, mut faults) = (0, Vec::new());
    for list in &lists {
        for parameter in &list.operation.query {
            for value in list.right(parameter) {
                hooks::lists();
                let answer = list.ask(&app, &parameter.name, &value).await;
                if answer.status.is_success() {
                    let ordered = parameter.name == "order_by";
                    for statement in hooks::lists() {
                        looked_at += 1;
                        let scans = hooks::scans(&app.app().store, &statement, ordered).await.unwrap();
                        if !scans.is_empty() {
                            faults.push(format!("{}\n  {statement}\n  {scans:?}", answer.request));
                        }
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "no index serves these:\n{}", faults.join("\n"));
    assert!(lists.is_empty() || looked_at > 100, "{looked_at} statements");
}

#[test]
fn indexes_serve_every_filter_and_order() {
    hooks::watch_lists();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        beadle_testkit::run(engine, "", indexes_serve);
    }
}
