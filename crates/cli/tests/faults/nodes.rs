//! Two nodes on one PostgreSQL. The node that the verifier follows fails; bans go to the other.

use super::{
    BOUND, FAULT, TOLERANCE,
    checker::Subject,
    database::{Database, ENCRYPTION_KEY},
    instance::{Directory, Instance},
    relay::Mode,
    run::{Fault, Run, verifier},
};

/// A node that takes the bans, and one that the verifier follows.
fn nodes() -> (Database, Instance, Instance) {
    let database = Database::new();
    let banning = node(Directory::new(), "127.0.0.1:0", &database.url);
    let followed = node(Directory::new(), "127.0.0.1:0", &database.relayed);
    assert_eq!(banning.secret_key, followed.secret_key, "one instance");
    (database, banning, followed)
}

fn node(directory: Directory, address: &str, database: &str) -> Instance {
    let settings = [("BEADLE_DATABASE_URL", database), ("BEADLE_ENCRYPTION_KEY", ENCRYPTION_KEY)];
    tokio::task::block_in_place(|| Instance::start_at(directory, address, &settings))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bans_of_another_node_hold_while_the_verifiers_own_is_paused() {
    let (_database, banning, followed) = nodes();
    let mut run = Run::prepare(&banning).await;
    run.watch(Subject::Local(verifier(&followed, &followed.url).start().unwrap())).await;
    run.begin().await;
    let fault = Fault::begin();
    followed.signal("STOP");
    // Only staleness can refuse them: nobody tells the verifier. Nor may the paused node hold the other one up.
    run.ban(4, BOUND + TOLERANCE).await;
    tokio::time::sleep(FAULT).await;
    let fault = fault.ends();
    followed.signal("CONT");
    run.recover(fault).await;
    let report = run.end();
    report.refused_good_only_in_faults();
    report.accepted_nobody_in_faults();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bans_of_another_node_hold_while_the_verifiers_own_is_dead() {
    let (database, banning, followed) = nodes();
    let mut run = Run::prepare(&banning).await;
    run.watch(Subject::Local(verifier(&followed, &followed.url).start().unwrap())).await;
    run.begin().await;
    let fault = Fault::begin();
    let (directory, address) = (followed.directory.clone(), followed.address().to_owned());
    tokio::task::block_in_place(|| drop(followed));
    run.ban(4, BOUND + TOLERANCE).await;
    tokio::time::sleep(FAULT).await;
    let fault = fault.ends();
    let _followed = node(directory, &address, &database.relayed);
    run.recover(fault).await;
    let report = run.end();
    report.refused_good_only_in_faults();
    report.accepted_nobody_in_faults();
}

/// The worst of them: the node is alive, accepts connections, and knows nothing.
async fn bans_hold_while_the_database_is_away(mode: Mode) {
    let (database, banning, followed) = nodes();
    let mut run = Run::prepare(&banning).await;
    run.watch(Subject::Local(verifier(&followed, &followed.url).start().unwrap())).await;
    run.begin().await;
    let fault = Fault::begin();
    database.relay.set(mode);
    run.ban(4, BOUND + TOLERANCE).await;
    // Long enough for the verifier to give the silent connection up and make another: what the node says then must
    // not pass for news.
    tokio::time::sleep(FAULT + BOUND).await;
    let fault = fault.ends();
    database.relay.set(Mode::Pass);
    run.recover(fault).await;
    let report = run.end();
    report.refused_good_only_in_faults();
    report.accepted_nobody_in_faults();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bans_hold_while_the_followed_node_does_not_hear_from_its_database() {
    bans_hold_while_the_database_is_away(Mode::Hold).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bans_hold_while_the_followed_node_is_cut_from_its_database() {
    bans_hold_while_the_database_is_away(Mode::Cut).await;
}
