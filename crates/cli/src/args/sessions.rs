//! `beadle sessions …`.

use beadle_client::{ClientId, SessionId, SessionStatus, UserId};
use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum SessionsCommand {
    /// List sessions, newest first
    List(ListSessions),
    /// Revoke sessions, one after the other
    Revoke {
        /// The sessions
        #[arg(required = true)]
        ids: Vec<SessionId>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ListSessions {
    /// Only of this user
    #[arg(long, value_name = "ID")]
    pub(crate) user: Option<UserId>,
    /// Only on this client
    #[arg(long, value_name = "ID")]
    pub(crate) client: Option<ClientId>,
    /// Only in this state: active, revoked, ended, expired, removed, abandoned or replaced
    #[arg(long)]
    pub(crate) status: Option<SessionStatus>,
    /// How many at most
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=500))]
    pub(crate) limit: u32,
    /// How many to pass over
    #[arg(long, default_value_t = 0)]
    pub(crate) offset: u64,
}
