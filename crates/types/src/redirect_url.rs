//! Addresses that browsers and apps may be sent to.

use serde::{Deserialize, Serialize};

use crate::{ids::RedirectUrlId, object::RedirectUrlObject, timestamp::Timestamp};

/// An address that browsers and apps may be sent to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RedirectUrl {
    /// Always `redirect_url`.
    pub object: RedirectUrlObject,
    /// Its id.
    pub id: RedirectUrlId,
    /// The address.
    pub url: String,
    /// Creation.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
}
