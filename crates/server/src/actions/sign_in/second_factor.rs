//! Proving a second factor: a code of an authenticator app, a backup code, or a code by SMS.

use beadle_domain::{
    Error,
    one_time_code::Outcome,
    sign_in::{self, SignIn},
    strategy::Strategy,
    verification::Verification,
};
use beadle_store::{
    Conn, UnitOfWork,
    identifications::IdentificationRow,
    users::{self, UserRow},
};
use beadle_types::{SignInId, Timestamp};

use super::{
    find_open, keep_failure, lock_open,
    open::{self, NewSession, Proven},
    send::{Factor, send},
};
use crate::{
    actions::{
        client::Device,
        events::Events,
        factors::check::{Typed, check},
        one_time_code,
    },
    app::App,
    error::{ApiError, ApiResult},
    extract::Caller,
};

/// Sends a code to one of the user's numbers that serve as a second factor: the one named, else the default.
///
/// # Errors
/// 404 without the attempt, 422 for a number that is not one of them.
pub(crate) async fn prepare(
    app: &App,
    device: &Device,
    id: &SignInId,
    named: Option<&str>,
) -> ApiResult<SignIn> {
    let now = app.now();
    let strategy = Strategy::PhoneCode;
    let (target, locale) = {
        let mut reader = app.store.reader().await?;
        let sign_in = find_open(&mut reader, id, &device.row.id, now).await?;
        let user_id = sign_in.awaiting_second_factor()?;
        let user = users::load(&mut reader, user_id).await?.ok_or_else(Error::strategy_for_user_invalid)?;
        let (fits, is_default) =
            (IdentificationRow::is_second_factor, IdentificationRow::is_default_second_factor);
        let rows = user.identifications;
        (one_time_code::choose(rows, &strategy, named, fits, is_default)?, user.user.locale)
    };
    let (code, message) = one_time_code::issue(app, id.as_str(), &target, &strategy, locale.as_deref())?;
    let verification = Verification::sent(strategy, Some(target.id), code);
    send(app, device, id, Factor::Second, verification, message).await
}

/// Checks the code and opens a session.
///
/// # Errors
/// 422 for a wrong code, 400 for one that expired or was tried too often, 403 for a locked account, and for a
/// banned user only once the code was right.
pub(crate) async fn attempt(
    app: &App,
    caller: &Caller,
    device: &Device,
    id: &SignInId,
    strategy: Strategy,
    given: String,
) -> ApiResult<(Proven, NewSession)> {
    let typed = match strategy {
        Strategy::BackupCode => backup_code(app, device, id, given).await?,
        _ => Typed::unread(given),
    };
    let new = NewSession::draw(app, caller);
    let work = Attempt {
        app: app.clone(),
        id: id.clone(),
        device: device.clone(),
        strategy,
        typed,
        new: new.clone(),
        events: Events::new(app, 1),
    };
    Ok((app.store.write(work).await?, new))
}

/// Finds the code before the transaction, for whoever still has an attempt.
async fn backup_code(app: &App, device: &Device, id: &SignInId, given: String) -> ApiResult<Typed> {
    let (now, strategy) = (app.now(), Strategy::BackupCode);
    let (mut sign_in, user) = {
        let mut reader = app.store.reader().await?;
        let sign_in = find_open(&mut reader, id, &device.row.id, now).await?;
        let user = users::find(&mut reader, sign_in.awaiting_second_factor()?).await?;
        (sign_in, user.ok_or_else(Error::authentication_invalid)?)
    };
    user.lockout().check(now)?;
    if sign_in.second_attempted(&strategy, now).is_exhausted() {
        return Ok(Typed::unread(given));
    }
    Typed::read(app, &user, &strategy, given).await
}

struct Attempt {
    app: App,
    id: SignInId,
    device: Device,
    strategy: Strategy,
    typed: Typed,
    new: NewSession,
    events: Events,
}

impl UnitOfWork for Attempt {
    /// A wrong code is an output, not an error: that it was tried must be kept.
    type Output = Proven;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Proven> {
        let now = self.events.now();
        let mut sign_in = lock_open(conn, &self.id, &self.device.row.id, now).await?;
        let user_id = sign_in.awaiting_second_factor()?.clone();
        let user = users::find_for_update(conn, &user_id).await?;
        let user = user.ok_or_else(Error::authentication_invalid)?;
        user.lockout().check(now)?;
        let outcome = self.check(conn, &mut sign_in, &user, now).await?;
        if outcome == Outcome::AlreadyVerified {
            // Whoever had the right code is told of the ban each time.
            return Ok(match sign_in.proven(Some(&user.standing())) {
                Err(refusal) => Proven::Refused(sign_in::refusal(refusal)),
                Ok(_) => Proven::Refused(Error::verification_already_verified()),
            });
        }
        if let Err(told) = keep_failure(conn, &self.events, &sign_in, &user_id, outcome).await? {
            return Ok(Proven::Refused(told));
        }
        sign_in.second_factor_proven(self.strategy.clone(), now);
        open::open(conn, sign_in, &self.device, &self.new, &self.events).await
    }
}

impl Attempt {
    async fn check(
        &self,
        conn: &mut Conn,
        sign_in: &mut SignIn,
        user: &UserRow,
        now: Timestamp,
    ) -> ApiResult<Outcome> {
        if self.strategy == Strategy::PhoneCode {
            let sent = sign_in.second_factor.as_mut().filter(|second| second.strategy == self.strategy);
            let sent = sent.ok_or_else(Error::verification_not_sent)?;
            return Ok(sent.attempt(self.id.as_str(), self.typed.code(), now)?);
        }
        let verification = sign_in.second_attempted(&self.strategy, now);
        if verification.is_exhausted() {
            return Ok(Outcome::TooMany);
        }
        let right = check(conn, &self.app, user, &self.strategy, &self.typed, now).await?;
        Ok(verification.answered(right))
    }
}
