//! Writing messages, before the transaction that queues them.

use beadle_store::mails::{Channel, MailRow};
use beadle_types::MailId;

use crate::{app::App, messages::Message};

/// The mail that brings a message to an address, in the language that is nearest to `locale`.
pub(crate) fn mail(app: &App, message: &Message, address: &str, locale: Option<&str>) -> MailRow {
    let rendered = app.messages.render(message, address, locale);
    MailRow {
        id: app.new_id(MailId::from_parts),
        channel: Channel::Email,
        kind: message.kind().to_owned(),
        recipient: address.to_owned(),
        subject: rendered.subject,
        body: rendered.text,
        html: Some(rendered.html),
        attempts: 0,
        created_at: app.now(),
    }
}

/// The SMS that brings a message to a phone number in E.164 form.
pub(crate) fn sms(app: &App, message: &Message, number: &str, locale: Option<&str>) -> MailRow {
    MailRow {
        id: app.new_id(MailId::from_parts),
        channel: Channel::Sms,
        kind: message.kind().to_owned(),
        recipient: number.to_owned(),
        subject: String::new(),
        body: app.messages.render_sms(message, number, locale),
        html: None,
        attempts: 0,
        created_at: app.now(),
    }
}
