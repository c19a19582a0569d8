//! How many messages were delivered, and how many were not.

use beadle_store::mails::{Channel, MailOutcome};
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};

/// Counts attempts by channel and outcome. Clones share the counters.
#[derive(Debug, Clone, Default)]
pub struct Deliveries(Family<Labels, Counter>);

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    channel: &'static str,
    outcome: &'static str,
}

impl Deliveries {
    pub(crate) fn register(&self, registry: &mut Registry) {
        registry.register("messages", "Attempts to deliver mail and SMS, by outcome", self.0.clone());
    }

    /// Counts one attempt.
    pub(super) fn record(&self, channel: Channel, outcome: MailOutcome) {
        let outcome = match outcome {
            MailOutcome::Sent => "sent",
            MailOutcome::Stored => "stored",
            MailOutcome::Failed => "failed",
            MailOutcome::RetryAt(_) => "deferred",
        };
        self.0.get_or_create(&Labels { channel: channel.as_str(), outcome }).inc();
    }

    #[cfg(test)]
    pub(crate) fn count(&self, channel: Channel, outcome: &'static str) -> u64 {
        self.0.get_or_create(&Labels { channel: channel.as_str(), outcome }).get()
    }
}
