//! Removing an address, a number or a wallet.

use beadle_domain::{Error, settings::IdentifiersSettings};
use beadle_store::{
    Conn, UnitOfWork,
    identifications::{self, IdentificationKind},
    users::UserRecord,
};
use beadle_types::{DeletedObject, IdentificationId};

use super::{Own, choose_primary, linked, save};
use crate::{
    actions::{events::Events, factors, notify},
    app::App,
    error::{ApiError, ApiResult},
};

/// Removes it. The next one that is proven takes the place of a primary one.
///
/// # Errors
/// 404 for what is not the user's, 400 for what they need; for a session that has died, why it did.
pub(crate) async fn remove(app: &App, own: Own, id: IdentificationId) -> ApiResult<DeletedObject> {
    let deleted = DeletedObject::new(own.kind.as_str(), id.as_str());
    let settings = app.instance.settings().identifiers.clone();
    app.store.write(Remove { own, id, settings, events: Events::new(app, 1) }).await?;
    Ok(deleted)
}

struct Remove {
    own: Own,
    id: IdentificationId,
    settings: IdentifiersSettings,
    events: Events,
}

impl UnitOfWork for Remove {
    type Output = ();
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<()> {
        let now = self.events.now();
        let mut record = self.own.lock(conn, now).await?;
        let position = self.own.position(&record, &self.id)?;
        let had = record.has_second_factor();
        let before = record.user.clone();
        if linked(&record, &record.identifications[position]) {
            return Err(Error::linked_identification().into());
        }
        let row = record.identifications.remove(position);
        if row.can_sign_in() {
            self.is_dispensable(&record, row.is_second_factor())?;
        }
        identifications::delete(conn, &self.id).await?;
        choose_primary(&mut record, self.own.kind);
        factors::settle(&mut record, had, now);
        if self.own.by.is_own() {
            notify::tell_of_primary(conn, self.events.app(), &before, &record.user).await?;
        }
        save(conn, &mut record, &self.events).await
    }
}

impl Remove {
    /// Whether the user can do without what is no longer in their record.
    fn is_dispensable(&self, left: &UserRecord, was_second_factor: bool) -> Result<(), Error> {
        let required = match self.own.kind {
            IdentificationKind::EmailAddress => self.settings.email_address.required,
            IdentificationKind::PhoneNumber => self.settings.phone_number.required,
            _ => false,
        };
        let mut others = left.identifications.iter().filter(|row| row.kind == self.own.kind);
        if required && !others.any(|row| row.can_sign_in()) {
            return Err(Error::last_required_identification());
        }
        if !was_second_factor && !left.can_sign_in() {
            return Err(Error::last_identification());
        }
        Ok(())
    }
}
