//! What the holder of the secret key does to users' addresses and numbers.

use beadle_domain::{Error, identifier::check_room};
use beadle_store::{
    Conn, UnitOfWork,
    identifications::{self, IdentificationKind, IdentificationRow, IdentificationStatus},
    users::{UserRecord, UserRow},
};
use beadle_types::{IdentificationId, Timestamp, UserId};

use super::{Own, canonical, choose_primary, is_taken, linked, make_primary, save, second_factor};
use crate::{
    actions::{by::By, events::Events, notify},
    app::App,
    error::{ApiError, ApiResult},
};

/// How an identification of which the caller vouches was proven.
const ADMIN: &str = "admin";

/// One that a user is to have.
pub(crate) struct New<'a> {
    pub(crate) user_id: UserId,
    pub(crate) kind: IdentificationKind,
    /// The address or number.
    pub(crate) value: &'a str,
    pub(crate) status: IdentificationStatus,
    pub(crate) wishes: Wishes,
    /// Takes the place of all others of its kind.
    pub(crate) replaces: bool,
}

/// What is to become of it. `None` leaves it alone.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wishes {
    pub(crate) primary: bool,
    pub(crate) second_factor: Option<bool>,
    /// Tells the primary address until now.
    pub(crate) notify: bool,
}

/// The identification, if there is one of this kind.
///
/// # Errors
/// 404 otherwise.
pub(crate) async fn find(
    app: &App,
    kind: IdentificationKind,
    id: &IdentificationId,
) -> ApiResult<IdentificationRow> {
    let found = identifications::by_id(&mut *app.store.reader().await?, id).await?;
    Ok(found.filter(|row| row.kind == kind).ok_or_else(|| Error::not_found(kind.as_str(), id))?)
}

/// The identification with its owner, for a change in the operator's name.
///
/// # Errors
/// 404 for one that is not of this kind.
pub(crate) async fn own(app: &App, kind: IdentificationKind, id: &IdentificationId) -> ApiResult<Own> {
    Ok(owner(&find(app, kind, id).await?))
}

/// Its owner, where the identification is known already.
pub(super) fn owner(row: &IdentificationRow) -> Own {
    Own { by: By::SecretKey, user_id: row.user_id.clone(), kind: row.kind }
}

/// Gives a user an address or a number.
///
/// # Errors
/// 404 without the user, 422 for a value that is none or belongs to somebody, and for one that cannot be primary;
/// 400 where it would replace one that a connected account vouches for.
pub(crate) async fn create(app: &App, new: New<'_>) -> ApiResult<IdentificationRow> {
    let canonical = canonical(new.kind, new.value)?;
    if new.status != IdentificationStatus::Verified {
        if new.wishes.primary && !new.replaces {
            return Err(Error::param_verification_needed("primary").into());
        }
        if new.wishes.second_factor == Some(true) {
            return Err(Error::new_second_factor_unverified().into());
        }
    }
    let id = app.new_id(IdentificationId::from_parts);
    let claim = IdentificationRow::claim(id, new.user_id.clone(), new.kind, canonical, app.now());
    let strategy = (new.status == IdentificationStatus::Verified).then(|| ADMIN.to_owned());
    let row = IdentificationRow { status: new.status, strategy, ..claim };
    let own = Own { by: By::SecretKey, user_id: new.user_id, kind: new.kind };
    let (wishes, replaces) = (new.wishes, new.replaces);
    app.store.write(Create { own, row, wishes, replaces, events: Events::new(app, 1) }).await
}

struct Create {
    own: Own,
    row: IdentificationRow,
    wishes: Wishes,
    replaces: bool,
    events: Events,
}

