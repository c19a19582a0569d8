//! Webhooks: telling endpoints what has happened.
//!
//! Events are rows of the outbox, written in the transactions of the changes. [`dispatch`] turns them into deliveries,
//! one per endpoint that wants them; [`Courier`] sends those, a bounded number side by side to each endpoint, and in
//! order per subject. All that has to be known is in the database, so a node may die at any point: what it had claimed
//! becomes due again, and another node sends it. No request waits for any of it.

mod attempt;
mod courier;
mod dispatch;
mod message;

use std::{sync::OnceLock, time::Duration};

use beadle_domain::Error;
use tokio::sync::Notify;
use url::Url;

pub(crate) use self::{
    attempt::{Answer, send},
    courier::{Courier, run},
    message::test_body,
};
use crate::{
    config::WebhooksConfig,
    outgoing::{self, Outgoing},
};

/// Characters of an endpoint's URL at most.
const MAX_URL: usize = 2_048;

/// What sending needs.
pub(crate) struct Webhooks {
    allow_private_addresses: bool,
    timeout: Duration,
    /// Made when something is first sent.
    outgoing: OnceLock<Result<Outgoing, String>>,
    /// Rung when there is something to do.
    pub(crate) bell: Notify,
}

impl Webhooks {
    pub(crate) fn new(config: &WebhooksConfig) -> Self {
        Self {
            allow_private_addresses: config.allow_private_addresses,
            timeout: config.timeout,
            outgoing: OnceLock::new(),
            bell: Notify::new(),
        }
    }

    fn outgoing(&self) -> Result<&Outgoing, String> {
        let made = self.outgoing.get_or_init(|| {
            Outgoing::new(self.allow_private_addresses, self.timeout, false)
                .map_err(|error| error.to_string())
        });
        made.as_ref().map_err(Clone::clone)
    }

    /// An address that messages may be sent to, as it is stored.
    ///
    /// # Errors
    /// 422 for any other.
    pub(crate) fn url(&self, given: &str) -> Result<String, Error> {
        let expected = if self.allow_private_addresses { "an http or https URL" } else { "an https URL" };
        let refused = || Error::param_format_invalid("url", expected);
        let url = Url::parse(given).ok().filter(|_| given.len() <= MAX_URL).ok_or_else(refused)?;
        let has_scheme = url.scheme() == "https" || (self.allow_private_addresses && url.scheme() == "http");
        if !has_scheme || url.host().is_none() {
            return Err(refused());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::param_rule_broken("url", "A URL with a user or password is not taken."));
        }
        if !self.allow_private_addresses && !outgoing::is_reachable(&url) {
            let rule = "Private addresses are not connected to (webhooks.allow_private_addresses).";
            return Err(Error::param_rule_broken("url", rule));
        }
        Ok(url.into())
    }
}
