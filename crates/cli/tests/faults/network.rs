//! The way between the verifier and the server fails, while the server goes on and bans are made.

use super::{
    BOUND, FAULT, TOLERANCE,
    checker::Subject,
    instance::Instance,
    relay::{Mode, Relay},
    run::{Fault, Run, verifier},
};

async fn bans_hold_while_the_way_is(mode: Mode) {
    let instance = Instance::start(&[]);
    let (relay, url) = Relay::to(instance.address()).await;
    let mut run = Run::prepare(&instance).await;
    run.watch(Subject::Local(verifier(&instance, &url).start().unwrap())).await;
    run.begin().await;
    let fault = Fault::begin();
    relay.set(mode);
    run.ban(3, BOUND + TOLERANCE).await;
    tokio::time::sleep(FAULT).await;
    run.ban(1, BOUND + TOLERANCE).await;
    let fault = fault.ends();
    relay.set(Mode::Pass);
    run.recover(fault).await;
    let report = run.end();
    report.refused_good_only_in_faults();
    // The bans cannot be known: only a verifier that grows stale in time refuses them.
    report.accepted_nobody_in_faults();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bans_hold_while_connections_are_cut() {
    bans_hold_while_the_way_is(Mode::Cut).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bans_hold_while_nothing_gets_through() {
    bans_hold_while_the_way_is(Mode::Hold).await;
}
