//! The pages that the server has for signing in and up.

use serde::{Deserialize, Serialize};

use crate::object::AccountPortalObject;

/// How the account pages are set up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountPortal {
    /// `account_portal`.
    pub object: AccountPortalObject,
    /// Whether the instance may have them.
    pub allowed: bool,
    /// Whether it has.
    pub enabled: bool,
    /// Whether they link to each other.
    pub internal_linking: bool,
    /// Where to go after signing in; empty for wherever the page came from.
    pub after_sign_in_url: String,
    /// The same after signing up.
    pub after_sign_up_url: String,
    /// The same after joining the waitlist.
    pub after_join_waitlist_url: String,
    /// The same after an organization was made.
    pub after_create_organization_url: String,
    /// The same after an organization was left.
    pub after_leave_organization_url: String,
    /// Where the logo leads.
    pub logo_link_url: String,
    /// Colours.
    pub customization: PortalCustomization,
}

/// The colours of the account pages; what is unset is left to them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortalCustomization {
    /// `auto`, `dark` or `light`.
    pub appearance: Option<String>,
    /// The background in the dark.
    pub background_color_dark: Option<String>,
    /// The background in the light.
    pub background_color_light: Option<String>,
    /// The accent in the dark.
    pub primary_color_dark: Option<String>,
    /// The accent in the light.
    pub primary_color_light: Option<String>,
}
