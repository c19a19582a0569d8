//! Proving an address or a number by a code, or an address by a link.

use beadle_domain::{Error, backup_code, strategy::Strategy, verification::Verification};
use beadle_store::{
    Conn, UnitOfWork,
    identifications::{self, IdentificationKind, IdentificationRow, IdentificationStatus},
    mails::MailRow,
    users::{UserRecord, UserRow},
};
use beadle_types::{IdentificationId, Timestamp, VerificationStatus};

use super::{Own, choose_primary, is_taken, save, second_factor};
use crate::{
    actions::{compose, events::Events, one_time_code},
    app::App,
    error::{ApiError, ApiResult},
    messages::Message,
};

/// Sends a code to what is not proven yet, or a link whose reader is led to `redirect_url`.
///
/// # Errors
/// 404 for what is not the user's, 400 for what is proven already or not by this strategy, 429 when too much was sent
/// there of late; for a session that has died, why it did.
pub(crate) async fn prepare(
    app: &App,
    own: Own,
    record: &UserRecord,
    id: IdentificationId,
    (strategy, redirect_url): (&str, Option<String>),
) -> ApiResult<IdentificationRow> {
    let strategy = strategy_for(app, own.kind, strategy)?;
    let target = &record.identifications[own.position(record, &id)?];
    let locale = record.user.locale.as_deref();
    let (code, message) = if strategy == Strategy::EmailLink {
        let message = |link, minutes| Message::EmailLink { link, minutes };
        let owner = (id.as_str(), &*bound_to(&id, &record.user));
        let (state, mail) = one_time_code::issue_link(app, owner, &target.canonical, locale, message);
        (state, mail.map(|mail| compose::to_identification(app, target, mail)))
    } else {
        one_time_code::issue(app, id.as_str(), target, &strategy, locale)?
    };
    let queued = message.is_some();
    let asked_by = own.by.session();
    let verification = Verification { redirect_url, asked_by, ..Verification::sent(strategy, None, code) };
    let row = app.store.write(Prepare { own, id, verification, message, now: app.now() }).await?;
    if queued {
        app.mail.notify_one();
    }
    Ok(row)
}

fn strategy_for(app: &App, kind: IdentificationKind, word: &str) -> Result<Strategy, Error> {
    let strategy = Strategy::parse(word)?;
    match (kind, &strategy) {
        (IdentificationKind::EmailAddress, Strategy::EmailLink)
            if !app.instance.settings().factors.email_link =>
        {
            Err(Error::param_value_invalid("strategy", word))
        }
        (IdentificationKind::EmailAddress, Strategy::EmailCode | Strategy::EmailLink)
        | (IdentificationKind::PhoneNumber, Strategy::PhoneCode) => Ok(strategy),
        _ => Err(Error::verification_strategy_invalid()),
    }
}

/// What the secret of a link is bound to: it dies with the sessions of the user who asked for it.
pub(crate) fn bound_to(id: &IdentificationId, user: &UserRow) -> String {
    format!("{id} {}", user.generation.get())
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
    let with_codes = app.instance.settings().factors.backup_code;
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
        if let Err(refused) = outcome.into_result() {
            row.updated_at = now;
            row.verification = Some(verification);
            identifications::update(conn, row).await?;
            return Ok(Outcome::Refused(refused));
        }
        if let Err(refused) = proven(conn, &mut record, position, verification, now).await? {
            return Ok(Outcome::Refused(refused));
        }
        let with_codes = second_factor::settle(&mut record, had, self.digests.as_ref(), now);
        save(conn, &mut record, &self.events).await?;
        Ok(Outcome::Verified(Box::new(record.identifications.swap_remove(position)), with_codes))
    }
}

/// Takes the proof, which is used up: the identification is the user's, unless somebody else has proven the same in
/// the meantime. The user is still to be saved.
async fn proven(
    conn: &mut Conn,
    record: &mut UserRecord,
    position: usize,
    mut verification: Verification,
    now: Timestamp,
) -> ApiResult<Result<(), Error>> {
    let row = &mut record.identifications[position];
    row.updated_at = now;
    if is_taken(conn, row).await? {
        let refused = Error::identifier_exists(row.kind.as_str());
        verification.status = VerificationStatus::Failed;
        verification.code = None;
        verification.error = Some((&refused).into());
        row.verification = Some(verification);
        identifications::update(conn, row).await?;
        return Ok(Err(refused));
    }
    row.status = IdentificationStatus::Verified;
    row.strategy = Some(verification.strategy.as_str().to_owned());
    let kind = row.kind;
    second_factor::make_default_if_first(record, position);
    identifications::update(conn, &record.identifications[position]).await?;
    choose_primary(record, kind);
    Ok(Ok(()))
}

/// A link was followed, and proved this address of a user whom the caller has locked.
pub(crate) async fn proven_by_link(
    conn: &mut Conn,
    record: &mut UserRecord,
    position: usize,
    verification: Verification,
    events: &Events,
) -> ApiResult<Result<(), Error>> {
    // Kept, so that who follows it once more is told the same.
    record.identifications[position].verification = Some(verification.clone());
    let outcome = proven(conn, record, position, verification, events.now()).await?;
    if outcome.is_ok() {
        save(conn, record, events).await?;
    }
    Ok(outcome)
}
