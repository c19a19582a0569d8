//! Proving the e-mail address or the phone number of a sign-up by a code or a link.

use beadle_domain::{Error, sign_up::SignUp, strategy::Strategy, verification::Verification};
use beadle_store::{Conn, UnitOfWork, mails::MailRow, sign_ups};
use beadle_types::{SignUpId, Timestamp};

use super::{Step, complete, find_unfinished, lock_unfinished};
use crate::{
    actions::{client::Device, events::Events, one_time_code, sign_in::open::NewSession},
    app::App,
    error::{ApiError, ApiResult},
    extract::Caller,
    messages::Message,
};

/// Sends a code or a link to the attempt's address or number. `redirect_url` is where a link leads in the end.
///
/// # Errors
/// 404 without the attempt, 422 without an address or number, 400 once it is verified.
pub(crate) async fn prepare(
    app: &App,
    device: &Device,
    id: &SignUpId,
    strategy: Strategy,
    redirect_url: Option<String>,
) -> ApiResult<SignUp> {
    let now = app.now();
    if !app.instance.settings().factors.allows(&strategy) {
        return Err(Error::param_value_invalid("strategy", &strategy).into());
    }
    let (target, locale) = {
        let mut reader = app.store.reader().await?;
        let sign_up = find_unfinished(&mut reader, id, &device.row.id, now).await?;
        let (target, verified) = if strategy == Strategy::PhoneCode {
            (sign_up.phone_number.clone(), sign_up.phone_is_verified())
        } else {
            (sign_up.email_address.clone(), sign_up.email_is_verified())
        };
        if verified {
            return Err(Error::verification_already_verified().into());
        }
        (target.ok_or_else(|| Error::param_missing(param(&strategy)))?, sign_up.locale)
    };
    let locale = locale.as_deref();
    let (code, message) = match strategy {
        Strategy::PhoneCode => one_time_code::issue_sms(app, id.as_str(), &target, &strategy, locale),
        Strategy::EmailLink => {
            let message = |link, minutes| Message::SignUpLink { link, minutes };
            one_time_code::issue_link(app, (id.as_str(), id.as_str()), &target, locale, message)
        }
        _ => one_time_code::issue_mail(app, id.as_str(), &target, &strategy, locale),
    };
    let queued = message.is_some();
    let verification = Verification { redirect_url, ..Verification::sent(strategy, None, code) };
    let work = Prepare { id: id.clone(), device: device.clone(), target, verification, message, now };
    let sign_up = app.store.write(work).await?;
    if queued {
        app.mail.notify_one();
    }
    Ok(sign_up)
}

fn param(strategy: &Strategy) -> &'static str {
    if *strategy == Strategy::PhoneCode { "phone_number" } else { "email_address" }
}

struct Prepare {
    id: SignUpId,
    device: Device,
    /// The address or number that the message goes to.
    target: String,
    verification: Verification,
    message: Option<MailRow>,
    now: Timestamp,
}

impl UnitOfWork for Prepare {
    type Output = SignUp;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<SignUp> {
        let mut sign_up = lock_unfinished(conn, &self.id, &self.device.row.id, self.now).await?;
        let is_phone = self.verification.strategy == Strategy::PhoneCode;
        let current = if is_phone { &sign_up.phone_number } else { &sign_up.email_address };
        if current.as_ref() != Some(&self.target) {
            return Err(Error::verification_failed().into());
        }
        *sign_up.proof_by(&self.verification.strategy) = Some(self.verification.clone());
        sign_up.updated_at = self.now;
        sign_ups::save(conn, &sign_up).await?;
        if let Some(message) = &self.message {
            one_time_code::queue(conn, message).await?;
        }
        Ok(sign_up)
    }
}

/// Checks the code, and makes the user once nothing is missing.
///
/// # Errors
/// 422 for a wrong code, 400 for one that expired or was tried too often.
pub(crate) async fn attempt(
    app: &App,
    caller: &Caller,
    device: &Device,
    id: &SignUpId,
    strategy: Strategy,
    given: String,
) -> ApiResult<(Step, NewSession)> {
    let new = NewSession::draw(app, caller);
    let work = Attempt {
        id: id.clone(),
        device: device.clone(),
        strategy,
        given,
        new: new.clone(),
        events: Events::new(app, 3),
    };
    Ok((app.store.write(work).await?, new))
}

struct Attempt {
    id: SignUpId,
    device: Device,
    strategy: Strategy,
    given: String,
    new: NewSession,
    events: Events,
}

impl UnitOfWork for Attempt {
    /// A wrong code is an output, not an error: that it was tried must be kept.
    type Output = Step;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Step> {
        let now = self.events.now();
        let id = &self.id;
        let mut sign_up = lock_unfinished(conn, id, &self.device.row.id, now).await?;
        let proof = sign_up.proof_by(&self.strategy).as_mut();
        let proof = proof.filter(|proof| proof.strategy == self.strategy);
        let outcome =
            proof.ok_or_else(Error::verification_not_sent)?.attempt(id.as_str(), &self.given, now)?;
        sign_up.updated_at = now;
        if let Err(refused) = outcome.into_result() {
            sign_ups::save(conn, &sign_up).await?;
            return Ok(Step { sign_up, session: None, device: self.device.clone(), refused: Some(refused) });
        }
        complete::complete_if_met(conn, sign_up, &self.device, &self.new, &self.events).await
    }
}
