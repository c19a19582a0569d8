//! The task that empties the mail outbox.

use std::{sync::Arc, time::Duration};

use beadle_domain::clock::Clock;
use beadle_store::{
    Conn, Error, Result, Store, UnitOfWork,
    mails::{self, MailOutcome, MailRow},
};
use beadle_types::{MailId, Timestamp};
use futures_util::future::join_all;
use tokio::sync::{Notify, watch};

use super::{Delivery, Mailer, schedule};

/// Mails sent side by side.
const BATCH: i64 = 8;
/// How long a claimed mail belongs to its sender: longer than the slowest conversation with a mail server.
const LEASE: Duration = Duration::from_secs(300);
/// How often the outbox is looked at unasked, for retries and for mails that another node queued.
const PERIOD: Duration = Duration::from_secs(10);

/// Sends what is in the outbox until told to stop; a batch under way is finished first.
///
/// `wake` is to be notified after a mail was queued. `stop` is to be set to true, or dropped, at shutdown.
pub async fn run(
    store: Store,
    clock: Arc<dyn Clock>,
    mailer: Mailer,
    wake: Arc<Notify>,
    mut stop: watch::Receiver<bool>,
) {
    while !*stop.borrow() {
        match send_due(&store, &*clock, &mailer).await {
            Ok(0) => {}
            Ok(_) => continue,
            Err(error) => tracing::error!(%error, "mail outbox"),
        }
        tokio::select! {
            () = wake.notified() => {}
            () = tokio::time::sleep(PERIOD) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Sends one batch of due mails; says how many there were.
pub(super) async fn send_due(store: &Store, clock: &dyn Clock, mailer: &Mailer) -> Result<usize> {
    let now = clock.now();
    let due = store.write(Claim { now, retry_at: now.plus(LEASE) }).await?;
    if due.is_empty() {
        return Ok(0);
    }
    let outcomes = join_all(due.iter().map(async |mail| {
        let delivery =
            if schedule::is_stale(mail, now) { Delivery::Refused } else { mailer.deliver(mail).await };
        (mail.id.clone(), schedule::outcome(mail, delivery, clock.now()))
    }));
    store.write(Settle { outcomes: outcomes.await }).await?;
    Ok(due.len())
}

/// Takes due mails.
struct Claim {
    now: Timestamp,
    retry_at: Timestamp,
}

impl UnitOfWork for Claim {
    type Output = Vec<MailRow>;
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<Vec<MailRow>> {
        mails::claim(conn, self.now, self.retry_at, BATCH).await
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
