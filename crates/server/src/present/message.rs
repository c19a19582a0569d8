//! Mails and SMS, as webhooks are told of them.

use beadle_store::mails::{Channel, MailRow};
use beadle_types::{IdentificationId, UserId};
use serde_json::{Value, json};

use crate::{
    app::App,
    mail::{code_in, link_in},
};

/// The `data` of `email.created` and `sms.created`.
pub(crate) fn message(
    app: &App,
    message: &MailRow,
    user_id: Option<&UserId>,
    identification_id: Option<&IdentificationId>,
) -> Value {
    let data = json!({
        "app": { "name": app.instance.settings().application_name },
        "otp_code": code_in(&message.body),
        "action_url": link_in(&message.body),
    });
    match message.channel {
        Channel::Email => json!({
            "object": "email",
            "id": message.id,
            "slug": message.kind,
            "from_email_name": app.senders.email_name,
            "reply_to_email_name": null,
            "to_email_address": message.recipient,
            "email_address_id": identification_id,
            "user_id": user_id,
            "subject": message.subject,
            "body": message.html,
            "body_plain": message.body,
            "status": "queued",
            "data": data,
            "delivered_by_clerk": true,
        }),
        Channel::Sms => json!({
            "object": "sms_message",
            "id": message.id,
            "slug": message.kind,
            "from_phone_number": app.senders.phone_number,
            "to_phone_number": message.recipient,
            "phone_number_id": identification_id,
            "user_id": user_id,
            "message": message.body,
            "status": "queued",
            "data": data,
            "delivered_by_clerk": true,
            "created_at": message.created_at,
            "created_at_ms": message.created_at,
        }),
    }
}
