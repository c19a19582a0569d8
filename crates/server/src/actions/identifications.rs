//! Users' own e-mail addresses, phone numbers and wallets: added, proven, removed.

pub(crate) mod add;
pub(crate) mod administer;
pub(crate) mod backend_code;
pub(crate) mod remove;
pub(crate) mod second_factor;
pub(crate) mod verify;

use beadle_domain::{
    Error,
    external_account::Profile,
    identifier::{EmailAddress, PhoneNumber},
};
use beadle_store::{
    Conn,
    identifications::{self, IdentificationKind, IdentificationRow, IdentificationStatus},
    users::{self, UserRecord, UserRow},
};
use beadle_types::{IdentificationId, Timestamp, UserId};

use super::{by::By, events::Events};
use crate::error::ApiResult;

/// Whose identification is meant, and in whose name.
#[derive(Debug, Clone)]
pub(crate) struct Own {
    pub(crate) by: By,
    pub(crate) user_id: UserId,
    pub(crate) kind: IdentificationKind,
}

impl Own {
    /// The user, locked until the transaction ends.
    async fn lock(&self, conn: &mut Conn, now: Timestamp) -> ApiResult<UserRecord> {
        self.by.lock_record(conn, &self.user_id, now).await
    }

    /// Where among the user's identifications the one named is.
    fn position(&self, record: &UserRecord, id: &IdentificationId) -> Result<usize, Error> {
        let mut rows = record.identifications.iter();
        let position = rows.position(|row| row.kind == self.kind && row.id == *id);
        position.ok_or_else(|| Error::not_found(self.kind.as_str(), id))
    }
}

/// What somebody typed, as one of this kind is compared.
///
/// # Errors
/// 422 for what is none.
fn canonical(kind: IdentificationKind, typed: &str) -> Result<String, Error> {
    let param = kind.as_str();
    match kind {
        IdentificationKind::EmailAddress => EmailAddress::parse(typed, param).map(EmailAddress::into_string),
        _ => PhoneNumber::parse(typed, param).map(PhoneNumber::into_string),
    }
}

/// Whether somebody has proven the same in the meantime.
async fn is_taken(conn: &mut Conn, row: &IdentificationRow) -> ApiResult<bool> {
    let holder = identifications::find(conn, row.kind, &row.canonical).await?;
    Ok(holder.is_some_and(|holder| holder.id != row.id))
}

/// Writes the user after a change to their identifications, whose rows are written already.
async fn save(conn: &mut Conn, record: &mut UserRecord, events: &Events) -> ApiResult<()> {
    if let Some(row) = second_factor::default_again(record, events.now()) {
        identifications::update(conn, row).await?;
    }
    record.user.updated_at = events.now();
    users::update(conn, record).await?;
    Ok(events.user(conn, 0, "user.updated", record).await?)
}

/// Gives the user a primary one of a kind if theirs is gone, or they never had one: the first that is proven.
pub(super) fn choose_primary(record: &mut UserRecord, kind: IdentificationKind) {
    let UserRecord { user, identifications } = record;
    let Some((id, value)) = primary(user, kind) else { return };
    let is_there =
        |row: &&IdentificationRow| row.kind == kind && row.status == IdentificationStatus::Verified;
    let current = id.clone();
    if identifications.iter().filter(is_there).any(|row| Some(&row.id) == current.as_ref()) {
        return;
    }
    let first = identifications.iter().find(is_there);
    *id = first.map(|row| row.id.clone());
    *value = first.map(|row| row.canonical.clone());
}

/// Makes one of the user's identifications the primary one of its kind.
fn make_primary(record: &mut UserRecord, position: usize) {
    let UserRecord { user, identifications } = record;
    let row = &identifications[position];
    if let Some((id, value)) = primary(user, row.kind) {
        (*id, *value) = (Some(row.id.clone()), Some(row.canonical.clone()));
    }
}

/// Whether an account at a provider, which the user has connected, vouches for the address.
fn linked(record: &UserRecord, row: &IdentificationRow) -> bool {
    let accounts = record.identifications.iter().filter(|account| {
        account.kind == IdentificationKind::ExternalAccount
            && account.status == IdentificationStatus::Verified
    });
    row.kind == IdentificationKind::EmailAddress
        && accounts
            .map(|account| Profile::from_details(&account.details))
            .any(|profile| profile.verified_email() == Some(row.canonical.as_str()))
}

type Primary<'a> = (&'a mut Option<IdentificationId>, &'a mut Option<String>);

fn primary(user: &mut UserRow, kind: IdentificationKind) -> Option<Primary<'_>> {
    match kind {
        IdentificationKind::EmailAddress => {
            Some((&mut user.primary_email_address_id, &mut user.primary_email_address))
        }
        IdentificationKind::PhoneNumber => {
            Some((&mut user.primary_phone_number_id, &mut user.primary_phone_number))
        }
        IdentificationKind::Web3Wallet => {
            Some((&mut user.primary_web3_wallet_id, &mut user.primary_web3_wallet))
        }
        IdentificationKind::Passkey | IdentificationKind::ExternalAccount => None,
    }
}
