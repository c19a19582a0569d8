//! The revocation feed through faults: the real binary, a real verifier, and something between or around them that
//! fails. While it fails, and before and after, a checker asks the verifier about every user again and again:
//!
//! 1. A banned user's token is never accepted later than the bound after the ban's 200.
//! 2. A good user's token is refused during the fault and for the bound after it at the most.
//! 3. Without a fault a ban is in force at once.
//!
//! All tokens outlive the test, so that nothing is refused because it has expired.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic too")]

#[path = "faults/checker.rs"]
mod checker;
#[path = "faults/clocks.rs"]
mod clocks;
#[path = "faults/crowd.rs"]
mod crowd;
#[path = "faults/database.rs"]
mod database;
#[path = "faults/events.rs"]
mod events;
#[path = "faults/gate.rs"]
mod gate;
#[path = "cli/gate_process.rs"]
mod gate_process;
#[path = "cli/instance.rs"]
#[expect(dead_code, reason = "shared with the tests of the commands, which use the rest")]
mod instance;
#[path = "faults/network.rs"]
mod network;
#[path = "faults/nodes.rs"]
mod nodes;
#[path = "faults/relay.rs"]
mod relay;
#[path = "faults/run.rs"]
mod run;
#[path = "faults/server.rs"]
mod server;
#[path = "faults/stale.rs"]
mod stale;
#[path = "faults/tampering.rs"]
mod tampering;

use std::time::Duration;

/// From which age on knowledge is stale: the verifier's default.
const BOUND: Duration = Duration::from_secs(3);
/// What a busy machine may add.
const TOLERANCE: Duration = Duration::from_millis(300);
/// How soon a ban is in force while nothing fails. It is milliseconds; the benchmarks measure them.
const AT_ONCE: Duration = Duration::from_secs(1);
/// How long a fault lasts: long enough to see what a verifier does beyond the bound.
const FAULT: Duration = Duration::from_secs(4);
