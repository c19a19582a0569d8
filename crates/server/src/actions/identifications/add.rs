//! Adding an address or a number, which is then to be proven.

use beadle_domain::{Error, identifier::check_room};
use beadle_store::{
    Conn, UnitOfWork,
    identifications::{self, IdentificationKind, IdentificationRow},
};
use beadle_types::{IdentificationId, Map};

use super::{Own, canonical, save};
use crate::{
    actions::{access, events::Events},
    app::App,
    error::{ApiError, ApiResult},
};

/// Adds what the user typed. A number may be meant as a second factor, which it becomes when it is proven.
///
/// # Errors
/// 422 for what is none, or belongs to somebody; 403 for what the operator does not want; 400 where too many wait to be proven; for a session that has died,
/// why it did.
pub(crate) async fn add(
    app: &App,
    own: Own,
    typed: &str,
    as_second_factor: bool,
) -> ApiResult<IdentificationRow> {
    let settings = &app.instance.settings().identifiers;
    let enabled = match own.kind {
        IdentificationKind::EmailAddress => settings.email_address.enabled,
        _ => settings.phone_number.enabled,
    };
    if !enabled {
        return Err(Error::param_disabled(own.kind.as_str()).into());
    }
    let id = app.new_id(IdentificationId::from_parts);
    let canonical = canonical(own.kind, typed)?;
    let work = Add { own, id, canonical, as_second_factor, events: Events::new(app, 1) };
    app.store.write(work).await
}

struct Add {
    own: Own,
    id: IdentificationId,
    canonical: String,
    as_second_factor: bool,
    events: Events,
}

impl UnitOfWork for Add {
    type Output = IdentificationRow;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<IdentificationRow> {
        let now = self.events.now();
        let kind = self.own.kind;
        let mut record = self.own.lock(conn, now).await?;
        let settings = self.events.app().instance.settings();
        access::add(conn, &settings, kind, &self.canonical).await??;
        let of_kind: Vec<_> = record.identifications.iter().filter(|row| row.kind == kind).collect();
        let is_own = of_kind.iter().any(|row| row.canonical == self.canonical);
        if is_own || identifications::find(conn, kind, &self.canonical).await?.is_some() {
            return Err(Error::identifier_exists(kind.as_str()).into());
        }
        check_room(of_kind.len(), of_kind.iter().filter(|row| !row.can_sign_in()).count())?;
        let mut details = Map::new();
        if self.as_second_factor {
            details.insert("reserved_for_second_factor".into(), true.into());
        }
        let (id, user_id) = (self.id.clone(), self.own.user_id.clone());
        let claim = IdentificationRow::claim(id, user_id, kind, self.canonical.clone(), now);
        let row = IdentificationRow { position: record.next_position(), details, ..claim };
        identifications::insert(conn, &row).await?;
        record.identifications.push(row.clone());
        save(conn, &mut record, &self.events).await?;
        Ok(row)
    }
}
