//! Sending the code that a session is to be verified with.

use beadle_domain::{Error, reverification::Status, strategy::Strategy, verification::Verification};
use beadle_store::{Conn, UnitOfWork, identifications::IdentificationRow, mails::MailRow, sessions};
use beadle_types::{ClientId, SessionId, Timestamp};

use super::{Step, admit, taken};
use crate::{
    actions::one_time_code,
    app::App,
    error::{ApiError, ApiResult},
};

/// Sends a code to one of the user's addresses or numbers: the one named, else the first that fits.
///
/// # Errors
/// 422 for an identification that is not the user's, 400 out of turn.
pub(crate) async fn prepare(
    app: &App,
    client: ClientId,
    id: SessionId,
    (strategy, named): (Strategy, Option<&str>),
    status: Status,
) -> ApiResult<Step> {
    let now = app.now();
    let found = admit(&mut *app.store.reader().await?, &client, &id, now).await?;
    let user = match found {
        Ok((_, user)) => user,
        Err(found) => return Ok(Step::Dead(found)),
    };
    let is_first = status == Status::NeedsFirstFactor;
    if strategy != Strategy::PhoneCode && !(is_first && strategy == Strategy::EmailCode) {
        return Err(Error::verification_strategy_invalid().into());
    }
    let fits =
        if is_first { IdentificationRow::is_first_factor } else { IdentificationRow::is_second_factor };
    let target = one_time_code::choose(user.identifications, &strategy, named, fits, |_| false)?;
    let locale = user.user.locale.as_deref();
    let (code, message) = one_time_code::issue(app, id.as_str(), &target, &strategy, locale)?;
    let queued = message.is_some();
    let verification = Verification::sent(strategy, Some(target.id), code);
    let step = app.store.write(Prepare { client, id, verification, message, status, now }).await?;
    if queued {
        app.mail.notify_one();
    }
    Ok(step)
}

struct Prepare {
    client: ClientId,
    id: SessionId,
    verification: Verification,
    message: Option<MailRow>,
    status: Status,
    now: Timestamp,
}

impl UnitOfWork for Prepare {
    type Output = Step;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Step> {
        let (live, user) = match admit(conn, &self.client, &self.id, self.now).await? {
            Ok(found) => found,
            Err(found) => return Ok(Step::Dead(found)),
        };
        let under_way = sessions::reverification(conn, &self.id).await?;
        let mut reverification = under_way.ok_or_else(Error::reverification_missing)?;
        reverification.awaits(self.status)?;
        *reverification.proof(self.status) = Some(self.verification.clone());
        sessions::set_reverification(conn, live.session(), &reverification, self.now).await?;
        if let Some(message) = &self.message {
            one_time_code::queue(conn, message).await?;
        }
        taken(conn, &self.id, reverification, user).await
    }
}
