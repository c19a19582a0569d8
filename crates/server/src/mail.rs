//! Outgoing mail: its texts, the two ways it can go, and the worker that empties the outbox.
//!
//! A mail is queued in the transaction that is the reason for it ([`beadle_store::mails::queue`]) and sent here
//! afterwards, so a rolled-back change never mails and a slow mail server never holds a transaction. Delivery is
//! at least once: a node that dies between sending and recording sends again, with the same `Message-ID`.

mod schedule;
mod smtp;
mod text;
mod worker;

use beadle_store::mails::MailRow;

pub use smtp::Smtp;
pub use text::verification_code;
pub use worker::run;

use crate::config::{ConfigError, MailConfig};

/// The kind of mails that carry a one-time code. They are pointless once the code has expired, and not sent then.
pub const VERIFICATION_CODE: &str = "verification_code";

/// Where mail goes.
pub enum Mailer {
    /// To a mail server.
    Smtp(Box<Smtp>),
    /// To the log and the database, for developers.
    Development,
}

/// What became of handing a mail over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// A mail server took it.
    Sent,
    /// It was shown to developers and stays in the database.
    Kept,
    /// It may work later.
    Deferred,
    /// It will never work.
    Refused,
}

impl Mailer {
    /// The mailer for a configuration; without one, mail goes to the development outbox.
    ///
    /// # Errors
    /// A mail server or sender that cannot be used.
    pub fn new(config: Option<&MailConfig>) -> Result<Self, ConfigError> {
        config.map_or(Ok(Self::Development), |config| Ok(Self::Smtp(Box::new(Smtp::new(config)?))))
    }

    /// Hands over one mail. Failures are logged here, so that the caller only has to record the outcome.
    pub(crate) async fn deliver(&self, mail: &MailRow) -> Delivery {
        match self {
            Self::Smtp(smtp) => smtp.send(mail).await,
            Self::Development => {
                let code = text::code_in(&mail.body).unwrap_or_default();
                tracing::info!(
                    to = mail.recipient,
                    subject = mail.subject,
                    code,
                    "mail kept, not sent (no SMTP server)"
                );
                Delivery::Kept
            }
        }
    }
}

#[cfg(test)]
mod tests;
