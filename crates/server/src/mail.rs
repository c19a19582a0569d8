//! Outgoing mail and SMS: the ways they can go, and the workers that empty the outbox.
//!
//! A message is queued in the transaction that is the reason for it ([`beadle_store::mails::queue`]) and sent here
//! afterwards, so a rolled-back change never mails and a slow mail server never holds a transaction. Delivery is
//! at least once: a node that dies between sending and recording sends again, with the same `Message-ID` or
//! `Idempotency-Key`. Each channel has a worker of its own, so that a slow gateway holds up no mail.

mod bell;
mod deliveries;
mod schedule;
mod senders;
mod smtp;
mod text;
mod worker;

use beadle_store::mails::{Channel, MailRow};

pub use bell::Bell;
pub use deliveries::Deliveries;
pub(crate) use senders::Senders;
pub use smtp::{SenderName, Smtp};
pub(crate) use text::{code_in, link_in};
pub use worker::Worker;

use crate::{
    config::{ConfigError, MailConfig, SmsConfig},
    sms::Gateway,
};

/// Where messages of one channel go.
pub enum Mailer {
    /// To a mail server.
    Smtp(Box<Smtp>),
    /// To an SMS gateway.
    Sms(Box<Gateway>),
    /// To the log and the database, for developers.
    Development(Channel),
}

/// What became of handing a message over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// A mail server or gateway took it.
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
        config.map_or(Ok(Self::Development(Channel::Email)), |config| {
            Ok(Self::Smtp(Box::new(Smtp::new(config)?)))
        })
    }

    /// Lets the name of a mail's sender be another, from mail to mail.
    pub fn name_sender(&mut self, name: SenderName) {
        if let Self::Smtp(smtp) = self {
            smtp.name_sender(name);
        }
    }

    /// The same for SMS.
    ///
    /// # Errors
    /// A gateway that cannot be used.
    pub fn for_sms(config: Option<&SmsConfig>) -> Result<Self, ConfigError> {
        config.map_or(Ok(Self::Development(Channel::Sms)), |config| {
            Ok(Self::Sms(Box::new(Gateway::new(config)?)))
        })
    }

    /// What it delivers.
    pub(crate) fn channel(&self) -> Channel {
        match self {
            Self::Smtp(_) => Channel::Email,
            Self::Sms(_) => Channel::Sms,
            Self::Development(channel) => *channel,
        }
    }

    /// Hands over one message. Failures are logged here, so that the caller only has to record the outcome.
    pub(crate) async fn deliver(&self, mail: &MailRow) -> Delivery {
        match self {
            Self::Smtp(smtp) => smtp.send(mail).await,
            Self::Sms(gateway) => gateway.send(mail).await,
            Self::Development(channel) => {
                tracing::info!(
                    channel = channel.as_str(),
                    to = mail.recipient,
                    subject = mail.subject,
                    code = text::code_in(&mail.body),
                    link = text::link_in(&mail.body),
                    "message kept, not sent (nothing to send it with)"
                );
                Delivery::Kept
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
