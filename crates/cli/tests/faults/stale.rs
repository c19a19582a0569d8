//! Verifiers that were told to do something else than refuse while their knowledge is stale.

use std::time::{Duration, Instant};

use beadle_client::OnStale;

use super::{
    AT_ONCE, BOUND, FAULT, TOLERANCE,
    checker::Subject,
    instance::Instance,
    relay::{Mode, Relay},
    run::{Fault, Run, verifier},
    tampering::{Tamperer, Tampering},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_verifier_that_asks_refuses_the_banned_and_keeps_the_good() {
    let instance = Instance::start(&[]);
    let relay = Tamperer::before(instance.address()).await;
    let mut run = Run::prepare(&instance).await;
    let verifier = verifier(&instance, &relay.url).on_stale(OnStale::Ask).start().unwrap();
    run.watch(Subject::Local(verifier.clone())).await;
    run.begin().await;
    let fault = Fault::begin();
    relay.set(Tampering::Mute);
    // Asked about too late, they would be accepted beyond the bound.
    run.ban(4, BOUND + TOLERANCE).await;
    tokio::time::sleep(FAULT).await;
    let status = verifier.status();
    assert!(
        status.stale > 0 && status.accepted_stale == 0,
        "the feed was stale, and the server asked: {status:?}"
    );
    let fault = fault.ends();
    relay.set(Tampering::None);
    run.recover(fault).await;
    // One that refuses instead of asking would show here.
    run.end().accepted_good_always();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_verifier_that_asks_in_vain_refuses() {
    let instance = Instance::start(&[]);
    let (relay, url) = Relay::to(instance.address()).await;
    let mut run = Run::prepare(&instance).await;
    run.watch(Subject::Local(verifier(&instance, &url).on_stale(OnStale::Ask).start().unwrap())).await;
    run.begin().await;
    let fault = Fault::begin();
    relay.set(Mode::Cut);
    run.ban(4, BOUND + TOLERANCE).await;
    tokio::time::sleep(FAULT).await;
    let fault = fault.ends();
    relay.set(Mode::Pass);
    run.recover(fault).await;
    let report = run.end();
    report.refused_good_only_in_faults();
    // No answer is no consent.
    report.accepted_nobody_in_faults();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_verifier_that_accepts_reports_it_and_refuses_whom_it_knows() {
    let instance = Instance::start(&[]);
    let (relay, url) = Relay::to(instance.address()).await;
    let mut run = Run::prepare(&instance).await;
    let verifier = verifier(&instance, &url).on_stale(OnStale::Accept).start().unwrap();
    verifier.ready(AT_ONCE).await.unwrap();
    run.watch(Subject::Local(verifier.clone())).await;
    // Those of the beginning are due for the rest of the test: one that accepts them while stale has forgotten them.
    run.begin().await;
    assert_eq!(verifier.status().accepted_stale, 0);
    let fault = Fault::begin();
    relay.set(Mode::Cut);
    // What this verifier was told to risk: they are accepted until the fault is over.
    let first = run.crowd.banned().len();
    for _ in 0..4 {
        run.crowd.ban_without_term().await;
    }
    tokio::time::sleep(BOUND + TOLERANCE).await;
    let earlier = verifier.status().accepted_stale;
    tokio::time::sleep(FAULT.saturating_sub(BOUND + TOLERANCE).max(Duration::from_millis(500))).await;
    let later = verifier.status();
    assert!(!later.current && later.accepted_stale > earlier, "{earlier}, then {later:?}");
    let fault = fault.ends();
    relay.set(Mode::Pass);
    for person in &run.crowd.banned()[first..] {
        person.falls_due(Instant::now() + BOUND + TOLERANCE);
    }
    run.recover(fault).await;
    run.end().accepted_good_always();
    let status = verifier.status();
    assert!(status.current && status.refused > 0, "{status:?}");
}
