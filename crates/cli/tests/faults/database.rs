//! A PostgreSQL database with two ways to it: its own, and one through a relay.

use std::path::Path;

use beadle_testkit::{Scratch, postgres};

use super::relay::Relay;

/// 32 bytes in base64: what two nodes of one instance seal its keys with.
pub(crate) const ENCRYPTION_KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
/// PostgreSQL's name for its socket.
const SOCKET: &str = ".s.PGSQL.5432";

/// The database; goes with the test process.
pub(crate) struct Database {
    pub(crate) url: String,
    /// The URL of the way through the relay.
    pub(crate) relayed: String,
    pub(crate) relay: Relay,
    _socket: Scratch,
}

impl Database {
    pub(crate) fn new() -> Self {
        let url = tokio::task::block_in_place(postgres::database);
        let (user, place) = url.split_once('@').unwrap();
        let (host, database) = place.split_once('/').unwrap();
        let scratch = Scratch::new();
        let server = Path::new(&host.replace("%2F", "/")).join(SOCKET);
        let relay = Relay::between_sockets(&scratch.path().join(SOCKET), server);
        let host = scratch.path().to_str().unwrap().replace('/', "%2F");
        let relayed = format!("{user}@{host}/{database}");
        Self { relayed, relay, _socket: scratch, url }
    }
}
