//! A new user's validated values, and the rows they become.

use beadle_domain::{
    credential::Generation,
    external_account::ExternalIdentity,
    identifier::{EmailAddress, ExternalId, PhoneNumber, Username, Web3Wallet},
    lockout::Lockout,
    strategy::Strategy,
    totp::TotpSecret,
};
use beadle_store::{
    identifications::{IdentificationKind, IdentificationRow, IdentificationStatus},
    users::{UserRecord, UserRow},
};
use beadle_types::{IdentificationId, Map, Timestamp, UserId};

use crate::{
    actions::{factors::backup_codes, oauth::account},
    app::App,
};

/// How an identifier of a new user was established.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Provenance {
    /// The Backend API vouches for it.
    Admin,
    /// The Backend API set it aside for this user.
    Reserved,
    /// The user proved it, by this strategy.
    Proven(Strategy),
}

impl Provenance {
    fn status(&self) -> IdentificationStatus {
        if *self == Self::Reserved { IdentificationStatus::Reserved } else { IdentificationStatus::Verified }
    }

    fn strategy(&self) -> Option<&str> {
        match self {
            Self::Admin => Some("admin"),
            Self::Reserved => None,
            Self::Proven(strategy) => Some(strategy.as_str()),
        }
    }
}

/// Everything a new user may start with.
#[derive(Debug, Default)]
pub(crate) struct NewUser {
    pub(crate) external_id: Option<ExternalId>,
    pub(crate) username: Option<(Username, String)>,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) locale: Option<String>,
    pub(crate) email_addresses: Vec<(EmailAddress, Provenance)>,
    pub(crate) phone_numbers: Vec<(PhoneNumber, Provenance)>,
    pub(crate) web3_wallets: Vec<Web3Wallet>,
    pub(crate) external_accounts: Vec<ExternalIdentity>,
    pub(crate) public_metadata: Map,
    pub(crate) private_metadata: Map,
    pub(crate) unsafe_metadata: Map,
    pub(crate) totp_secret: Option<TotpSecret>,
    pub(crate) backup_codes: Option<Vec<String>>,
    pub(crate) delete_self_enabled: Option<bool>,
    pub(crate) create_organization_enabled: Option<bool>,
    pub(crate) create_organizations_limit: Option<i64>,
    pub(crate) bypass_client_trust: bool,
    pub(crate) legal_accepted_at: Option<Timestamp>,
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) banned: bool,
    pub(crate) locked: bool,
}

impl NewUser {
    /// All texts that a password must not repeat.
    pub(crate) fn identifiers(&self) -> Vec<String> {
        let emails = self.email_addresses.iter().map(|(email, _)| email.to_string());
        emails.chain(self.username.as_ref().map(|(username, _)| username.to_string())).collect()
    }

    /// The rows of the user, with ids drawn now.
    pub(crate) fn into_record(self, app: &App, password_digest: Option<String>) -> UserRecord {
        let now = app.now();
        let settings = &app.instance.settings();
        let id = app.new_id(UserId::from_parts);
        let mut rows = Rows { app, user_id: &id, now, made: Vec::new() };
        let email = rows.add_all(
            IdentificationKind::EmailAddress,
            self.email_addresses.into_iter().map(|(email, provenance)| (email.into_string(), provenance)),
        );
        let phone = rows.add_all(
            IdentificationKind::PhoneNumber,
            self.phone_numbers.into_iter().map(|(phone, provenance)| (phone.into_string(), provenance)),
        );
        let wallet = rows.add_all(
            IdentificationKind::Web3Wallet,
            self.web3_wallets.into_iter().map(|wallet| (wallet.into_string(), Provenance::Admin)),
        );
        for ExternalIdentity { strategy, profile, .. } in &self.external_accounts {
            let position = rows.next_position();
            let account_id = app.new_id(IdentificationId::from_parts);
            rows.made.push(account::row(account_id, id.clone(), strategy, profile, position, now));
        }
        let identifications = rows.made;
        let lockout =
            if self.locked { Lockout::default().lock(&settings.lockout, now) } else { Lockout::default() };
        let totp_secret = self.totp_secret.map(|secret| app.instance.seal(secret.as_bytes(), &*app.rng));
        let mfa_enabled_at = totp_secret.is_some().then_some(now);
        let backup_codes = self.backup_codes.map(|codes| backup_codes::brought(&codes, &id));
        let (username_canonical, username) = self.username.unzip();
        let user = UserRow {
            id,
            generation: Generation::FIRST,
            banned: self.banned,
            external_id: self.external_id.map(ExternalId::into_string),
            username,
            username_canonical: username_canonical.map(Username::into_string),
            first_name: self.first_name,
            last_name: self.last_name,
            locale: self.locale,
            primary_email_address_id: email.as_ref().map(|(id, _)| id.clone()),
            primary_phone_number_id: phone.as_ref().map(|(id, _)| id.clone()),
            primary_web3_wallet_id: wallet.as_ref().map(|(id, _)| id.clone()),
            primary_email_address: email.map(|(_, value)| value),
            primary_phone_number: phone.map(|(_, value)| value),
            primary_web3_wallet: wallet.map(|(_, value)| value),
            public_metadata: self.public_metadata,
            private_metadata: self.private_metadata,
            unsafe_metadata: self.unsafe_metadata,
            password_updated_at: password_digest.is_some().then_some(now),
            image_id: None,
            password_digest,
            password_compromised: false,
            totp_secret,
            backup_codes,
            locked: lockout.locked,
            lockout_expires_at: lockout.lockout_expires_at,
            failed_attempts: 0,
            delete_self_enabled: self.delete_self_enabled.unwrap_or(settings.delete_self_enabled),
            create_organization_enabled: self
                .create_organization_enabled
                .unwrap_or(settings.create_organization_enabled),
            create_organizations_limit: self.create_organizations_limit,
            bypass_client_trust: self.bypass_client_trust,
            mfa_enabled_at,
            mfa_disabled_at: None,
            legal_accepted_at: self.legal_accepted_at,
            last_sign_in_at: None,
            last_active_at: None,
            created_at: self.created_at.unwrap_or(now),
            updated_at: now,
        };
        UserRecord { user, identifications }
    }
}

struct Rows<'a> {
    app: &'a App,
    user_id: &'a UserId,
    now: Timestamp,
    made: Vec<IdentificationRow>,
}

impl Rows<'_> {
    fn next_position(&self) -> i64 {
        i64::try_from(self.made.len()).unwrap_or(i64::MAX)
    }

    /// Adds all of one kind; the first becomes primary and is returned.
    fn add_all(
        &mut self,
        kind: IdentificationKind,
        values: impl Iterator<Item = (String, Provenance)>,
    ) -> Option<(IdentificationId, String)> {
        let mut primary = None;
        for (value, provenance) in values {
            let row = IdentificationRow {
                id: self.app.new_id(IdentificationId::from_parts),
                user_id: self.user_id.clone(),
                kind,
                canonical: value.clone(),
                value,
                position: self.next_position(),
                status: provenance.status(),
                strategy: provenance.strategy().map(str::to_owned),
                verification: None,
                details: Map::new(),
                created_at: self.now,
                updated_at: self.now,
            };
            primary.get_or_insert_with(|| (row.id.clone(), row.canonical.clone()));
            self.made.push(row);
        }
        primary
    }
}
