//! Users.

use beadle_domain::{one_time_code, strategy::Strategy};
use beadle_store::{
    Conn,
    identifications::{self, IdentificationKind, IdentificationRow, IdentificationStatus},
    users::UserRecord,
};
use beadle_types::{
    EmailAddress, Map, Passkey, PhoneNumber, PublicUserData, Timestamp, User, Verification,
    VerificationStatus, Web3Wallet,
    object::{EmailAddressObject, PasskeyObject, PhoneNumberObject, UserObject, Web3WalletObject},
};
use serde_json::Value;

use super::{external_account, picture};
use crate::{error::ApiResult, instance::Instance};

/// The user as the Backend API shows it.
pub(crate) fn user(mut record: UserRecord, instance: &Instance, now: Timestamp) -> User {
    let private_metadata = std::mem::take(&mut record.user.private_metadata);
    let mut user = shown(record, Some(private_metadata), instance, now);
    for passkey in &mut user.passkeys {
        let (created_at, _) = (passkey.created_at.take(), passkey.updated_at.take());
        passkey.last_used_at = passkey.last_used_at.or(created_at);
    }
    user
}

/// As [`user`], for several.
pub(crate) fn users(records: Vec<UserRecord>, instance: &Instance, now: Timestamp) -> Vec<User> {
    records.into_iter().map(|record| user(record, instance, now)).collect()
}

/// The user as the Frontend API shows it: without private metadata.
pub(crate) fn own_user(record: UserRecord, instance: &Instance, now: Timestamp) -> User {
    shown(record, None, instance, now)
}

fn shown(record: UserRecord, private_metadata: Option<Map>, instance: &Instance, now: Timestamp) -> User {
    let two_factor_enabled = record.has_second_factor();
    let image_url = picture::of_user(instance, &record.user);
    let row = record.user;
    let lockout = row.lockout();
    let mut user = User {
        id: row.id,
        object: UserObject,
        external_id: row.external_id,
        primary_email_address_id: row.primary_email_address_id,
        primary_phone_number_id: row.primary_phone_number_id,
        primary_web3_wallet_id: row.primary_web3_wallet_id,
        username: row.username,
        first_name: row.first_name,
        last_name: row.last_name,
        locale: row.locale,
        profile_image_url: image_url.clone(),
        image_url,
        has_image: row.image_id.is_some(),
        public_metadata: row.public_metadata,
        private_metadata,
        unsafe_metadata: row.unsafe_metadata,
        email_addresses: Vec::new(),
        phone_numbers: Vec::new(),
        web3_wallets: Vec::new(),
        passkeys: Vec::new(),
        password_enabled: row.password_digest.is_some(),
        two_factor_enabled,
        totp_enabled: row.totp_secret.is_some(),
        backup_code_enabled: row.backup_codes.as_ref().is_some_and(|codes| !codes.is_empty()),
        mfa_enabled_at: row.mfa_enabled_at,
        mfa_disabled_at: row.mfa_disabled_at,
        password_last_updated_at: row.password_updated_at,
        external_accounts: Vec::new(),
        saml_accounts: Vec::new(),
        enterprise_accounts: Vec::new(),
        organization_memberships: Vec::new(),
        last_sign_in_at: row.last_sign_in_at,
        banned: row.banned,
        locked: lockout.is_locked(now),
        deprovisioned: false,
        lockout_expires_in_seconds: lockout.expires_in_seconds(now),
        verification_attempts_remaining: lockout
            .attempts_remaining(&instance.settings().lockout, now)
            .map(i64::from),
        updated_at: row.updated_at,
        created_at: row.created_at,
        delete_self_enabled: row.delete_self_enabled,
        create_organization_enabled: row.create_organization_enabled,
        create_organizations_limit: row.create_organizations_limit,
        last_active_at: row.last_active_at,
        legal_accepted_at: row.legal_accepted_at,
        bypass_client_trust: row.bypass_client_trust,
    };
    let mut accounts = Vec::new();
    for row in record.identifications {
        match row.kind {
            IdentificationKind::EmailAddress => user.email_addresses.push(email_address(row)),
            IdentificationKind::PhoneNumber => user.phone_numbers.push(phone_number(row)),
            IdentificationKind::Web3Wallet => user.web3_wallets.push(web3_wallet(row)),
            IdentificationKind::Passkey if row.can_sign_in() => user.passkeys.push(passkey(row)),
            IdentificationKind::Passkey => {}
            IdentificationKind::ExternalAccount => accounts.push(row),
        }
    }
    external_account::link(&mut user.email_addresses, &accounts);
    user.external_accounts = accounts.iter().map(external_account::external_account).collect();
    user
}

