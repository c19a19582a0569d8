//! How the account pages are set up.

use axum::Json;
use beadle_types::{
    account_portal::{AccountPortal, PortalCustomization},
    object::AccountPortalObject,
};

/// They are part of the server and go back to where they were called from.
#[utoipa::path(get, path = "/v1/account_portal", operation_id = "getAccountPortal")]
pub(super) async fn get() -> Json<AccountPortal> {
    Json(AccountPortal {
        object: AccountPortalObject,
        allowed: true,
        enabled: true,
        internal_linking: true,
        after_sign_in_url: String::new(),
        after_sign_up_url: String::new(),
        after_join_waitlist_url: String::new(),
        after_create_organization_url: String::new(),
        after_leave_organization_url: String::new(),
        logo_link_url: String::new(),
        customization: PortalCustomization::default(),
    })
}
