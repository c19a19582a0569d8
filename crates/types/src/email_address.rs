//! E-mail addresses of a user.

use serde::{Deserialize, Serialize};

use crate::{
    ids::IdentificationId, object::EmailAddressObject, timestamp::Timestamp, verification::Verification,
};

/// An e-mail address of a user, in the form both APIs use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmailAddress {
    /// The id by which the address is made primary, verified or deleted.
    pub id: IdentificationId,
    /// Always `email_address`.
    pub object: EmailAddressObject,
    /// The address as the user wrote it.
    pub email_address: String,
    /// True if nobody else may claim the address although it is not verified.
    pub reserved: bool,
    /// How the address was proven; null before a first try.
    pub verification: Option<Verification>,
    /// Other identifications that vouch for this address.
    pub linked_to: Vec<IdentificationLink>,
    /// True if the address's domain has an active enterprise connection.
    #[serde(default)]
    pub matches_sso_connection: bool,
    /// When the address was added.
    pub created_at: Timestamp,
    /// When the address last changed.
    pub updated_at: Timestamp,
}

/// Names an external account from which an identifier came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IdentificationLink {
    /// The provider, for example `oauth_google`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The id of the external account's identification.
    pub id: String,
}
