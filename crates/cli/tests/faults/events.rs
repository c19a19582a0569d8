//! Events of the stream get lost, come twice, or are old ones.

use std::time::Duration;

use super::{
    AT_ONCE, BOUND, FAULT, TOLERANCE,
    checker::Subject,
    instance::Instance,
    run::{Fault, Run, verifier},
    tampering::{Tamperer, Tampering},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_and_repeated_events_cost_neither_a_ban_nor_a_good_user() {
    let instance = Instance::start(&[]);
    let relay = Tamperer::before(instance.address()).await;
    let mut run = Run::prepare(&instance).await;
    let verifier = verifier(&instance, &relay.url).start().unwrap();
    run.watch(Subject::Local(verifier.clone())).await;
    run.begin().await;
    let (fault, before) = (Fault::begin(), verifier.status());
    relay.set(Tampering::DropAndRepeat);
    for _ in 0..8 {
        // Each on its own: bans at the same moment share an event. A verifier that does not see the gap would accept a
        // user whose event was left out for the rest of the test. The next heartbeat comes within a second.
        run.ban(1, AT_ONCE + AT_ONCE).await;
        tokio::time::sleep(Duration::from_millis(400)).await;
    }
    relay.memory().has_tampered(2, 2);
    let after = verifier.status();
    assert!(after.connections > before.connections, "a gap is closed by connecting again: {after:?}");
    assert_eq!(after.bad_frames, 0, "the relay has only moved what the server has signed");
    let fault = fault.ends();
    relay.set(Tampering::None);
    run.recover(fault).await;
    run.end().accepted_good_always();
}

async fn old_heartbeats_are_no_sign_of_life(tampering: Tampering) {
    let instance = Instance::start(&[]);
    let relay = Tamperer::before(instance.address()).await;
    let mut run = Run::prepare(&instance).await;
    run.watch(Subject::Local(verifier(&instance, &relay.url).start().unwrap())).await;
    run.begin().await;
    // For the relay to have one to repeat.
    tokio::time::sleep(Duration::from_millis(1200)).await;
    let fault = Fault::begin();
    relay.set(tampering);
    run.ban(4, BOUND + TOLERANCE).await;
    tokio::time::sleep(FAULT).await;
    relay.memory().has_tampered(0, 4);
    let fault = fault.ends();
    relay.set(Tampering::None);
    run.recover(fault).await;
    let report = run.end();
    report.refused_good_only_in_faults();
    // A verifier that takes any good signature for news would have accepted everybody.
    report.accepted_nobody_in_faults();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn old_heartbeats_on_the_same_connection_are_no_sign_of_life() {
    old_heartbeats_are_no_sign_of_life(Tampering::Replay).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn old_heartbeats_on_a_new_connection_are_no_sign_of_life() {
    old_heartbeats_are_no_sign_of_life(Tampering::ReplayAndEnd).await;
}
