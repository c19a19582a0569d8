//! The row of a user, and the user with what belongs to them.

use beadle_domain::{
    credential::{Generation, Standing},
    lockout::Lockout,
};
use beadle_types::{IdentificationId, ImageId, Timestamp, UserId};
use serde_json::{Map, Value};

use crate::{
    Result,
    db::row::Row,
    identifications::{IdentificationKind, IdentificationRow},
};

/// A row of `users`.
#[derive(Debug, Clone)]
pub struct UserRow {
    /// Its id.
    pub id: UserId,
    /// Credentials of any other generation are dead.
    pub generation: Generation,
    /// No credential lives while set.
    pub banned: bool,
    /// The id in the caller's own system.
    pub external_id: Option<String>,
    /// As written.
    pub username: Option<String>,
    /// As compared.
    pub username_canonical: Option<String>,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// BCP 47.
    pub locale: Option<String>,
    /// One of the user's identifications.
    pub primary_email_address_id: Option<IdentificationId>,
    /// One of the user's identifications.
    pub primary_phone_number_id: Option<IdentificationId>,
    /// One of the user's identifications.
    pub primary_web3_wallet_id: Option<IdentificationId>,
    /// The value behind the id, for sorting.
    pub primary_email_address: Option<String>,
    /// The value behind the id, for sorting.
    pub primary_phone_number: Option<String>,
    /// The value behind the id, for sorting.
    pub primary_web3_wallet: Option<String>,
    /// Visible to front ends.
    pub public_metadata: Map<String, Value>,
    /// Visible to the Backend API alone.
    pub private_metadata: Map<String, Value>,
    /// Writable by the user.
    pub unsafe_metadata: Map<String, Value>,
    /// As `beadle_domain::password::PasswordDigest` has it.
    pub password_digest: Option<String>,
    /// Last change of the password.
    pub password_updated_at: Option<Timestamp>,
    /// Others know the password, so it opens nothing until it is replaced.
    pub password_compromised: bool,
    /// Sealed.
    pub totp_secret: Option<String>,
    /// Digests.
    pub backup_codes: Option<Vec<String>>,
    /// Locked, by an operator or by failed attempts.
    pub locked: bool,
    /// End of the lock; `None` while locked means never.
    pub lockout_expires_at: Option<Timestamp>,
    /// Since the last success.
    pub failed_attempts: i64,
    /// Whether users may delete themselves.
    pub delete_self_enabled: bool,
    /// Whether users may create organizations.
    pub create_organization_enabled: bool,
    /// 0 or `None` means no limit.
    pub create_organizations_limit: Option<i64>,
    /// Skips device-trust checks.
    pub bypass_client_trust: bool,
    /// Last time a second factor was enabled.
    pub mfa_enabled_at: Option<Timestamp>,
    /// Last time the last second factor went.
    pub mfa_disabled_at: Option<Timestamp>,
    /// Acceptance of the legal terms.
    pub legal_accepted_at: Option<Timestamp>,
    /// Last sign-in.
    pub last_sign_in_at: Option<Timestamp>,
    /// Last session activity, by day.
    pub last_active_at: Option<Timestamp>,
    /// Creation.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
    /// The picture that is shown, if it is one of their own.
    pub image_id: Option<ImageId>,
}

impl UserRow {
    /// What decides over the user's credentials.
    pub fn standing(&self) -> Standing {
        Standing { user_id: self.id.clone(), generation: self.generation, banned: self.banned }
    }

    /// Sets another password, or none. What was known of the one before does not hold for it.
    pub fn set_password(&mut self, digest: Option<String>, now: Timestamp) {
        self.password_digest = digest;
        self.password_updated_at = Some(now);
        self.password_compromised = false;
    }

    /// The lockout as the rules see it.
    pub fn lockout(&self) -> Lockout {
        Lockout {
            failed_attempts: u32::try_from(self.failed_attempts).unwrap_or(u32::MAX),
            locked: self.locked,
            lockout_expires_at: self.lockout_expires_at,
        }
    }
}

/// A user with the identifications that make up the wire object.
#[derive(Debug, Clone)]
pub struct UserRecord {
    /// The row.
    pub user: UserRow,
    /// In their order.
    pub identifications: Vec<IdentificationRow>,
}

impl UserRecord {
    /// All texts by which the user is known, which their password must not repeat.
    pub fn texts(&self) -> Vec<String> {
        let emails = self.identifications.iter().filter(|row| row.kind == IdentificationKind::EmailAddress);
        let emails = emails.map(|row| row.canonical.clone());
        emails.chain(self.user.username_canonical.clone()).collect()
    }

    /// Whether a second factor is asked for at sign-in: an authenticator app or a phone number.
    pub fn has_second_factor(&self) -> bool {
        self.user.totp_secret.is_some()
            || self.identifications.iter().any(IdentificationRow::is_second_factor)
    }

    /// The place behind the last identification.
    pub fn next_position(&self) -> i64 {
        self.identifications.last().map_or(0, |last| last.position + 1)
    }

    /// The first of what the user is known by: address, username, number.
    pub fn best_known_as(&self) -> Option<&str> {
        let row = &self.user;
        let names = [&row.primary_email_address, &row.username, &row.primary_phone_number];
        names.into_iter().flatten().next().map(String::as_str)
    }

    /// Whether anything is left by which a sign-in can name the user.
    pub fn has_identifier(&self) -> bool {
        self.user.username.is_some() || self.can_do_without_password()
    }

    /// Whether the user can get in at all: named by something, and proven by the password or something else.
    pub fn can_sign_in(&self) -> bool {
        self.has_identifier() && (self.user.password_digest.is_some() || self.can_do_without_password())
    }

    /// Whether anything but the password lets the user in: a code to an address or number, a wallet, a passkey, an
    /// account elsewhere.
    pub fn can_do_without_password(&self) -> bool {
        self.identifications.iter().any(IdentificationRow::is_first_factor)
    }
}

pub(super) fn read(row: &mut Row<'_>) -> Result<UserRow> {
    Ok(UserRow {
        id: row.parse()?,
        generation: row.take()?,
        banned: row.take()?,
        external_id: row.take()?,
        username: row.take()?,
        username_canonical: row.take()?,
        first_name: row.take()?,
        last_name: row.take()?,
        locale: row.take()?,
        primary_email_address_id: row.parse_opt()?,
        primary_phone_number_id: row.parse_opt()?,
        primary_web3_wallet_id: row.parse_opt()?,
        primary_email_address: row.take()?,
        primary_phone_number: row.take()?,
        primary_web3_wallet: row.take()?,
        public_metadata: row.json()?,
        private_metadata: row.json()?,
        unsafe_metadata: row.json()?,
        password_digest: row.take()?,
        password_updated_at: row.take()?,
        totp_secret: row.take()?,
        backup_codes: row.json_opt()?,
        locked: row.take()?,
        lockout_expires_at: row.take()?,
        failed_attempts: row.take()?,
        delete_self_enabled: row.take()?,
        create_organization_enabled: row.take()?,
        create_organizations_limit: row.take()?,
        bypass_client_trust: row.take()?,
        mfa_enabled_at: row.take()?,
        mfa_disabled_at: row.take()?,
        legal_accepted_at: row.take()?,
        last_sign_in_at: row.take()?,
        last_active_at: row.take()?,
        created_at: row.take()?,
        updated_at: row.take()?,
        image_id: row.parse_opt()?,
        password_compromised: row.take()?,
    })
}
