//! Sending one-time codes.

mod target;

use beadle_domain::{
    Error,
    identifier::{EmailAddress, PhoneNumber},
    one_time_code::{self, CodeState, TEST_CODE},
    restrictions::check_number,
    strategy::Strategy,
};
use beadle_store::{
    Conn,
    identifications::{IdentificationKind, IdentificationRow},
    mails::{self, MailRow},
};

pub(crate) use self::target::choose;
use super::compose;
use crate::{app::App, error::ApiResult, messages::Message};

/// Messages that one address or number is sent within the lifetime of a code: so nobody can be flooded, and guessing
/// across attempts stays hopeless.
const PER_RECIPIENT: i64 = 10;

/// Queues a message that somebody asked for: a code or a link.
///
/// # Errors
/// 429 when the recipient was sent too many of late.
pub(crate) async fn queue(conn: &mut Conn, mail: &MailRow) -> ApiResult<()> {
    let since = mail.created_at.minus(one_time_code::LIFETIME);
    if mails::sent_since(conn, &mail.recipient, since).await? >= PER_RECIPIENT {
        return Err(Error::verification_code_too_many_requests().into());
    }
    Ok(mails::queue(conn, mail).await?)
}

/// A code for an attempt of this identification's owner, and the message that brings it.
///
/// # Errors
/// 422 for what nothing can be sent to, 403 for a number of a country that gets no SMS.
pub(crate) fn issue(
    app: &App,
    owner: &str,
    target: &IdentificationRow,
    strategy: &Strategy,
    locale: Option<&str>,
) -> ApiResult<(CodeState, Option<MailRow>)> {
    let (state, message) = match target.kind {
        IdentificationKind::EmailAddress => issue_mail(app, owner, &target.canonical, strategy, locale),
        IdentificationKind::PhoneNumber => {
            check_number(&app.instance.settings(), &target.canonical)?;
            issue_sms(app, owner, &target.canonical, strategy, locale)
        }
        _ => return Err(Error::strategy_for_user_invalid().into()),
    };
    Ok((state, message.map(|message| compose::to_identification(app, target, message))))
}

/// A code for an attempt, and the mail that brings it. Test addresses in test mode have a fixed code and get
/// no mail.
pub(crate) fn issue_mail(
    app: &App,
    owner: &str,
    address: &str,
    strategy: &Strategy,
    locale: Option<&str>,
) -> (CodeState, Option<MailRow>) {
    let is_test = EmailAddress::parse(address, "email_address").is_ok_and(|email| email.is_test_address());
    draw(app, owner, is_test, strategy, |message| compose::mail(app, message, address, locale))
}

/// The same by SMS to a number in E.164 form.
pub(crate) fn issue_sms(
    app: &App,
    owner: &str,
    number: &str,
    strategy: &Strategy,
    locale: Option<&str>,
) -> (CodeState, Option<MailRow>) {
    let is_test = PhoneNumber::parse(number, "phone_number").is_ok_and(|number| number.is_test_number());
    draw(app, owner, is_test, strategy, |message| compose::sms(app, message, number, locale))
}

/// A link for an attempt, and the mail that brings it. Its token names the attempt, so that it is found; its secret
/// is bound to what the second text says.
pub(crate) fn issue_link(
    app: &App,
    (owner, bound_to): (&str, &str),
    address: &str,
    locale: Option<&str>,
    message: impl FnOnce(String, u64) -> Message,
) -> (CodeState, Option<MailRow>) {
    let (state, secret) = CodeState::issue_link(&*app.rng, bound_to, app.now());
    let link = format!("{}/v1/verify?token={owner}.{secret}", app.instance.frontend_url);
    let message = message(link, one_time_code::LIFETIME.as_secs() / 60);
    (state, Some(compose::mail(app, &message, address, locale)))
}

fn draw(
    app: &App,
    owner: &str,
    is_test: bool,
    strategy: &Strategy,
    compose: impl FnOnce(&Message) -> MailRow,
) -> (CodeState, Option<MailRow>) {
    let now = app.now();
    if app.instance.test_mode() && is_test {
        return (CodeState::for_code(owner, TEST_CODE, now), None);
    }
    let (state, code) = CodeState::issue(&*app.rng, owner, now);
    let minutes = one_time_code::LIFETIME.as_secs() / 60;
    let message = if strategy.is_reset() {
        Message::ResetPasswordCode { code, minutes }
    } else {
        Message::VerificationCode { code, minutes }
    };
    (state, Some(compose(&message)))
}

#[cfg(test)]
mod tests;
