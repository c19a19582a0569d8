//! Sign-ups under way, as the Frontend API shows them.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{
    Map,
    ids::{SessionId, SignUpId, UserId},
    object::SignUpObject,
    timestamp::Timestamp,
    verification::{SignUpVerification, Verification},
};

/// What has become of a sign-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SignUpStatus {
    /// Given up or too old.
    Abandoned,
    /// Fields are missing or unverified.
    MissingRequirements,
    /// The user exists.
    Complete,
}

/// A sign-up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignUp {
    /// Always `sign_up_attempt`.
    pub object: SignUpObject,
    /// The id.
    pub id: SignUpId,
    /// What has become of it.
    pub status: SignUpStatus,
    /// Fields the instance demands.
    pub required_fields: Vec<Cow<'static, str>>,
    /// Fields the instance accepts.
    pub optional_fields: Vec<Cow<'static, str>>,
    /// Demanded fields not given yet.
    pub missing_fields: Vec<Cow<'static, str>>,
    /// Given identifiers not proven yet.
    pub unverified_fields: Vec<Cow<'static, str>>,
    /// How far each identifier's proof has come.
    pub verifications: SignUpVerifications,
    /// The name to sign in with.
    pub username: Option<String>,
    /// The e-mail address.
    pub email_address: Option<String>,
    /// The phone number.
    pub phone_number: Option<String>,
    /// The wallet's address.
    pub web3_wallet: Option<String>,
    /// True if a password was given.
    pub password_enabled: bool,
    /// The same; the browser library reads this one, which the published schema lacks.
    #[serde(default)]
    pub has_password: bool,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Preferred language.
    #[serde(default)]
    pub locale: Option<String>,
    /// Metadata that the browser has set.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub unsafe_metadata: Map,
    /// Metadata that an invitation has set.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub public_metadata: Map,
    /// True if an application's own flow made it.
    pub custom_action: bool,
    /// The id in the application's own system.
    pub external_id: Option<String>,
    /// The session, once complete.
    pub created_session_id: Option<SessionId>,
    /// The user, once complete.
    pub created_user_id: Option<UserId>,
    /// When an unfinished sign-up ends.
    pub abandon_at: Timestamp,
    /// When the legal terms were accepted.
    pub legal_accepted_at: Option<Timestamp>,
}

/// The proofs of a sign-up's identifiers; null where an identifier was not given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignUpVerifications {
    /// Of the e-mail address.
    pub email_address: Option<SignUpVerification>,
    /// Of the phone number.
    pub phone_number: Option<SignUpVerification>,
    /// Of the wallet.
    pub web3_wallet: Option<SignUpVerification>,
    /// Of an account at a provider.
    pub external_account: Option<Verification>,
}
