//! Whom messages are from.

use crate::config::Config;

/// As webhooks name them.
pub(crate) struct Senders {
    /// The part of the mail sender's address before the `@`.
    pub(crate) email_name: String,
    /// What SMS are sent from; empty where that is the gateway's choice.
    pub(crate) phone_number: String,
}

impl Senders {
    /// Without a mail server there is no sender, but a name must be.
    const NOBODY: &'static str = "no-reply";

    pub(crate) fn new(config: &Config) -> Self {
        let sender = config.mail.as_ref().and_then(|mail| mail.sender().ok());
        Self {
            email_name: sender.map_or(Self::NOBODY.to_owned(), |sender| sender.email.user().to_owned()),
            phone_number: config.sms.as_ref().map(|sms| sms.from.clone()).unwrap_or_default(),
        }
    }
}
