//! Proving an e-mail address or a phone number by a code or a link, to sign in or to set a new password.

use beadle_domain::{
    Error,
    credential::Refusal,
    identifier::Identifier,
    one_time_code::Outcome,
    sign_in::{self, SignIn},
    strategy::Strategy,
    verification::Verification,
};
use beadle_store::{Conn, UnitOfWork, identifications::IdentificationRow, users};
use beadle_types::SignInId;

use super::{
    find_open, keep_failure, lock_open,
    open::{self, NewSession, Proven},
    send::{Factor, send},
    was_sent_to_them,
};
use crate::{
    actions::{client::Device, compose, events::Events, one_time_code},
    app::App,
    error::{ApiError, ApiResult},
    extract::Caller,
    messages::Message,
};

/// Sends a code, or a link that leads to `redirect_url` in the end, to one of the user's addresses or numbers: the
/// one named, else the one that was typed, else the first.
///
/// # Errors
/// 404 without the attempt, 422 for an identification that is not the user's or not of the strategy's kind.
pub(crate) async fn prepare(
    app: &App,
    device: &Device,
    id: &SignInId,
    strategy: Strategy,
    named: Option<&str>,
    redirect_url: Option<String>,
) -> ApiResult<SignIn> {
    let now = app.now();
    if !app.instance.settings().factors.allows(&strategy) {
        return Err(Error::param_value_invalid("strategy", &strategy).into());
    }
    let (target, locale) = {
        let mut reader = app.store.reader().await?;
        let sign_in = find_open(&mut reader, id, &device.row.id, now).await?;
        let user_id = sign_in.awaiting_first_factor()?;
        let user = users::load(&mut reader, user_id).await?.ok_or_else(Error::strategy_for_user_invalid)?;
        if strategy.is_reset() && user.user.password_digest.is_none() {
            return Err(Error::strategy_for_user_invalid().into());
        }
        let typed = sign_in.identifier.as_deref().and_then(Identifier::guess);
        let is_typed =
            |row: &IdentificationRow| typed.as_ref().is_some_and(|typed| typed.as_str() == row.canonical);
        let rows = user.identifications;
        let fits = IdentificationRow::is_first_factor;
        (one_time_code::choose(rows, &strategy, named, fits, is_typed)?, user.user.locale)
    };
    let (code, message) = if strategy == Strategy::EmailLink {
        let message = |link, minutes| Message::SignInLink { link, minutes };
        let (state, mail) = one_time_code::issue_link(
            app,
            (id.as_str(), id.as_str()),
            &target.canonical,
            locale.as_deref(),
            message,
        );
        (state, mail.map(|mail| compose::to_identification(app, &target, mail)))
    } else {
        one_time_code::issue(app, id.as_str(), &target, &strategy, locale.as_deref())?
    };
    let verification = Verification { redirect_url, ..Verification::sent(strategy, Some(target.id), code) };
    send(app, device, id, Factor::First, verification, message).await
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
    let new = NewSession::draw(app, caller);
    let work = Attempt {
        id: id.clone(),
        device: device.clone(),
        strategy,
        given,
        new: new.clone(),
        events: Events::new(app, 1),
    };
    Ok((app.store.write(work).await?, new))
}

struct Attempt {
    id: SignInId,
    device: Device,
    strategy: Strategy,
    given: String,
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
        let user_id = sign_in.awaiting_first_factor()?.clone();
        let user = users::find(conn, &user_id).await?;
        if let Some(user) = &user {
            user.lockout().check(now)?;
        }
        if !was_sent_to_them(conn, &sign_in).await? {
            return Err(Error::verification_expired().into());
        }
        let verification = sign_in.first_factor.as_mut().filter(|first| first.strategy == self.strategy);
        let verification = verification.ok_or_else(Error::verification_not_sent)?;
        let outcome = verification.attempt(self.id.as_str(), &self.given, now)?;
        if outcome == Outcome::AlreadyVerified {
            // Whoever had the right code is told of the ban each time.
            let standing = user.map(|user| user.standing());
            if let Err(banned @ Refusal::Banned) = sign_in.proven(standing.as_ref()) {
                return Ok(Proven::Refused(sign_in::refusal(banned)));
            }
        }
        if let Err(told) = keep_failure(conn, &self.events, &sign_in, &user_id, outcome).await? {
            return Ok(Proven::Refused(told));
        }
        let (strategy, device) = (self.strategy.clone(), &self.device);
        open::first_factor_proven(conn, sign_in, strategy, device, &self.new, &self.events).await
    }
}
