//! A user in the columns of an export.

use beadle_client::Timestamp;
use beadle_domain::{password::PasswordDigest, totp::TotpSecret};
use beadle_store::{
    identifications::{IdentificationKind, IdentificationStatus},
    users::UserRecord,
};
use serde_json::{Map, Value, json};

/// First Clerk's, then those by which nothing gets lost between two Beadles.
pub(super) const COLUMNS: [&str; 26] = [
    "id",
    "first_name",
    "last_name",
    "username",
    "primary_email_address",
    "primary_phone_number",
    "verified_email_addresses",
    "unverified_email_addresses",
    "verified_phone_numbers",
    "unverified_phone_numbers",
    "totp_secret",
    "password_digest",
    "password_hasher",
    "created_at",
    "external_id",
    "web3_wallet",
    "locale",
    "banned",
    "public_metadata",
    "private_metadata",
    "unsafe_metadata",
    "legal_accepted_at",
    "delete_self_enabled",
    "create_organization_enabled",
    "create_organizations_limit",
    "bypass_client_trust",
];

/// What the user has of these.
pub(super) fn fields(record: &UserRecord, totp: Option<&TotpSecret>) -> Map<String, Value> {
    let user = &record.user;
    let digest = user.password_digest.clone().map(PasswordDigest::from_stored);
    let (hasher, digest) = digest.as_ref().map(PasswordDigest::hasher_and_digest).unzip();
    let email = |status| addresses(record, IdentificationKind::EmailAddress, status);
    let phone = |status| addresses(record, IdentificationKind::PhoneNumber, status);
    let all = json!({
        "id": user.id,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "username": user.username,
        "primary_email_address": user.primary_email_address,
        "primary_phone_number": user.primary_phone_number,
        "verified_email_addresses": email(IdentificationStatus::Verified),
        "unverified_email_addresses": email(IdentificationStatus::Reserved),
        "verified_phone_numbers": phone(IdentificationStatus::Verified),
        "unverified_phone_numbers": phone(IdentificationStatus::Reserved),
        "totp_secret": totp.map(TotpSecret::to_base32),
        "password_digest": digest,
        "password_hasher": hasher,
        "created_at": time(user.created_at),
        "external_id": user.external_id,
        "web3_wallet": addresses(record, IdentificationKind::Web3Wallet, IdentificationStatus::Verified),
        "locale": user.locale,
        "banned": user.banned,
        "public_metadata": user.public_metadata,
        "private_metadata": user.private_metadata,
        "unsafe_metadata": user.unsafe_metadata,
        "legal_accepted_at": user.legal_accepted_at.map(time),
        "delete_self_enabled": user.delete_self_enabled,
        "create_organization_enabled": user.create_organization_enabled,
        "create_organizations_limit": user.create_organizations_limit,
        "bypass_client_trust": user.bypass_client_trust,
    });
    let Value::Object(mut all) = all else { unreachable!("it was written as an object") };
    all.retain(|_, value| !value.is_null() && *value != json!([]) && *value != json!({}));
    all
}

/// Values of one kind that nobody else can have. An address that was only claimed stays with who proves it.
fn addresses(record: &UserRecord, kind: IdentificationKind, status: IdentificationStatus) -> Vec<&str> {
    let rows = record.identifications.iter().filter(|row| row.kind == kind && row.status == status);
    rows.map(|row| row.value.as_str()).collect()
}

/// Whether the user signs in with more than an export holds.
pub(super) fn is_weakened(record: &UserRecord) -> bool {
    let elsewhere = [IdentificationKind::Passkey, IdentificationKind::ExternalAccount];
    record.user.backup_codes.as_ref().is_some_and(|codes| !codes.is_empty())
        || record.identifications.iter().any(|row| row.is_second_factor() || elsewhere.contains(&row.kind))
}

fn time(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.as_millis()).map_or_else(|_| at.to_string(), |at| at.to_string())
}
