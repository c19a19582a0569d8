//! Setting an authenticator app up and removing it.

use beadle_domain::{Error, backup_code, totp::TotpSecret};
use beadle_store::{
    Conn, UnitOfWork, factors,
    users::{self, UserRecord, UserRow},
};
use beadle_types::{Timestamp, UserId};

use super::{check, settle};
use crate::{
    actions::{by::By, events::Events},
    app::App,
    error::{ApiError, ApiResult},
};

/// Draws a secret and keeps it until its app shows a code. An earlier one that waits is forgotten.
///
/// # Errors
/// 400 when an app is set up already.
pub(crate) async fn create(app: &App, by: By, user_id: UserId) -> ApiResult<TotpSecret> {
    let secret = TotpSecret::draw(&*app.rng);
    let sealed = app.instance.seal(secret.as_bytes(), &*app.rng);
    app.store.write(Create { by, user_id, sealed, now: app.now() }).await?;
    Ok(secret)
}

struct Create {
    by: By,
    user_id: UserId,
    sealed: String,
    now: Timestamp,
}

impl UnitOfWork for Create {
    type Output = ();
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<()> {
        let record = self.by.lock_record(conn, &self.user_id, self.now).await?;
        if record.user.totp_secret.is_some() {
            return Err(Error::totp_already_enabled().into());
        }
        Ok(factors::set_pending_totp(conn, &record.user.id, Some(&self.sealed)).await?)
    }
}

/// The secret that waits for its app to show a code, for a user without one.
pub(crate) async fn pending(app: &App, user: &UserRow) -> ApiResult<Option<TotpSecret>> {
    if user.totp_secret.is_some() {
        return Ok(None);
    }
    let sealed = factors::pending_totp(&mut *app.store.reader().await?, &user.id).await?;
    let unsealed = sealed.map(|sealed| app.instance.unseal(&sealed)).transpose();
    Ok(unsealed.map_err(ApiError::internal)?.map(TotpSecret::from_stored))
}

/// Turns the app on with a code that it shows. Returns the backup codes made beside it, for a user without any.
///
/// # Errors
/// 422 for a wrong code, 400 when an app is on already, 404 when none waits.
pub(crate) async fn verify(
    app: &App,
    by: By,
    user_id: UserId,
    given: String,
) -> ApiResult<Option<Vec<String>>> {
    let (codes, digests) = backup_code::draw(&*app.rng, user_id.as_str());
    let work = Verify { by, user_id, given, digests, events: Events::new(app, 1), app: app.clone() };
    let with_codes = app.store.write(work).await?;
    Ok(with_codes.then_some(codes))
}

struct Verify {
    by: By,
    user_id: UserId,
    given: String,
    digests: Vec<String>,
    events: Events,
    app: App,
}

impl UnitOfWork for Verify {
    /// Whether the backup codes are the user's now.
    type Output = bool;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<bool> {
        let now = self.events.now();
        let mut record = self.by.lock_record(conn, &self.user_id, now).await?;
        if record.user.totp_secret.is_some() {
            return Err(Error::totp_already_enabled().into());
        }
        let sealed = factors::pending_totp(conn, &self.user_id).await?;
        let sealed = sealed.ok_or_else(|| Error::not_found("totp", &self.user_id))?;
        // It is the user's own, so guesses are not counted.
        if !check::totp(conn, &self.app, &record.user, &sealed, &self.given, now).await? {
            return Err(Error::code_incorrect().into());
        }
        let had = record.has_second_factor();
        let without_codes = self.app.instance.settings().factors.backup_code
            && record.user.backup_codes.as_ref().is_none_or(Vec::is_empty);
        if without_codes {
            record.user.backup_codes = Some(self.digests.clone());
        }
        record.user.totp_secret = Some(sealed);
        settle(&mut record, had, now);
        users::update(conn, &record).await?;
        self.events.user(conn, 0, "user.updated", &record).await?;
        Ok(without_codes)
    }
}

/// What is taken from a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// The authenticator app.
    Totp,
    /// The backup codes.
    BackupCodes,
    /// Every second factor.
    All,
}

/// Takes factors away. Sign-ins that wait for them cannot be completed with them any more; sessions go on.
///
/// # Errors
/// 404 without the user, or when a session removes an app that is not there.
pub(crate) async fn remove(app: &App, by: By, user_id: UserId, what: What) -> ApiResult<()> {
    app.store.write(Remove { by, user_id, what, events: Events::new(app, 1) }).await
}

struct Remove {
    by: By,
    user_id: UserId,
    what: What,
    events: Events,
}

impl UnitOfWork for Remove {
    type Output = ();
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<()> {
        let now = self.events.now();
        let mut record = self.by.lock_record(conn, &self.user_id, now).await?;
        if self.by.is_own() && record.user.totp_secret.is_none() {
            return Err(Error::not_found("totp", &self.user_id).into());
        }
        let had = record.has_second_factor();
        if self.what != What::BackupCodes {
            record.user.totp_secret = None;
            factors::set_pending_totp(conn, &self.user_id, None).await?;
        }
        if self.what != What::Totp {
            record.user.backup_codes = None;
        }
        if self.what == What::All {
            release_phone_numbers(conn, &mut record, now).await?;
        }
        settle(&mut record, had, now);
        users::update(conn, &record).await?;
        Ok(self.events.user(conn, 0, "user.updated", &record).await?)
    }
}

/// Phone numbers stay the user's, and are second factors no more.
async fn release_phone_numbers(conn: &mut Conn, record: &mut UserRecord, now: Timestamp) -> ApiResult<()> {
    for row in record.identifications.iter_mut().filter(|row| row.is_second_factor()) {
        row.details.remove("reserved_for_second_factor");
        row.details.remove("default_second_factor");
        row.updated_at = now;
        beadle_store::identifications::update(conn, row).await?;
    }
    Ok(())
}
