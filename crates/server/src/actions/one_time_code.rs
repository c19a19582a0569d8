//! Sending one-time codes.

use beadle_domain::{
    Error,
    identifier::EmailAddress,
    one_time_code::{self, CodeState, TEST_CODE},
    strategy::Strategy,
};
use beadle_store::{
    Conn,
    identifications::{IdentificationKind, IdentificationRow},
    mails::{self, MailRow},
};
use beadle_types::MailId;

use crate::{app::App, error::ApiResult, mail};

/// Codes that one address is sent within the lifetime of one: so nobody can be flooded, and guessing across
/// attempts stays hopeless.
const PER_ADDRESS: i64 = 10;

/// Queues the mail of a code.
///
/// # Errors
/// 429 when the address was sent too many of late.
pub(crate) async fn queue(conn: &mut Conn, mail: &MailRow) -> ApiResult<()> {
    let since = mail.created_at.minus(one_time_code::LIFETIME);
    if mails::sent_since(conn, &mail.recipient, since).await? >= PER_ADDRESS {
        return Err(Error::verification_code_too_many_requests().into());
    }
    Ok(mails::queue(conn, mail).await?)
}

/// A code for an attempt of this identification's owner, and the message that brings it.
pub(crate) fn issue(
    app: &App,
    owner: &str,
    target: &IdentificationRow,
    _strategy: &Strategy,
    _locale: Option<&str>,
) -> ApiResult<(CodeState, Option<MailRow>)> {
    match target.kind {
        IdentificationKind::EmailAddress => Ok(issue_mail(app, owner, &target.canonical)),
        _ => Err(Error::strategy_for_user_invalid().into()),
    }
}

/// A code for an attempt, and the mail that brings it. Test addresses in test mode have a fixed code and get
/// no mail.
pub(crate) fn issue_mail(app: &App, owner: &str, address: &str) -> (CodeState, Option<MailRow>) {
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
