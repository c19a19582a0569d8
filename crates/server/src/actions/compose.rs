//! Writing messages, before the transaction that queues them.

use beadle_store::{
    identifications::IdentificationRow,
    mails::{Channel, MailEvent, MailRow},
};
use beadle_types::{EventId, IdentificationId, MailId, UserId};

use crate::{app::App, cause, messages::Message, present};

/// The mail that brings a message to an address, in the language that is nearest to `locale`.
pub(crate) fn mail(app: &App, message: &Message, address: &str, locale: Option<&str>) -> MailRow {
    let rendered = app.messages.render(message, address, locale);
    told(
        app,
        None,
        None,
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
            event: None,
        },
    )
}

/// The SMS that brings a message to a phone number in E.164 form.
pub(crate) fn sms(app: &App, message: &Message, number: &str, locale: Option<&str>) -> MailRow {
    told(
        app,
        None,
        None,
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
            event: None,
        },
    )
}

/// The message, known to go to a user.
pub(crate) fn to_user(app: &App, user_id: &UserId, message: MailRow) -> MailRow {
    told(app, Some(user_id), None, message)
}

/// The message, known to go to an address or a number of a user.
pub(crate) fn to_identification(app: &App, target: &IdentificationRow, message: MailRow) -> MailRow {
    told(app, Some(&target.user_id), Some(&target.id), message)
}

/// With what webhooks are told of it. That is sealed: it holds codes and links, which are hashes everywhere else.
fn told(
    app: &App,
    user_id: Option<&UserId>,
    identification_id: Option<&IdentificationId>,
    message: MailRow,
) -> MailRow {
    let data = present::message::message(app, &message, user_id, identification_id);
    let sealed = app.instance.seal(data.to_string().as_bytes(), &*app.rng);
    let event = MailEvent {
        id: app.new_id(EventId::from_parts),
        subject: user_id.map_or_else(|| message.recipient.clone(), ToString::to_string),
        data: serde_json::json!({ "sealed": sealed }).to_string(),
        http_request: cause::current().and_then(|request| serde_json::to_string(&request).ok()),
    };
    MailRow { event: Some(event), ..message }
}
