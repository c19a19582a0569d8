//! `beadle webhooks …`.

use beadle_client::{EventId, WebhookEndpointId};
use clap::{Args, Subcommand, ValueEnum};

use super::ApiArgs;

#[derive(Debug, Args)]
pub(crate) struct WebhooksArgs {
    #[command(flatten)]
    pub(crate) api: ApiArgs,
    #[command(subcommand)]
    pub(crate) command: WebhooksCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum WebhooksCommand {
    /// List endpoints, newest first
    List(Page),
    /// Make an endpoint, which is told of what happens from now on; prints its signing secret
    Create {
        /// Where messages are sent
        url: String,
        /// Words for people
        #[arg(long)]
        description: Option<String>,
        /// Only these events; may be repeated. All of Clerk's if not given; user.banned and user.unbanned only by name
        #[arg(long = "event", value_name = "TYPE")]
        events: Vec<String>,
    },
    /// Show one endpoint
    Get {
        /// The endpoint
        id: WebhookEndpointId,
    },
    /// Change an endpoint
    Update {
        /// The endpoint
        id: WebhookEndpointId,
        /// Where messages are sent
        #[arg(long)]
        url: Option<String>,
        /// Words for people
        #[arg(long)]
        description: Option<String>,
        /// Only these events; may be repeated
        #[arg(long = "event", value_name = "TYPE")]
        events: Vec<String>,
        /// All of Clerk's events
        #[arg(long, conflicts_with = "events")]
        all_events: bool,
    },
    /// Delete an endpoint; what was not delivered never will be
    Delete {
        /// The endpoint
        id: WebhookEndpointId,
    },
    /// Send messages to an endpoint again
    Enable {
        /// The endpoint
        id: WebhookEndpointId,
    },
    /// Send no messages to an endpoint for now
    Disable {
        /// The endpoint
        id: WebhookEndpointId,
    },
    /// Print what signs the messages of an endpoint
    Secret {
        /// The endpoint
        id: WebhookEndpointId,
    },
    /// Give an endpoint a new secret; for a day the old one signs as well
    RotateSecret {
        /// The endpoint
        id: WebhookEndpointId,
    },
    /// List what was sent to an endpoint, newest events first
    Deliveries {
        /// The endpoint
        id: WebhookEndpointId,
        /// Only in this state
        #[arg(long)]
        status: Option<Status>,
        #[command(flatten)]
        page: Page,
    },
    /// Send one event to an endpoint once more
    Redeliver {
        /// The endpoint
        id: WebhookEndpointId,
        /// The event
        event: EventId,
    },
    /// Send to an endpoint what has happened since a time, as far as it is still stored
    Replay {
        /// The endpoint
        id: WebhookEndpointId,
        /// From when on, for example 2026-01-31T12:00:00Z
        #[arg(long, value_name = "TIME")]
        since: jiff::Timestamp,
        /// Leave out what was delivered
        #[arg(long)]
        only_missing: bool,
    },
    /// Send an endpoint a message that says nothing, and show what became of it
    Test {
        /// The endpoint
        id: WebhookEndpointId,
    },
}

/// Where a message stands.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Status {
    /// To be sent, or to be sent again
    Pending,
    /// Taken
    Delivered,
    /// Given up
    Failed,
}

#[derive(Debug, Args)]
pub(crate) struct Page {
    /// How many at most
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=500))]
    pub(crate) limit: i64,
    /// How many to pass over
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..))]
    pub(crate) offset: i64,
}
