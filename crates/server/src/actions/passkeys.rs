//! A user's passkeys: made, renamed, removed. Each is an identification whose canonical value is the credential id.

use beadle_domain::{
    Error, name,
    passkey::{self, Challenge, Holder, Known, MAX_PER_USER, Site, Stored},
    rng::Rng,
    strategy::Strategy,
    verification::Verification,
};
use beadle_store::{
    Conn, UnitOfWork,
    identifications::{self, IdentificationKind, IdentificationRow, IdentificationStatus},
    users::UserRecord,
};
use beadle_types::{IdentificationId, Map, Timestamp, UserId};

use super::{
    by::By,
    events::Events,
    notify::{self, Notice},
};
use crate::{
    app::App,
    error::{ApiError, ApiResult},
    extract::Caller,
};

/// The site of the page that calls.
///
/// # Errors
/// 403 where the instance has no passkeys, 400 where the page cannot have any.
pub(crate) fn site(app: &App, caller: &Caller) -> Result<Site, Error> {
    let settings = &app.instance.settings();
    if !settings.factors.passkey {
        return Err(Error::feature_not_enabled());
    }
    let site = caller.origin.as_deref().and_then(|origin| Site::of(origin, settings));
    site.ok_or_else(Error::passkeys_not_on_this_page)
}

/// The passkeys that can be used, as options name them.
pub(crate) fn known(rows: &[IdentificationRow]) -> Vec<Known> {
    let usable = rows.iter().filter(|row| row.kind == IdentificationKind::Passkey && row.can_sign_in());
    usable
        .filter_map(|row| {
            let transports = Stored::from_details(&row.details)?.transports;
            Some(Known { id: row.canonical.clone(), transports })
        })
        .collect()
}

/// Begins to make a passkey, with this name to start with. One that was begun before is forgotten.
///
/// # Errors
/// 403 when there are too many.
pub(crate) async fn create(
    app: &App,
    by: By,
    user_id: UserId,
    site: Site,
    name: String,
) -> ApiResult<IdentificationRow> {
    let id = app.new_id(IdentificationId::from_parts);
    let work = Create { app: app.clone(), by, user_id, site, name, id, now: app.now() };
    app.store.write(work).await
}

struct Create {
    app: App,
    by: By,
    user_id: UserId,
    site: Site,
    name: String,
    id: IdentificationId,
    now: Timestamp,
}

impl UnitOfWork for Create {
    type Output = IdentificationRow;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<IdentificationRow> {
        let record = self.by.lock_record(conn, &self.user_id, self.now).await?;
        let existing = known(&record.identifications);
        if existing.len() >= MAX_PER_USER {
            return Err(Error::passkey_quota_exceeded(MAX_PER_USER).into());
        }
        for row in &record.identifications {
            if row.kind == IdentificationKind::Passkey && row.status == IdentificationStatus::Unverified {
                identifications::delete(conn, &row.id).await?;
            }
        }
        let challenge = self.challenge(&record, &existing, &*self.app.rng);
        let row = IdentificationRow {
            id: self.id.clone(),
            user_id: self.user_id.clone(),
            kind: IdentificationKind::Passkey,
            value: self.name.clone(),
            // Until the device has said which it is.
            canonical: self.id.to_string(),
            position: record.next_position(),
            status: IdentificationStatus::Unverified,
            strategy: None,
            verification: Some(challenged(&challenge)),
            details: Map::new(),
            created_at: self.now,
            updated_at: self.now,
        };
        identifications::insert(conn, &row).await?;
        Ok(row)
    }
}

impl Create {
    fn challenge(&self, record: &UserRecord, existing: &[Known], rng: &dyn Rng) -> Challenge {
        let user = &record.user;
        let account = record.best_known_as().unwrap_or(user.id.as_str());
        let full: Vec<&str> =
            [&user.first_name, &user.last_name].into_iter().flatten().map(String::as_str).collect();
        let full = full.join(" ");
        let holder =
            Holder { id: user.id.as_str(), account, name: if full.is_empty() { account } else { &full } };
        let application = &self.app.instance.settings().application_name;
        Challenge::to_create(rng, self.site.clone(), application, holder, existing, self.now)
    }
}

/// A verification that waits for the answer to this.
pub(crate) fn challenged(challenge: &Challenge) -> Verification {
    Verification { challenge: Some(challenge.to_stored()), ..Verification::new(Strategy::Passkey) }
}