impl UnitOfWork for Create {
    type Output = IdentificationRow;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<IdentificationRow> {
        let now = self.events.now();
        let (kind, canonical) = (self.row.kind, &self.row.canonical);
        let mut record = self.own.lock(conn, now).await?;
        let (before, had) = (record.user.clone(), record.has_second_factor());
        if self.replaces {
            remove_all(conn, &mut record, kind).await?;
        }
        let of_kind: Vec<_> = record.identifications.iter().filter(|row| row.kind == kind).collect();
        let is_own = of_kind.iter().any(|row| row.canonical == *canonical);
        if is_own || identifications::find(conn, kind, canonical).await?.is_some() {
            return Err(Error::identifier_exists(kind.as_str()).into());
        }
        check_room(of_kind.len(), 0)?;
        let is_first = of_kind.is_empty();
        let row = IdentificationRow { position: record.next_position(), ..self.row.clone() };
        identifications::insert(conn, &row).await?;
        record.identifications.push(row);
        let position = record.identifications.len() - 1;
        let wishes = Wishes { primary: self.wishes.primary || is_first, ..self.wishes };
        settle(conn, &mut record, position, wishes, &self.events, (&before, had)).await
    }
}

async fn remove_all(conn: &mut Conn, record: &mut UserRecord, kind: IdentificationKind) -> ApiResult<()> {
    if record.identifications.iter().any(|row| row.kind == kind && linked(record, row)) {
        return Err(Error::linked_identification().into());
    }
    for row in record.identifications.iter().filter(|row| row.kind == kind) {
        identifications::delete(conn, &row.id).await?;
    }
    record.identifications.retain(|row| row.kind != kind);
    choose_primary(record, kind);
    Ok(())
}

/// Changes an address or number.
///
/// # Errors
/// 404 without it, 422 for one that cannot be primary, 400 for one that is no second factor before it is proven.
pub(crate) async fn update(
    app: &App,
    kind: IdentificationKind,
    id: IdentificationId,
    verified: Option<bool>,
    wishes: Wishes,
) -> ApiResult<IdentificationRow> {
    let own = own(app, kind, &id).await?;
    app.store.write(Update { own, id, verified, wishes, events: Events::new(app, 1) }).await
}

struct Update {
    own: Own,
    id: IdentificationId,
    verified: Option<bool>,
    wishes: Wishes,
    events: Events,
}

impl UnitOfWork for Update {
    type Output = IdentificationRow;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<IdentificationRow> {
        let now = self.events.now();
        let mut record = self.own.lock(conn, now).await?;
        let (before, had) = (record.user.clone(), record.has_second_factor());
        let position = self.own.position(&record, &self.id)?;
        let row = &mut record.identifications[position];
        match self.verified {
            Some(verified) if verified != (row.status == IdentificationStatus::Verified) => {
                vouch(conn, row, verified, now).await?;
            }
            _ => {}
        }
        if self.wishes.primary && row.status != IdentificationStatus::Verified {
            return Err(Error::param_verification_needed("primary").into());
        }
        settle(conn, &mut record, position, self.wishes, &self.events, (&before, had)).await
    }
}

/// Takes the caller's word that it is proven, or that it is not.
async fn vouch(
    conn: &mut Conn,
    row: &mut IdentificationRow,
    verified: bool,
    now: Timestamp,
) -> ApiResult<()> {
    if !verified {
        row.status = IdentificationStatus::Unverified;
        row.strategy = None;
        row.verification = None;
        row.details.remove(second_factor::DEFAULT);
        row.updated_at = now;
        return Ok(());
    }
    if is_taken(conn, row).await? {
        return Err(Error::identifier_exists(row.kind.as_str()).into());
    }
    row.prove(ADMIN, now);
    Ok(())
}

/// Writes the identification and what follows from it for its user, and tells who is to be told.
async fn settle(
    conn: &mut Conn,
    record: &mut UserRecord,
    position: usize,
    wishes: Wishes,
    events: &Events,
    (before, had): (&UserRow, bool),
) -> ApiResult<IdentificationRow> {
    if let Some(reserved) = wishes.second_factor {
        let change = second_factor::Change { reserved: Some(reserved), default: None };
        second_factor::apply(record, position, change)?;
    }
    identifications::update(conn, &record.identifications[position]).await?;
    let row = record.identifications[position].clone();
    choose_primary(record, row.kind);
    if wishes.primary {
        make_primary(record, position);
    }
    second_factor::settle(record, had, None, events.now());
    if wishes.notify {
        notify::tell_of_primary(conn, events.app(), before, &record.user).await?;
    }
    save(conn, record, events).await?;
    Ok(row)
}
