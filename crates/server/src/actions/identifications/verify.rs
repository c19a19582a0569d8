//! Proving an address or a number by a code.

use beadle_domain::{Error, backup_code, strategy::Strategy, verification::Verification};
use beadle_store::{
    Conn, UnitOfWork,
    identifications::{self, IdentificationKind, IdentificationRow, IdentificationStatus},
    mails::MailRow,
    users::UserRecord,
};
use beadle_types::{IdentificationId, Timestamp, VerificationStatus};

use super::{Own, choose_primary, save, second_factor};
use crate::{
    actions::{events::Events, one_time_code},
    app::App,
    error::{ApiError, ApiResult},
};

/// Sends a code to what is not proven yet.
///
/// # Errors
/// 404 for what is not the user's, 400 for what is proven already or not by this strategy, 429 when too much was sent
/// there of late; for a session that has died, why it did.
pub(crate) async fn prepare(
    app: &App,
    own: Own,
    record: &UserRecord,
    id: IdentificationId,
    strategy: &str,
) -> ApiResult<IdentificationRow> {
    let strategy = strategy_for(own.kind, strategy)?;
    let target = &record.identifications[own.position(record, &id)?];
    let locale = record.user.locale.as_deref();
    let (code, message) = one_time_code::issue(app, id.as_str(), target, &strategy, locale)?;
    let queued = message.is_some();
    let verification = Verification::sent(strategy, None, code);
    let row = app.store.write(Prepare { own, id, verification, message, now: app.now() }).await?;
    if queued {
        app.mail.notify_one();
    }
    Ok(row)
}

fn strategy_for(kind: IdentificationKind, word: &str) -> Result<Strategy, Error> {
    let strategy = Strategy::parse(word)?;
    match (kind, &strategy) {
        (IdentificationKind::EmailAddress, Strategy::EmailCode)
        | (IdentificationKind::PhoneNumber, Strategy::PhoneCode) => Ok(strategy),
        // Links to addresses have their place here too.
        _ => Err(Error::verification_strategy_invalid()),
    }
}

/// Whether there is anything left to prove.
fn still_open(row: &IdentificationRow) -> Result<(), Error> {
    if row.status == IdentificationStatus::Verified {
        return Err(Error::verification_already_verified());
    }
    Ok(())
}

struct Prepare {
    own: Own,
    id: IdentificationId,
    verification: Verification,
    message: Option<MailRow>,
    now: Timestamp,
}

impl UnitOfWork for Prepare {
    type Output = IdentificationRow;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<IdentificationRow> {
        let mut record = self.own.lock(conn, self.now).await?;
        let position = self.own.position(&record, &self.id)?;
        let mut row = record.identifications.swap_remove(position);
        still_open(&row)?;
        row.verification = Some(self.verification.clone());
        row.updated_at = self.now;
        identifications::update(conn, &row).await?;
        if let Some(message) = &self.message {
            one_time_code::queue(conn, message).await?;
        }
        Ok(row)
    }
}

/// How an attempt ended.
#[derive(Debug)]
pub(crate) enum Attempted {
    /// Proven. A number that became the first second factor may bring backup codes.
    Verified(Box<IdentificationRow>, Option<Vec<String>>),
    /// Refused; that it was tried is kept.
    Refused(Error),
}

/// Checks the code. The first of its kind becomes the primary one.
///
/// # Errors
/// 422 for a wrong code, 400 for one that expired or was tried too often, or when nothing was sent; for a session
/// that has died, why it did.
pub(crate) async fn attempt(
    app: &App,
    own: Own,
    id: IdentificationId,
    given: String,
) -> ApiResult<Attempted> {
    let with_codes = app.instance.settings.factors.backup_code;
    let (codes, digests) = backup_code::draw(&*app.rng, own.user_id.as_str());
    let work =
        Attempt { own, id, given, digests: with_codes.then_some(digests), events: Events::new(app, 1) };
    let attempted = app.store.write(work).await?;
    Ok(match attempted {
        Outcome::Verified(row, has_codes) => Attempted::Verified(row, has_codes.then_some(codes)),
        Outcome::Refused(error) => Attempted::Refused(error),
    })
}

struct Attempt {
    own: Own,
    id: IdentificationId,
    given: String,
    /// Of backup codes, where the instance has them.
    digests: Option<Vec<String>>,
    events: Events,
}

enum Outcome {
    Verified(Box<IdentificationRow>, bool),
    Refused(Error),
}

impl UnitOfWork for Attempt {
    /// A wrong code is an output, not an error: that it was tried must be kept.
    type Output = Outcome;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Outcome> {
        let now = self.events.now();
        let mut record = self.own.lock(conn, now).await?;
        let had = record.has_second_factor();
        let position = self.own.position(&record, &self.id)?;
        let row = &mut record.identifications[position];
        still_open(row)?;
        let mut verification = row.verification.take().ok_or_else(Error::verification_not_sent)?;
        let outcome = verification.attempt(self.id.as_str(), &self.given, now)?;
        row.updated_at = now;
        let refused = match outcome.into_result() {
            Ok(()) => self.taken(conn, row).await?,
            refused => refused.err(),
        };
        if let Some(refused) = refused {
            if verification.is_verified() {
                // The code was right, and is used up.
                verification.status = VerificationStatus::Failed;
                verification.code = None;
                verification.error = Some((&refused).into());
            }
            row.verification = Some(verification);
            identifications::update(conn, row).await?;
            return Ok(Outcome::Refused(refused));
        }
        row.status = IdentificationStatus::Verified;
        row.strategy = Some(verification.strategy.as_str().to_owned());
        second_factor::make_default_if_first(&mut record, position);
        identifications::update(conn, &record.identifications[position]).await?;
        choose_primary(&mut record, self.own.kind);
        let with_codes = second_factor::settle(&mut record, had, self.digests.as_ref(), now);
        save(conn, &mut record, &self.events).await?;
        Ok(Outcome::Verified(Box::new(record.identifications.swap_remove(position)), with_codes))
    }
}

impl Attempt {
    /// The refusal, if somebody else has proven the same in the meantime.
    async fn taken(&self, conn: &mut Conn, row: &IdentificationRow) -> ApiResult<Option<Error>> {
        let holder = identifications::find(conn, row.kind, &row.canonical).await?;
        let is_taken = holder.is_some_and(|holder| holder.id != row.id);
        Ok(is_taken.then(|| Error::identifier_exists(row.kind.as_str())))
    }
}