/// Keeps the passkey that the browser has made.
///
/// # Errors
/// 404 for one that was not begun, 400 and 422 for an answer that does not fit; then it must be begun again.
pub(crate) async fn verify(
    app: &App,
    by: By,
    user_id: UserId,
    id: IdentificationId,
    credential: String,
) -> ApiResult<IdentificationRow> {
    app.store
        .write(Verify { by, user_id, id, credential, events: Events::new(app, 1) })
        .await?
        .map_err(ApiError::from)
}

struct Verify {
    by: By,
    user_id: UserId,
    id: IdentificationId,
    credential: String,
    events: Events,
}

impl UnitOfWork for Verify {
    /// A wrong answer is an output, not an error: that the challenge was used must be kept.
    type Output = Result<IdentificationRow, Error>;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Self::Output> {
        let now = self.events.now();
        let mut record = self.by.lock_record(conn, &self.user_id, now).await?;
        let row = own(&mut record, &self.id)?;
        let waiting = row.verification.take().and_then(|waiting| waiting.challenge);
        let challenge = Challenge::from_stored(waiting.ok_or_else(Error::verification_not_sent)?)?;
        // It is answered once. The row goes in either case, because what it is compared by changes.
        identifications::delete(conn, &self.id).await?;
        let (credential_id, stored) = match passkey::register(&challenge, &self.credential, now) {
            Ok(registered) => registered,
            Err(refused) => return Ok(Err(refused)),
        };
        if identifications::find(conn, IdentificationKind::Passkey, &credential_id).await?.is_some() {
            return Ok(Err(Error::passkey_registration_failure()));
        }
        row.canonical = credential_id;
        row.status = IdentificationStatus::Verified;
        row.strategy = Some(Strategy::Passkey.as_str().to_owned());
        row.details = stored.to_details();
        row.updated_at = now;
        let row = row.clone();
        identifications::insert(conn, &row).await?;
        notify::tell(conn, self.events.app(), &record.user, Notice::PasskeyAdded(&row.value)).await?;
        self.events.user(conn, 0, "user.updated", &record).await?;
        Ok(Ok(row))
    }
}

/// One of the user's passkeys.
fn own<'a>(record: &'a mut UserRecord, id: &IdentificationId) -> Result<&'a mut IdentificationRow, Error> {
    let mut passkeys =
        record.identifications.iter_mut().filter(|row| row.kind == IdentificationKind::Passkey);
    passkeys.find(|row| row.id == *id).ok_or_else(|| Error::not_found("passkey", id))
}

/// Renames a passkey.
///
/// # Errors
/// 404 for one that is not the user's, 422 for a name that is too long.
pub(crate) async fn rename(
    app: &App,
    by: By,
    user_id: UserId,
    id: IdentificationId,
    given: &str,
) -> ApiResult<IdentificationRow> {
    let name = name::parse_name("name", given)?.ok_or_else(|| Error::param_missing("name"))?;
    change(app, by, user_id, id, Change::Rename(name)).await
}

/// Removes a passkey; it signs nobody in any more. Sessions that it opened go on.
///
/// # Errors
/// 404 for one that is not the user's.
pub(crate) async fn delete(
    app: &App,
    by: By,
    user_id: UserId,
    id: IdentificationId,
) -> ApiResult<IdentificationRow> {
    change(app, by, user_id, id, Change::Delete).await
}

async fn change(
    app: &App,
    by: By,
    user_id: UserId,
    id: IdentificationId,
    change: Change,
) -> ApiResult<IdentificationRow> {
    app.store.write(ChangePasskey { by, user_id, id, change, events: Events::new(app, 1) }).await
}

enum Change {
    Rename(String),
    Delete,
}

struct ChangePasskey {
    by: By,
    user_id: UserId,
    id: IdentificationId,
    change: Change,
    events: Events,
}

impl UnitOfWork for ChangePasskey {
    type Output = IdentificationRow;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<IdentificationRow> {
        let now = self.events.now();
        let mut record = self.by.lock_record(conn, &self.user_id, now).await?;
        let row = own(&mut record, &self.id)?;
        if let Change::Rename(name) = &self.change {
            row.value.clone_from(name);
            row.updated_at = now;
            identifications::update(conn, row).await?;
        } else {
            identifications::delete(conn, &self.id).await?;
        }
        let row = row.clone();
        if matches!(self.change, Change::Delete) {
            record.identifications.retain(|one| one.id != self.id);
            if row.status == IdentificationStatus::Verified {
                let notice = Notice::PasskeyRemoved(&row.value);
                notify::tell(conn, self.events.app(), &record.user, notice).await?;
            }
        }
        self.events.user(conn, 0, "user.updated", &record).await?;
        Ok(row)
    }
}
