//! Creating a user.

use beadle_domain::{Error, Findings};
use beadle_store::{
    Conn, UnitOfWork, identifications,
    users::{self, UserRecord},
};

use super::events::Events;
use crate::{
    app::App,
    error::{ApiError, ApiResult},
};

/// Inserts the user.
///
/// # Errors
/// 422 naming every identifier that somebody else holds.
pub(crate) async fn create(app: &App, record: UserRecord) -> ApiResult<UserRecord> {
    app.store.write(CreateUser { record, events: Events::new(app, 1) }).await
}

struct CreateUser {
    record: UserRecord,
    events: Events,
}

impl UnitOfWork for CreateUser {
    type Output = UserRecord;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<UserRecord> {
        insert(conn, &self.record, &self.events, 0).await?;
        Ok(self.record.clone())
    }
}

/// Inserts inside a larger unit of work; `n` is the event's place in it.
pub(crate) async fn insert(conn: &mut Conn, record: &UserRecord, events: &Events, n: usize) -> ApiResult<()> {
    refuse_taken(conn, record).await?;
    users::insert(conn, record).await?;
    events.user(conn, n, "user.created", record).await?;
    Ok(())
}

/// 422 for each identifier of the record that belongs to somebody else.
async fn refuse_taken(conn: &mut Conn, record: &UserRecord) -> ApiResult<()> {
    let mut findings = Findings::default();
    for row in &record.identifications {
        if identifications::find(conn, row.kind, &row.canonical).await?.is_some() {
            findings.push(Error::identifier_exists(row.kind.as_str()));
        }
    }
    check_names(conn, record, &mut findings).await?;
    findings.finish().map_err(ApiError::from)
}

/// Complains where username or external id belong to somebody other than the record's user.
pub(crate) async fn check_names(
    conn: &mut Conn,
    record: &UserRecord,
    findings: &mut Findings,
) -> ApiResult<()> {
    let user = &record.user;
    if let Some(canonical) = &user.username_canonical {
        let holder = users::find_by_username(conn, canonical).await?;
        if holder.is_some_and(|holder| holder.id != user.id) {
            findings.push(Error::identifier_exists("username"));
        }
    }
    if let Some(external_id) = &user.external_id {
        let holder = users::id_by_external_id(conn, external_id).await?;
        if holder.is_some_and(|holder| holder != user.id) {
            findings.push(Error::identifier_exists("external_id"));
        }
    }
    Ok(())
}
