//! The server dies, or stands still.

use super::{
    BOUND, FAULT, TOLERANCE,
    checker::Subject,
    instance::Instance,
    run::{Fault, Run, verifier},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bans_hold_when_the_server_is_killed_and_comes_back() {
    let instance = Instance::start(&[]);
    let (directory, address) = (instance.directory.clone(), instance.address().to_owned());
    let mut run = Run::prepare(&instance).await;
    run.watch(Subject::Local(verifier(&instance, &instance.url).start().unwrap())).await;
    run.begin().await;
    let fault = Fault::begin();
    // Acknowledged, and perhaps not told any more.
    run.ban(4, BOUND + TOLERANCE).await;
    tokio::task::block_in_place(|| drop(instance));
    tokio::time::sleep(FAULT).await;
    let fault = fault.ends();
    let instance = tokio::task::block_in_place(|| Instance::start_at(directory, &address, &[]));
    run.recover(fault).await;
    let report = run.end();
    report.refused_good_only_in_faults();
    // A verifier that went on with what it knew would show here: of a dead server there is nothing to learn.
    report.accepted_nobody_in_faults();
    drop(instance);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bans_hold_when_the_server_is_paused_and_goes_on() {
    let instance = Instance::start(&[]);
    let mut run = Run::prepare(&instance).await;
    run.watch(Subject::Local(verifier(&instance, &instance.url).start().unwrap())).await;
    run.begin().await;
    let fault = Fault::begin();
    run.ban(3, BOUND + TOLERANCE).await;
    instance.signal("STOP");
    let waking = async {
        tokio::time::sleep(FAULT).await;
        let fault = fault.ends();
        instance.signal("CONT");
        fault
    };
    // Asked for during the pause, answered after it.
    let (acknowledged, fault) = tokio::join!(run.crowd.ban_without_term(), waking);
    run.crowd.banned().last().unwrap().falls_due(acknowledged + BOUND + TOLERANCE);
    run.recover(fault).await;
    let report = run.end();
    report.refused_good_only_in_faults();
    // The connection stays open all the time. A verifier that took that for life would show here.
    report.accepted_nobody_in_faults();
}
