//! Adding an address or a number, which is then to be proven.

use beadle_domain::{
    Error,
    identifier::{EmailAddress, PhoneNumber, check_room},
};
use beadle_store::{
    Conn, UnitOfWork,
    identifications::{self, IdentificationKind, IdentificationRow, IdentificationStatus},
};
use beadle_types::{IdentificationId, Map};

use super::{Own, save};
use crate::{
    actions::events::Events,
    app::App,
    error::{ApiError, ApiResult},
};

/// Adds what the user typed. A number may be meant as a second factor, which it becomes when it is proven.
///
/// # Errors
/// 422 for what is none, or belongs to somebody; 400 where too many wait to be proven; for a session that has died,
/// why it did.
pub(crate) async fn add(
    app: &App,
    own: Own,
    typed: &str,
    as_second_factor: bool,
) -> ApiResult<IdentificationRow> {
    let settings = &app.instance.settings.identifiers;
    let param = own.kind.as_str();
    let (enabled, canonical) = match own.kind {
        IdentificationKind::EmailAddress => {
            (settings.email_address.enabled, EmailAddress::parse(typed, param).map(EmailAddress::into_string))
        }
        _ => (settings.phone_number.enabled, PhoneNumber::parse(typed, param).map(PhoneNumber::into_string)),
    };
    if !enabled {
        return Err(Error::param_disabled(param).into());
    }
    let id = app.new_id(IdentificationId::from_parts);
    let work = Add { own, id, canonical: canonical?, as_second_factor, events: Events::new(app, 1) };
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
        let row = IdentificationRow {
            id: self.id.clone(),
            user_id: self.own.user_id.clone(),
            kind,
            value: self.canonical.clone(),
            canonical: self.canonical.clone(),
            position: record.next_position(),
            status: IdentificationStatus::Unverified,
            strategy: None,
            verification: None,
            details,
            created_at: now,
            updated_at: now,
        };
        identifications::insert(conn, &row).await?;
        record.identifications.push(row.clone());
        save(conn, &mut record, &self.events).await?;
        Ok(row)
    }
}
