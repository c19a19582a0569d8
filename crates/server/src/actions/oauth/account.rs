//! Whose account it is that somebody has proven to be theirs.

use beadle_domain::{external_account::Profile, identifier::check_room, strategy::Strategy};
use beadle_store::{
    Conn,
    identifications::{self, IdentificationKind, IdentificationRow, IdentificationStatus},
    users,
};
use beadle_types::{IdentificationId, Timestamp, UserId};

use crate::{
    actions::{events::Events, identifications::choose_primary},
    error::ApiResult,
};

/// The user whom an account leads to.
pub(crate) struct Found {
    pub(crate) user_id: UserId,
    /// The account, if it is connected. If not, a proven address led to the user.
    pub(crate) connected: Option<IdentificationRow>,
}

/// The user whose the account is, or whose address it has. Both sides must have proven the address: with one that the
/// provider only repeats, or that the user only claims, one could get into the account of another.
pub(crate) async fn find(
    conn: &mut Conn,
    strategy: &Strategy,
    profile: &Profile,
) -> ApiResult<Option<Found>> {
    let canonical = profile.canonical(strategy.as_str());
    let known = identifications::find(conn, IdentificationKind::ExternalAccount, &canonical).await?;
    if let Some(row) = known {
        return Ok(Some(Found { user_id: row.user_id.clone(), connected: Some(row) }));
    }
    let Some(email) = profile.verified_email() else { return Ok(None) };
    let holder = identifications::find(conn, IdentificationKind::EmailAddress, email).await?;
    let holder = holder.filter(|row| row.status == IdentificationStatus::Verified);
    Ok(holder.map(|row| Found { user_id: row.user_id, connected: None }))
}

/// The row of an account that was proven.
pub(crate) fn row(
    id: IdentificationId,
    user_id: UserId,
    strategy: &Strategy,
    profile: &Profile,
    position: i64,
    now: Timestamp,
) -> IdentificationRow {
    IdentificationRow {
        id,
        user_id,
        kind: IdentificationKind::ExternalAccount,
        value: profile.subject.clone(),
        canonical: profile.canonical(strategy.as_str()),
        position,
        status: IdentificationStatus::Verified,
        strategy: Some(strategy.as_str().to_owned()),
        verification: None,
        details: profile.to_details(),
        created_at: now,
        updated_at: now,
    }
}

/// Connects the account to the user, or keeps what the provider says of it now. `n` is the event's place.
pub(crate) async fn keep(
    conn: &mut Conn,
    found: &Found,
    strategy: &Strategy,
    profile: &Profile,
    id: &IdentificationId,
    events: &Events,
    n: usize,
) -> ApiResult<()> {
    let now = events.now();
    if let Some(connected) = &found.connected {
        let details = profile.to_details();
        if connected.details != details {
            let row = IdentificationRow { details, updated_at: now, ..connected.clone() };
            identifications::update(conn, &row).await?;
        }
        return Ok(());
    }
    let record = users::load(conn, &found.user_id).await?;
    let mut record = record.ok_or(beadle_store::Error::NotFound)?;
    let position = record.next_position();
    let row = row(id.clone(), found.user_id.clone(), strategy, profile, position, now);
    identifications::insert(conn, &row).await?;
    record.identifications.push(row);
    Ok(events.user(conn, n, "user.updated", &record).await?)
}

/// Gives the user the address that the provider has proven, unless it is somebody's or they have no room for it.
pub(super) async fn adopt_address(
    conn: &mut Conn,
    user_id: &UserId,
    strategy: &Strategy,
    profile: &Profile,
    id: &IdentificationId,
    now: Timestamp,
) -> ApiResult<()> {
    const KIND: IdentificationKind = IdentificationKind::EmailAddress;
    let Some(email) = profile.verified_email() else { return Ok(()) };
    if identifications::find(conn, KIND, email).await?.is_some() {
        return Ok(());
    }
    users::find_for_update(conn, user_id).await?;
    let Some(mut record) = users::load(conn, user_id).await? else { return Ok(()) };
    let theirs = |row: &&mut IdentificationRow| row.kind == KIND && row.canonical == email;
    if let Some(claim) = record.identifications.iter_mut().find(theirs) {
        claim.prove(strategy.as_str(), now);
        identifications::update(conn, claim).await?;
    } else {
        let held = record.identifications.iter().filter(|row| row.kind == KIND).count();
        if check_room(held, 0).is_err() {
            return Ok(());
        }
        let mut row = IdentificationRow::claim(id.clone(), user_id.clone(), KIND, email.to_owned(), now);
        row.position = record.next_position();
        row.prove(strategy.as_str(), now);
        identifications::insert(conn, &row).await?;
        record.identifications.push(row);
    }
    choose_primary(&mut record, KIND);
    record.user.updated_at = now;
    Ok(users::update(conn, &record).await?)
}

/// Tells that the user has changed.
pub(super) async fn updated(conn: &mut Conn, user_id: &UserId, events: &Events, n: usize) -> ApiResult<()> {
    if let Some(record) = users::load(conn, user_id).await? {
        events.user(conn, n, "user.updated", &record).await?;
    }
    Ok(())
}
