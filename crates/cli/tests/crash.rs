//! The real binary, killed at random moments while it bans, and stopped in the middle of requests.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic too")]

#[path = "crash/feed.rs"]
mod feed;
#[path = "crash/http.rs"]
mod http;
#[path = "cli/instance.rs"]
#[expect(dead_code, reason = "shared with the tests of the commands, which use the rest")]
mod instance;
#[path = "crash/kills.rs"]
mod kills;
#[path = "crash/load.rs"]
mod load;
#[path = "crash/outbox.rs"]
mod outbox;
#[path = "crash/outcome.rs"]
mod outcome;
#[path = "crash/rng.rs"]
mod rng;
#[path = "crash/site.rs"]
mod site;
#[path = "crash/stop.rs"]
mod stop;
#[path = "crash/traffic.rs"]
mod traffic;
#[path = "crash/writers.rs"]
mod writers;
