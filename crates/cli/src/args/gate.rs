//! `beadle gate`.

use std::net::SocketAddr;

use clap::{Args, ValueEnum};
use secrecy::SecretString;

use super::LocationArgs;

#[derive(Debug, Args)]
pub(crate) struct GateArgs {
    /// Address and port to listen on [BEADLE_GATE_LISTEN]
    #[arg(long, value_name = "ADDRESS:PORT", env = "BEADLE_GATE_LISTEN", default_value = "127.0.0.1:3901")]
    pub(crate) listen: SocketAddr,
    /// The server's address; if not given, where this machine's server listens [BEADLE_API_URL]
    #[arg(long, value_name = "URL")]
    pub(crate) api_url: Option<String>,
    /// The feed key (fk_…); if not given, that of this machine's instance [BEADLE_FEED_KEY]
    #[arg(long, value_name = "KEY")]
    pub(crate) feed_key: Option<SecretString>,
    /// The name in `ban_status`, unique among running verifiers; host and process if not given
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// What to do with good tokens while the feed is stale
    #[arg(long, value_enum, default_value_t = Stale::Refuse)]
    pub(crate) on_stale: Stale,
    /// From which age of its knowledge on the feed is stale, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 3000, value_parser = clap::value_parser!(u64).range(1500..=600_000))]
    pub(crate) stale_after: u64,
    /// An origin whose pages may send tokens, such as https://app.example.com; may be repeated. Any if not given
    #[arg(long, value_name = "ORIGIN")]
    pub(crate) authorized_party: Vec<String>,
    /// The issuer that tokens must name, such as https://clerk.example.com. Any of the server's keys if not given
    #[arg(long, value_name = "URL")]
    pub(crate) issuer: Option<String>,
    #[command(flatten)]
    pub(crate) location: LocationArgs,
}

/// What to do while nothing is heard.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Stale {
    /// Refuse everybody
    Refuse,
    /// Ask the server about each token
    Ask,
    /// Accept good tokens and count them
    Accept,
}
