//! Setting a verifier up.

use std::{ops::RangeInclusive, sync::Arc, time::Duration};

use beadle_types::is_verifier_name;

use super::{Inner, OnStale, Verifier, feed::Follower, knowledge::Knowledge, receipts, revoked::Revoked};
use crate::{authenticate::AuthenticateOptions, clerk::Clerk, error::Error};

/// The server's heart beats once a second.
const STALE_AFTER: RangeInclusive<Duration> = Duration::from_millis(1500)..=Duration::from_secs(24 * 60 * 60);
/// Characters of the host in a name at most.
const HOST: usize = 50;

/// How a [`Verifier`] is to work; from [`Clerk::verifier`].
#[derive(Clone, Debug)]
#[must_use = "a verifier works once it is started"]
pub struct VerifierBuilder {
    clerk: Clerk,
    name: Option<String>,
    on_stale: OnStale,
    stale_after: Duration,
    options: AuthenticateOptions,
}

impl VerifierBuilder {
    pub(crate) fn new(clerk: &Clerk) -> Self {
        Self {
            clerk: clerk.clone(),
            name: None,
            on_stale: OnStale::default(),
            stale_after: Duration::from_secs(3),
            options: AuthenticateOptions::default(),
        }
    }

    /// The name under which the server reports how far this verifier is; unique among those running. The host's name
    /// and the process's id if not given.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// What to do while the knowledge is stale; to refuse if not given.
    pub fn on_stale(mut self, on_stale: OnStale) -> Self {
        self.on_stale = on_stale;
        self
    }

    /// From which age on knowledge is stale; 3 s if not given, and at least 1.5 s. The server's heart beats once a second.
    pub fn stale_after(mut self, bound: Duration) -> Self {
        self.stale_after = bound;
        self
    }

    /// What tokens are held against.
    pub fn options(mut self, options: AuthenticateOptions) -> Self {
        self.options = options;
        self
    }

    /// Starts to follow the feed in the background. Needs a Tokio runtime.
    ///
    /// # Errors
    /// [`Error::is_config`] for a name or an address that cannot be used.
    pub fn start(self) -> Result<Verifier, Error> {
        let Self { clerk, name, on_stale, stale_after, options } = self;
        let name = name.unwrap_or_else(default_name);
        if !STALE_AFTER.contains(&stale_after) {
            return Err(Error::config("the bound of a verifier is between 1.5 seconds and a day"));
        }
        if !is_verifier_name(&name) {
            return Err(Error::config(
                "a verifier's name is 1 to 64 letters, digits, dots, dashes and underscores",
            ));
        }
        clerk.transport()?;
        let revoked = Arc::new(Revoked::new());
        let follower = Follower {
            clerk: clerk.clone(),
            issuer: options.issuer.clone(),
            name: name.clone(),
            stale_after,
            revoked: revoked.clone(),
            knowledge: Knowledge::new(),
        };
        let tasks =
            [tokio::spawn(follower.run()), tokio::spawn(receipts::run(clerk.clone(), name, revoked.clone()))];
        Ok(Verifier(Arc::new(Inner { clerk, options, on_stale, stale_after, revoked, tasks })))
    }
}

fn default_name() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let is_good = |c: &char| c.is_ascii_alphanumeric() || "._-".contains(*c);
    let host: String = host.trim().chars().filter(is_good).take(HOST).collect();
    format!("{}-{}", if host.is_empty() { "verifier" } else { &host }, std::process::id())
}
