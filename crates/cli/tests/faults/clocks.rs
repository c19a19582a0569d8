//! The verifier's clock is wrong.

use std::time::Duration;

use beadle_client::{Clerk, Clock, SystemClock, Timestamp};

use super::{
    BOUND, FAULT, TOLERANCE,
    checker::Subject,
    instance::Instance,
    relay::{Mode, Relay},
    run::{Fault, Run},
};

const OFF: Duration = Duration::from_secs(3);

#[derive(Debug)]
struct Ahead;

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus(OFF)
    }
}

#[derive(Debug)]
struct Behind;

impl Clock for Behind {
    fn now(&self) -> Timestamp {
        SystemClock.now().minus(OFF)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_clock_makes_knowledge_neither_fresh_nor_stale() {
    let instance = Instance::start(&[]);
    let (relay, url) = Relay::to(instance.address()).await;
    let mut run = Run::prepare(&instance).await;
    let clerk = || Clerk::new(&instance.secret_key).api_url(&url);
    // A verifier that held the frames' times against its own clock would take the knowledge for three seconds older with
    // the one, and find the good user stale in peace, or younger with the other, and let the banned in for too long.
    for (name, clerk) in [("ahead", clerk().clock(Ahead)), ("behind", clerk().clock(Behind))] {
        run.watch(Subject::Local(clerk.verifier().name(name).start().unwrap())).await;
    }
    run.begin().await;
    let fault = Fault::begin();
    relay.set(Mode::Hold);
    run.ban(4, BOUND + TOLERANCE).await;
    tokio::time::sleep(FAULT).await;
    let fault = fault.ends();
    relay.set(Mode::Pass);
    run.recover(fault).await;
    let report = run.end();
    report.refused_good_only_in_faults();
    report.accepted_nobody_in_faults();
}
