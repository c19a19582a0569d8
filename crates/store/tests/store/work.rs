//! Units of work to write with. A queued mail stands for any row.

use std::sync::Mutex;

use beadle_store::{Conn, Error, Store, UnitOfWork, mails};
use beadle_testkit::START;
use beadle_types::MailId;

/// How a unit of work ends after it has written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Well,
    WithError,
    WithPanic,
}

/// Queues mails to these recipients, then ends.
pub(crate) struct Queue {
    pub(crate) recipients: Vec<String>,
    pub(crate) end: End,
}

impl Queue {
    pub(crate) fn new(recipients: &[&str], end: End) -> Self {
        Self { recipients: recipients.iter().map(|&recipient| recipient.to_owned()).collect(), end }
    }
}

impl UnitOfWork for Queue {
    type Output = usize;
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<usize, Error> {
        for recipient in &self.recipients {
            mails::queue(conn, &mail(recipient)).await?;
        }
        match self.end {
            End::Well => Ok(self.recipients.len()),
            End::WithError => Err(Error::NotFound),
            End::WithPanic => panic!("this panic is part of the test"),
        }
    }
}

pub(crate) fn mail(recipient: &str) -> mails::MailRow {
    let id: MailId = format!("mail_{recipient}").parse().expect("recipients are alphanumeric");
    mails::MailRow {
        id,
        channel: mails::Channel::Email,
        kind: "test".into(),
        recipient: recipient.into(),
        subject: String::new(),
        body: String::new(),
        html: None,
        attempts: 0,
        created_at: START,
        event: None,
    }
}

/// Runs a closure as a unit of work on the connection's thread, holding up whatever waits behind it.
pub(crate) struct Hold<F>(pub(crate) Mutex<Option<F>>);

impl<F: FnOnce() + Send + 'static> Hold<F> {
    pub(crate) fn new(hold: F) -> Self {
        Self(Mutex::new(Some(hold)))
    }
}

impl<F: FnOnce() + Send + 'static> UnitOfWork for Hold<F> {
    type Output = ();
    type Error = Error;

    async fn run(&self, _: &mut Conn) -> Result<(), Error> {
        let hold = self.0.lock().expect("nobody panics with it").take();
        if let Some(hold) = hold {
            // A plain wait could stop the runtime's only thread that watches sockets and timers.
            tokio::task::block_in_place(hold);
        }
        Ok(())
    }
}

/// Takes all mails out; returns their recipients, sorted.
pub(crate) async fn recipients(store: &Store) -> Vec<String> {
    store.write(Drain).await.expect("the outbox can be read")
}

struct Drain;

impl UnitOfWork for Drain {
    type Output = Vec<String>;
    type Error = Error;

    async fn run(&self, conn: &mut Conn) -> Result<Vec<String>, Error> {
        let claimed = mails::claim(conn, mails::Channel::Email, START, START, 100_000).await?;
        for mail in &claimed {
            mails::settle(conn, &mail.id, mails::MailOutcome::Sent).await?;
        }
        let mut recipients: Vec<String> = claimed.into_iter().map(|mail| mail.recipient).collect();
        recipients.sort();
        Ok(recipients)
    }
}
