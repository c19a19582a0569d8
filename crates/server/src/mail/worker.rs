//! The task that empties the outbox of one channel.

use std::{sync::Arc, time::Duration};

use beadle_domain::clock::Clock;
use beadle_store::{
    Conn, Error, Result, Store, UnitOfWork,
    mails::{self, Channel, MailOutcome, MailRow},
};
use beadle_types::{MailId, Timestamp};
use futures_util::future::join_all;
use tokio::sync::watch;

use super::{Bell, Deliveries, Delivery, Mailer, schedule};

/// Messages sent side by side.
const BATCH: i64 = 8;
/// How long a claimed message belongs to its sender: longer than the slowest conversation with a server.
const LEASE: Duration = Duration::from_secs(300);
/// How often the outbox is looked at unasked, for retries and for messages that another node queued.
const PERIOD: Duration = Duration::from_secs(10);

/// Sends the messages of one channel.
pub struct Worker {
    /// Where they are queued.
    pub store: Store,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where they go.
    pub mailer: Mailer,
    /// Rung after one was queued.
    pub bell: Arc<Bell>,
    /// What became of them.
    pub deliveries: Deliveries,
}

impl Worker {
    /// Sends what is in the outbox until told to stop; a batch under way is finished first.
    ///
    /// `stop` is to be set to true, or dropped, at shutdown.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            match self.send_due().await {
                Ok(0) => {}
                Ok(_) => continue,
                Err(error) => tracing::error!(%error, "outbox"),
            }
            tokio::select! {
                () = self.bell.rung(self.mailer.channel()) => {}
                () = tokio::time::sleep(PERIOD) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    /// Sends one batch of due messages; says how many there were.
    pub(crate) async fn send_due(&self) -> Result<usize> {
        let now = self.clock.now();
        let channel = self.mailer.channel();
        let due = self.store.write(Claim { channel, now, retry_at: now.plus(LEASE) }).await?;
        if due.is_empty() {
            return Ok(0);
        }
        let outcomes = join_all(due.iter().map(async |mail| {
            let is_stale = schedule::is_stale(mail, now);
            let delivery = if is_stale { Delivery::Refused } else { self.mailer.deliver(mail).await };
            let outcome = schedule::outcome(mail, delivery, self.clock.now());
            self.deliveries.record(channel, outcome);
            (mail.id.clone(), outcome)
        }));
        self.store.write(Settle { outcomes: outcomes.await }).await?;
        Ok(due.len())
    }
}

/// Takes due messages.
struct Claim {
    channel: Channel,
    now: Timestamp,
    retry_at: Timestamp,
}

impl UnitOfWork for Claim {
    type Output = Vec<MailRow>;
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<Vec<MailRow>> {
        mails::claim(conn, self.channel, self.now, self.retry_at, BATCH).await
    }
}

/// Records what became of them.
struct Settle {
    outcomes: Vec<(MailId, MailOutcome)>,
}

impl UnitOfWork for Settle {
    type Output = ();
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<()> {
        for (id, outcome) in &self.outcomes {
            mails::settle(conn, id, *outcome).await?;
        }
        Ok(())
    }
}
