//! Waking the workers.

use beadle_store::mails::Channel;
use tokio::sync::Notify;

/// To be rung after a message was queued. A ring that nobody waits for is kept.
#[derive(Default)]
pub struct Bell {
    email: Notify,
    sms: Notify,
}

impl Bell {
    /// Wakes the workers of this node.
    pub fn notify_one(&self) {
        self.email.notify_one();
        self.sms.notify_one();
    }

    /// Waits for a ring.
    pub(super) async fn rung(&self, channel: Channel) {
        match channel {
            Channel::Email => self.email.notified().await,
            Channel::Sms => self.sms.notified().await,
        }
    }
}
