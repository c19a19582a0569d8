//! Sending one-time codes.

use beadle_domain::{
    identifier::EmailAddress,
    one_time_code::{CodeState, TEST_CODE},
};
use beadle_store::mails::MailRow;
use beadle_types::MailId;

use crate::{app::App, mail};

/// A code for an attempt, and the mail that brings it. Test addresses in test mode have a fixed code and get
/// no mail.
pub(crate) fn issue(app: &App, owner: &str, address: &str) -> (CodeState, Option<MailRow>) {
    let now = app.now();
    let is_test = EmailAddress::parse(address, "email_address").is_ok_and(|email| email.is_test_address());
    if app.instance.test_mode && is_test {
        return (CodeState::for_code(owner, TEST_CODE, now), None);
    }
    let (state, code) = CodeState::issue(&*app.rng, owner, now);
    let (subject, body) = mail::verification_code(&app.instance.settings.application_name, &code, address);
    let mail = MailRow {
        id: app.new_id(MailId::from_parts),
        kind: mail::VERIFICATION_CODE.into(),
        recipient: address.to_owned(),
        subject,
        body,
        attempts: 0,
        created_at: now,
    };
    (state, Some(mail))
}
