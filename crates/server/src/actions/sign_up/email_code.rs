//! Proving the e-mail address of a sign-up by a code.

use beadle_domain::{
    Error, one_time_code::CodeState, sign_up::SignUp, strategy::Strategy, verification::Verification,
};
use beadle_store::{Conn, UnitOfWork, mails::MailRow, sign_ups};
use beadle_types::{SignUpId, Timestamp};

use super::{Step, complete, find_unfinished, lock_unfinished};
use crate::{
    actions::{client::Device, events::Events, one_time_code, sign_in::open::NewSession},
    app::App,
    error::{ApiError, ApiResult},
    extract::Caller,
};

/// Sends a code to the attempt's address.
///
/// # Errors
/// 404 without the attempt, 422 without an address, 400 once it is verified.
pub(crate) async fn prepare(app: &App, device: &Device, id: &SignUpId) -> ApiResult<SignUp> {
    let now = app.now();
    let (address, locale) = {
        let mut reader = app.store.reader().await?;
        let sign_up = find_unfinished(&mut reader, id, &device.row.id, now).await?;
        if sign_up.email_is_verified() {
            return Err(Error::verification_already_verified().into());
        }
        let address = sign_up.email_address.ok_or_else(|| Error::param_missing("email_address"))?;
        (address, sign_up.locale)
    };
    let strategy = Strategy::EmailCode;
    let (code, mail) = one_time_code::issue_mail(app, id.as_str(), &address, &strategy, locale.as_deref());
    let queued = mail.is_some();
    let work = Prepare { id: id.clone(), device: device.clone(), address, code, mail, now };
    let sign_up = app.store.write(work).await?;
    if queued {
        app.mail.notify_one();
    }
    Ok(sign_up)
}

struct Prepare {
    id: SignUpId,
    device: Device,
    address: String,
    code: CodeState,
    mail: Option<MailRow>,
    now: Timestamp,
}

impl UnitOfWork for Prepare {
    type Output = SignUp;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<SignUp> {
        let mut sign_up = lock_unfinished(conn, &self.id, &self.device.row.id, self.now).await?;
        if sign_up.email_address.as_ref() != Some(&self.address) {
            return Err(Error::verification_failed().into());
        }
        sign_up.email_verification = Some(Verification::sent(Strategy::EmailCode, None, self.code.clone()));
        sign_up.updated_at = self.now;
        sign_ups::save(conn, &sign_up).await?;
        if let Some(mail) = &self.mail {
            one_time_code::queue(conn, mail).await?;
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
    given: String,
) -> ApiResult<(Step, NewSession)> {
    let now = app.now();
    let before = find_unfinished(&mut *app.store.reader().await?, id, &device.row.id, now).await?;
    let new = NewSession::draw(app, caller);
    let work = Attempt {
        app: app.clone(),
        user: complete::record_once_verified(app, &before)?,
        before,
        device: device.clone(),
        given,
        new: new.clone(),
        events: Events::new(app, 2),
    };
    Ok((app.store.write(work).await?, new))
}

struct Attempt {
    app: App,
    /// The attempt that `user` was made from.
    before: SignUp,
    user: Option<complete::Completion>,
    device: Device,
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
        let id = &self.before.id;
        let mut sign_up = lock_unfinished(conn, id, &self.device.row.id, now).await?;
        let verification = sign_up.email_verification.as_mut().ok_or_else(Error::verification_not_sent)?;
        let outcome = verification.attempt(id.as_str(), &self.given, now)?;
        sign_up.updated_at = now;
        if let Err(refused) = outcome.into_result() {
            sign_ups::save(conn, &sign_up).await?;
            return Ok(Step { sign_up, session: None, device: self.device.clone(), refused: Some(refused) });
        }
        let unchanged = sign_up.email_address == self.before.email_address
            && sign_up.password_digest == self.before.password_digest;
        match &self.user {
            Some(user) if unchanged && sign_up.requirements(&self.app.instance.settings).are_met() => {
                complete::complete(conn, sign_up, user, &self.device, &self.new, &self.events).await
            }
            _ => {
                sign_ups::save(conn, &sign_up).await?;
                Ok(Step { sign_up, session: None, device: self.device.clone(), refused: None })
            }
        }
    }
}
