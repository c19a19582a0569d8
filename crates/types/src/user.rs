//! Users.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Map, email_address::EmailAddress, ids::IdentificationId, ids::UserId, object::UserObject,
    passkey::Passkey, phone_number::PhoneNumber, timestamp::Timestamp, web3_wallet::Web3Wallet,
};

/// A user as the Backend API shows it. The Frontend API shows the same without `private_metadata`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    /// The id.
    pub id: UserId,
    /// Always `user`.
    pub object: UserObject,
    /// The id in the application's own system; unique in the instance.
    pub external_id: Option<String>,
    /// Which of `email_addresses` is primary.
    pub primary_email_address_id: Option<IdentificationId>,
    /// Which of `phone_numbers` is primary.
    pub primary_phone_number_id: Option<IdentificationId>,
    /// Which of `web3_wallets` is primary.
    pub primary_web3_wallet_id: Option<IdentificationId>,
    /// The name to sign in with; unique in the instance.
    pub username: Option<String>,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Preferred language, a BCP 47 tag.
    #[serde(default)]
    pub locale: Option<String>,
    /// The same as `image_url`; kept because old libraries read it.
    #[serde(default)]
    pub profile_image_url: String,
    /// Where the avatar is, or a generated one.
    #[serde(default)]
    pub image_url: String,
    /// True if the avatar was uploaded or taken from a provider.
    pub has_image: bool,
    /// Readable by the browser, writable by the backend.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub public_metadata: Map,
    /// Readable and writable by the backend only. `None` leaves the field out, which every answer of the Frontend
    /// API must do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub private_metadata: Option<Map>,
    /// Readable and writable by the browser.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub unsafe_metadata: Map,
    /// All e-mail addresses.
    pub email_addresses: Vec<EmailAddress>,
    /// All phone numbers.
    pub phone_numbers: Vec<PhoneNumber>,
    /// All wallets.
    pub web3_wallets: Vec<Web3Wallet>,
    /// All passkeys.
    pub passkeys: Vec<Passkey>,
    /// True if the user has a password.
    pub password_enabled: bool,
    /// True if a second factor is asked for at sign-in.
    pub two_factor_enabled: bool,
    /// True if an authenticator app is set up.
    pub totp_enabled: bool,
    /// True if unused backup codes exist.
    pub backup_code_enabled: bool,
    /// When the first second factor was set up.
    pub mfa_enabled_at: Option<Timestamp>,
    /// When the last second factor was removed.
    pub mfa_disabled_at: Option<Timestamp>,
    /// When the password was last set.
    #[serde(default)]
    pub password_last_updated_at: Option<Timestamp>,
    /// Accounts at OAuth providers.
    pub external_accounts: Vec<Value>,
    /// Accounts at SAML providers.
    pub saml_accounts: Vec<Value>,
    /// Accounts at enterprise connections of any protocol.
    pub enterprise_accounts: Vec<Value>,
    /// Organisations the user belongs to.
    #[serde(default)]
    pub organization_memberships: Vec<Value>,
    /// When the user last signed in.
    pub last_sign_in_at: Option<Timestamp>,
    /// True if the user may not sign in and all sessions made before the ban are dead.
    pub banned: bool,
    /// True if sign-ins are refused after too many wrong answers; sessions live on.
    pub locked: bool,
    /// True if a directory has taken the user's access away.
    #[serde(default)]
    pub deprovisioned: bool,
    /// Seconds until the lock ends; null without a lock, and also for a lock without an end.
    pub lockout_expires_in_seconds: Option<i64>,
    /// Wrong answers left before the user is locked; null if the instance does not lock.
    pub verification_attempts_remaining: Option<i64>,
    /// When the user last changed.
    pub updated_at: Timestamp,
    /// When the user was created.
    pub created_at: Timestamp,
    /// True if the user may delete themself through the Frontend API.
    pub delete_self_enabled: bool,
    /// True if the user may create organisations through the Frontend API.
    pub create_organization_enabled: bool,
    /// How many organisations the user may create; 0 is no limit. `None`, the instance's setting, is left out
    /// because the Frontend API's schema allows no null here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub create_organizations_limit: Option<i64>,
    /// When the user was last active, to the day.
    pub last_active_at: Option<Timestamp>,
    /// When the user accepted the legal terms.
    pub legal_accepted_at: Option<Timestamp>,
    /// True if sign-ins from unknown devices are not challenged for this user.
    #[serde(default)]
    pub bypass_client_trust: bool,
}

impl User {
    /// The primary e-mail address, if there is one.
    pub fn primary_email_address(&self) -> Option<&EmailAddress> {
        let id = self.primary_email_address_id.as_ref()?;
        self.email_addresses.iter().find(|address| &address.id == id)
    }
}
