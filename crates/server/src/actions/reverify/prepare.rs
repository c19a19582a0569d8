//! Sending the code that a session is to be verified with.

use beadle_domain::{Error, reverification::Status, strategy::Strategy, verification::Verification};
use beadle_store::{
    Conn, UnitOfWork,
    identifications::{IdentificationKind, IdentificationRow},
    mails::MailRow,
    sessions,
};
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
    let target = choose(user.identifications, &strategy, named, status)?;
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

fn choose(
    rows: Vec<IdentificationRow>,
    strategy: &Strategy,
    named: Option<&str>,
    status: Status,
) -> Result<IdentificationRow, Error> {
    let (kind, param) = match strategy {
        Strategy::EmailCode if status == Status::NeedsFirstFactor => {
            (IdentificationKind::EmailAddress, "email_address_id")
        }
        Strategy::PhoneCode => (IdentificationKind::PhoneNumber, "phone_number_id"),
        _ => return Err(Error::verification_strategy_invalid()),
    };
    let is_of_step = |row: &IdentificationRow| match status {
        Status::NeedsFirstFactor => row.is_first_factor(),
        _ => row.is_second_factor(),
    };
    let fits = |row: &IdentificationRow| {
        row.kind == kind && is_of_step(row) && named.is_none_or(|named| row.id.as_str() == named)
    };
    let refusal = || match named {
        Some(named) => Error::param_value_invalid(param, named),
        None => Error::strategy_for_user_invalid(),
    };
    rows.into_iter().find(fits).ok_or_else(refusal)
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
