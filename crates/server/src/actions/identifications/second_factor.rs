//! Phone numbers as second factors.

use beadle_domain::{Error, backup_code};
use beadle_store::{
    Conn, UnitOfWork,
    identifications::{self, IdentificationRow},
    users::UserRecord,
};
use beadle_types::{IdentificationId, Timestamp};

use super::{Own, save};
use crate::{
    actions::{events::Events, factors},
    app::App,
    error::{ApiError, ApiResult},
};

const RESERVED: &str = "reserved_for_second_factor";
pub(super) const DEFAULT: &str = "default_second_factor";

/// What to change about a number; `None` leaves it alone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Change {
    pub(crate) reserved: Option<bool>,
    pub(crate) default: Option<bool>,
}

/// Changes what a number is used for. The first second factor may bring backup codes.
///
/// # Errors
/// 404 for a number that is not the user's, 400 for one that is not proven or is needed to sign in, 422 for a default
/// without a successor; for a session that has died, why it did.
pub(crate) async fn update(
    app: &App,
    own: Own,
    id: IdentificationId,
    change: Change,
) -> ApiResult<(IdentificationRow, Option<Vec<String>>)> {
    let (codes, digests) = backup_code::draw(&*app.rng, own.user_id.as_str());
    let digests = app.instance.settings().factors.backup_code.then_some(digests);
    let (row, with_codes) =
        app.store.write(Update { own, id, change, digests, events: Events::new(app, 1) }).await?;
    Ok((row, with_codes.then_some(codes)))
}

struct Update {
    own: Own,
    id: IdentificationId,
    change: Change,
    digests: Option<Vec<String>>,
    events: Events,
}

impl UnitOfWork for Update {
    type Output = (IdentificationRow, bool);
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<(IdentificationRow, bool)> {
        let now = self.events.now();
        let mut record = self.own.lock(conn, now).await?;
        let position = self.own.position(&record, &self.id)?;
        let had = record.has_second_factor();
        let before = record.identifications.clone();
        apply(&mut record, position, self.change)?;
        for (row, before) in record.identifications.iter_mut().zip(&before) {
            if row.details != before.details {
                row.updated_at = now;
                identifications::update(conn, row).await?;
            }
        }
        let with_codes = settle(&mut record, had, self.digests.as_ref(), now);
        save(conn, &mut record, &self.events).await?;
        Ok((record.identifications.swap_remove(position), with_codes))
    }
}

pub(super) fn apply(record: &mut UserRecord, position: usize, change: Change) -> Result<(), Error> {
    let row = &mut record.identifications[position];
    if let Some(reserved) = change.reserved {
        if reserved && !row.can_sign_in() {
            return Err(Error::second_factor_unverified());
        }
        if reserved {
            row.details.insert(RESERVED.into(), true.into());
        } else {
            row.details.remove(RESERVED);
            row.details.remove(DEFAULT);
        }
        if reserved && !record.can_sign_in() {
            return Err(Error::last_identification_as_second_factor());
        }
        make_default_if_first(record, position);
    }
    match change.default {
        Some(true) if record.identifications[position].is_second_factor() => {
            for row in &mut record.identifications {
                row.details.remove(DEFAULT);
            }
            record.identifications[position].details.insert(DEFAULT.into(), true.into());
        }
        Some(true) => return Err(Error::second_factor_unverified()),
        Some(false) if record.identifications[position].is_default_second_factor() => {
            return Err(Error::default_second_factor_kept(DEFAULT));
        }
        Some(false) | None => {}
    }
    Ok(())
}

/// A second factor is the default one where no other is.
pub(super) fn make_default_if_first(record: &mut UserRecord, position: usize) {
    let rows = &mut record.identifications;
    if rows[position].is_second_factor() && !rows.iter().any(IdentificationRow::is_default_second_factor) {
        rows[position].details.insert(DEFAULT.into(), true.into());
    }
}

/// Makes the first second factor the default one where that is gone.
pub(super) fn default_again(record: &mut UserRecord, now: Timestamp) -> Option<&IdentificationRow> {
    let position = record.identifications.iter().position(IdentificationRow::is_second_factor)?;
    if record.identifications.iter().any(IdentificationRow::is_default_second_factor) {
        return None;
    }
    make_default_if_first(record, position);
    record.identifications[position].updated_at = now;
    Some(&record.identifications[position])
}

/// Notes what the change means for the user's second factors; says whether they have these backup codes now.
pub(super) fn settle(
    record: &mut UserRecord,
    had: bool,
    digests: Option<&Vec<String>>,
    now: Timestamp,
) -> bool {
    factors::settle(record, had, now);
    let is_first = !had && record.has_second_factor();
    let without_codes = record.user.backup_codes.as_ref().is_none_or(Vec::is_empty);
    match digests {
        Some(digests) if is_first && without_codes => {
            record.user.backup_codes = Some(digests.clone());
            true
        }
        _ => false,
    }
}