fn verification(row: &IdentificationRow) -> Option<Verification> {
    if row.status == IdentificationStatus::Unverified {
        return row.verification.as_ref().map(super::verification::verification);
    }
    match row.strategy.as_deref()? {
        "admin" => Some(Verification::by_admin()),
        strategy if strategy.starts_with("oauth_") => {
            let status = VerificationStatus::Verified;
            Some(Verification::new("verification_from_oauth", status, format!("from_{strategy}")))
        }
        strategy => {
            let object = Strategy::parse(strategy).map_or("verification_otp", |s| s.verification_object());
            let mut proven = Verification::new(object, VerificationStatus::Verified, strategy.to_owned());
            proven.attempts = Some(1);
            proven.expire_at = Some(row.created_at.plus(one_time_code::LIFETIME));
            Some(proven)
        }
    }
}

/// An address as its user sees it.
pub(crate) fn email_address(row: IdentificationRow) -> EmailAddress {
    let verification = verification(&row);
    EmailAddress {
        id: row.id,
        object: EmailAddressObject,
        email_address: row.value,
        reserved: row.status == IdentificationStatus::Reserved,
        verification,
        linked_to: Vec::new(),
        matches_sso_connection: false,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

/// An address with the accounts of its user that vouch for it.
pub(crate) async fn linked_email_address(conn: &mut Conn, row: IdentificationRow) -> ApiResult<EmailAddress> {
    let mut accounts = identifications::of_user(conn, &row.user_id).await?;
    accounts.retain(|account| account.kind == IdentificationKind::ExternalAccount);
    let mut address = email_address(row);
    external_account::link(std::slice::from_mut(&mut address), &accounts);
    Ok(address)
}

/// A number as its user sees it.
pub(crate) fn phone_number(row: IdentificationRow) -> PhoneNumber {
    let verification = verification(&row);
    let reserved_for_second_factor = row.is_second_factor();
    let default_second_factor = row.is_default_second_factor();
    PhoneNumber {
        id: row.id,
        object: PhoneNumberObject,
        phone_number: row.value,
        reserved_for_second_factor,
        default_second_factor,
        reserved: row.status == IdentificationStatus::Reserved,
        verification,
        linked_to: Vec::new(),
        backup_codes: None,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

fn web3_wallet(row: IdentificationRow) -> Web3Wallet {
    let verification = verification(&row);
    Web3Wallet {
        id: row.id,
        object: Web3WalletObject,
        web3_wallet: row.value,
        verification,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

/// A passkey, also one under way.
pub(crate) fn passkey(row: IdentificationRow) -> Passkey {
    let verification = verification(&row);
    let last_used_at = row.details.get("last_used_at").and_then(Value::as_i64).map(Timestamp::from_millis);
    Passkey {
        id: row.id,
        object: PasskeyObject,
        name: row.value,
        last_used_at,
        verification,
        created_at: Some(row.created_at),
        updated_at: Some(row.updated_at),
    }
}

/// The part of a user that others may see.
pub(crate) fn public_user_data(record: &UserRecord, image_url: &str) -> PublicUserData {
    let row = &record.user;
    PublicUserData {
        first_name: row.first_name.clone(),
        last_name: row.last_name.clone(),
        image_url: Some(image_url.to_owned()),
        has_image: row.image_id.is_some(),
        identifier: record.best_known_as().unwrap_or_default().to_owned(),
        profile_image_url: Some(image_url.to_owned()),
        user_id: Some(row.id.clone()),
        username: row.username.clone(),
        banned: row.banned,
    }
}
