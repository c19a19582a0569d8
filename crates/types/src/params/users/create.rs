//! Body of `POST /v1/users`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Map;

/// A user to create. Every field is optional; null is the same as not given.
///
/// `Debug` shows only fields that hold neither secrets nor personal data.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateUser {
    /// The id in the application's own system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Given name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Family name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Preferred language, a BCP 47 tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// Addresses; the first becomes primary.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub email_address: Vec<String>,
    /// One `verified` or `reserved` per address, by position; all verified if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub email_address_identification_status: Vec<String>,
    /// Phone numbers; the first becomes primary.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phone_number: Vec<String>,
    /// One `verified` or `reserved` per number, by position; all verified if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phone_number_identification_status: Vec<String>,
    /// Wallets; the first becomes primary.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub web3_wallet: Vec<String>,
    /// The name to sign in with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The password in plain text. Not together with `password_digest`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// A password already hashed elsewhere, in the form of `password_hasher`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_digest: Option<String>,
    /// Which algorithm made `password_digest`, for example `bcrypt` or `argon2id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_hasher: Option<String>,
    /// True accepts a password that the instance's policy would refuse.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip_password_checks: Option<bool>,
    /// True allows a user without a password although the instance demands one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip_password_requirement: Option<bool>,
    /// The secret of an authenticator app that the user already has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totp_secret: Option<String>,
    /// Backup codes that the user already has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup_codes: Option<Vec<String>>,
    /// Readable by the browser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub public_metadata: Option<Map>,
    /// For the backend only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub private_metadata: Option<Map>,
    /// Readable and writable by the browser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub unsafe_metadata: Option<Map>,
    /// Whether the user may delete themself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete_self_enabled: Option<bool>,
    /// When the user accepted the legal terms, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_accepted_at: Option<String>,
    /// True creates the user without accepted terms although the instance demands them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip_legal_checks: Option<bool>,
    /// True creates the user without the identifiers that the instance demands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip_user_requirement: Option<bool>,
    /// Whether the user may create organisations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub create_organization_enabled: Option<bool>,
    /// How many organisations the user may create; 0 is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub create_organizations_limit: Option<i64>,
    /// When the user signed up, RFC 3339; now if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// True switches off the challenge on unknown devices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bypass_client_trust: Option<bool>,
    /// True creates the user banned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub banned: Option<bool>,
    /// True creates the user locked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locked: Option<bool>,
}

impl fmt::Debug for CreateUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreateUser")
            .field("external_id", &self.external_id)
            .field("password_hasher", &self.password_hasher)
            .field("banned", &self.banned)
            .field("locked", &self.locked)
            .finish_non_exhaustive()
    }
}
