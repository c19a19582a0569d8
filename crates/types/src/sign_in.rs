//! Sign-ins under way, as the Frontend API shows them.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{
    ids::{IdentificationId, SessionId, SignInId},
    object::SignInObject,
    timestamp::Timestamp,
    verification::Verification,
};

/// What a sign-in waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SignInStatus {
    /// Given up or too old.
    Abandoned,
    /// Who is it?
    NeedsIdentifier,
    /// The password or another first proof.
    NeedsFirstFactor,
    /// The second proof.
    NeedsSecondFactor,
    /// A proof because the device is unknown.
    NeedsClientTrust,
    /// A new password, after a reset code was accepted.
    NeedsNewPassword,
    /// A check against automated sign-ins.
    NeedsProtectCheck,
    /// Nothing: a session was made.
    Complete,
}

/// A sign-in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignIn {
    /// Always `sign_in_attempt`.
    pub object: SignInObject,
    /// The id.
    pub id: SignInId,
    /// What it waits for.
    pub status: SignInStatus,
    /// Kinds of identifier the instance accepts.
    pub supported_identifiers: Vec<Cow<'static, str>>,
    /// First proofs this user can give; null before the identifier is known.
    pub supported_first_factors: Option<Vec<SignInFactor>>,
    /// Second proofs this user can give; null before the first proof.
    pub supported_second_factors: Option<Vec<SignInFactor>>,
    /// The first proof under way. Must stay null until it has been prepared: the browser library takes a
    /// strategy in it as a sign that a code is already out.
    pub first_factor_verification: Option<Verification>,
    /// The second proof under way.
    pub second_factor_verification: Option<Verification>,
    /// Who it is, as the visitor typed it.
    pub identifier: Option<String>,
    /// Name and picture to greet with.
    pub user_data: Option<SignInUserData>,
    /// The session, once complete.
    pub created_session_id: Option<SessionId>,
    /// When an unfinished sign-in ends.
    pub abandon_at: Timestamp,
    /// Whether the device is known: `pending`, `new` or `known`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_trust_state: Option<String>,
}

/// One way to prove who one is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignInFactor {
    /// The means, for example `password` or `email_code`.
    pub strategy: Cow<'static, str>,
    /// Where a code would go, partly hidden where the instance protects against guessing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub safe_identifier: Option<String>,
    /// The e-mail address to name when preparing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_address_id: Option<IdentificationId>,
    /// The phone number to name when preparing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_number_id: Option<IdentificationId>,
    /// The wallet to name when preparing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub web3_wallet_id: Option<IdentificationId>,
    /// True if the identifier is the user's primary one of its kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary: Option<bool>,
    /// True for the second factor that is offered first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<bool>,
}

/// What a sign-in shows of the user before any proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignInUserData {
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Where the avatar is.
    pub image_url: String,
    /// True if the avatar was uploaded or taken from a provider.
    pub has_image: bool,
    /// The same as `image_url`, for old libraries.
    #[serde(default)]
    pub profile_image_url: Option<String>,
}
