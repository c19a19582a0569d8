//! The Backend API: what the holder of the secret key may do.

mod actor_tokens;
mod allowlist_identifiers;
mod api_keys;
mod bad_request;
mod beta_features;
mod blocklist_identifiers;
mod clients;
mod domains;
mod email_addresses;
mod identifications;
mod instance;
mod invitations;
mod jwks;
mod jwt_templates;
mod m2m_tokens;
mod machines;
mod paging;
mod phone_numbers;
mod redirect_urls;
mod sessions;
mod sign_in_tokens;
mod sign_ups;
mod testing_tokens;
mod users;
mod waitlist_entries;
mod webhook_deliveries;
mod webhook_endpoints;
mod webhooks;

use axum::{Router, middleware};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{app::App, error::ApiError, extract::secret_key, rate_limit};

/// All operations, as documented routes: a handler without documentation cannot be mounted.
pub(crate) fn operations() -> OpenApiRouter<App> {
    instance_operations().merge(machine_operations())
}

/// Those that machines may call with their own key.
fn machine_operations() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(m2m_tokens::list, m2m_tokens::create))
        .routes(routes!(m2m_tokens::verify))
        .routes(routes!(m2m_tokens::revoke))
        .layer(middleware::map_response(bad_request::instead_of_unprocessable))
}

fn api_key_operations() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(api_keys::list, api_keys::create))
        .routes(routes!(api_keys::verify))
        .routes(routes!(api_keys::get, api_keys::update, api_keys::delete))
        .routes(routes!(api_keys::secret))
        .routes(routes!(api_keys::revoke))
        .layer(middleware::map_response(bad_request::instead_of_unprocessable))
}

fn instance_operations() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(api_key_operations())
        .routes(routes!(machines::list, machines::create))
        .routes(routes!(machines::get, machines::update, machines::delete))
        .routes(routes!(machines::secret_key))
        .routes(routes!(machines::rotate))
        .routes(routes!(machines::add_scope))
        .routes(routes!(machines::delete_scope))
        .routes(routes!(users::list::list, users::create::create))
        .routes(routes!(users::list::count))
        .routes(routes!(users::ban::ban_many))
        .routes(routes!(users::ban::unban_many))
        .routes(routes!(users::get, users::update, users::delete))
        .routes(routes!(users::merge_metadata, users::replace_metadata))
        .routes(routes!(users::verify_password))
        .routes(routes!(users::factors::verify_code))
        .routes(routes!(users::factors::remove_all))
        .routes(routes!(users::factors::remove_totp))
        .routes(routes!(users::factors::remove_backup_codes))
        .routes(routes!(users::profile_image::set, users::profile_image::delete))
        .routes(routes!(users::password::remove))
        .routes(routes!(users::password::set_compromised))
        .routes(routes!(users::password::unset_compromised))
        .routes(routes!(users::credentials::delete_passkey))
        .routes(routes!(users::credentials::delete_web3_wallet))
        .routes(routes!(users::credentials::delete_external_account))
        .routes(routes!(users::credentials::trusted_devices))
        .routes(routes!(users::credentials::revoke_trusted_device))
        .routes(routes!(users::absent::organization_memberships))
        .routes(routes!(users::absent::organization_invitations))
        .routes(routes!(users::absent::oauth_access_tokens))
        .routes(routes!(users::ban::ban))
        .routes(routes!(users::ban::unban))
        .routes(routes!(users::lock))
        .routes(routes!(users::unlock))
        .routes(routes!(sessions::list, sessions::create))
        .routes(routes!(sessions::get))
        .routes(routes!(sessions::revoke))
        .routes(routes!(sessions::refresh))
        .routes(routes!(sessions::create_token))
        .routes(routes!(invitations::list, invitations::create))
        .routes(routes!(invitations::create_many))
        .routes(routes!(clients::list))
        .routes(routes!(clients::verify))
        .routes(routes!(clients::get))
        .routes(routes!(sign_ups::get, sign_ups::update))
        .routes(routes!(invitations::revoke))
        .routes(routes!(waitlist_entries::list, waitlist_entries::create))
        .routes(routes!(waitlist_entries::create_many))
        .routes(routes!(waitlist_entries::delete))
        .routes(routes!(waitlist_entries::invite))
        .routes(routes!(waitlist_entries::reject))
        .routes(routes!(sessions::create_template_token))
        .routes(routes!(actor_tokens::create))
        .routes(routes!(actor_tokens::revoke))
        .routes(routes!(sign_in_tokens::create))
        .routes(routes!(sign_in_tokens::revoke))
        .routes(routes!(email_addresses::create))
        .routes(routes!(email_addresses::get, email_addresses::update, email_addresses::delete))
        .routes(routes!(email_addresses::prepare))
        .routes(routes!(email_addresses::attempt))
        .routes(routes!(email_addresses::replace))
        .routes(routes!(phone_numbers::create))
        .routes(routes!(phone_numbers::get, phone_numbers::update, phone_numbers::delete))
        .routes(routes!(phone_numbers::prepare))
        .routes(routes!(phone_numbers::attempt))
        .routes(routes!(phone_numbers::replace))
        .routes(routes!(allowlist_identifiers::list, allowlist_identifiers::create))
        .routes(routes!(allowlist_identifiers::delete))
        .routes(routes!(blocklist_identifiers::list, blocklist_identifiers::create))
        .routes(routes!(blocklist_identifiers::delete))
        .routes(routes!(instance::get, instance::update))
        .routes(routes!(instance::update_restrictions))
        .routes(routes!(instance::communication::get, instance::communication::update))
        .routes(routes!(instance::applications::protect, instance::applications::update_protect))
        .routes(routes!(instance::applications::oauth, instance::applications::update_oauth))
        .routes(routes!(instance::applications::organizations, instance::applications::update_organizations))
        .routes(routes!(instance::domain::change))
        .routes(routes!(beta_features::update))
        .routes(routes!(instance::domain::change_earlier))
        .routes(routes!(webhooks::create_app, webhooks::delete_app))
        .routes(routes!(webhooks::app_url))
        .routes(routes!(jwt_templates::list, jwt_templates::create))
        .routes(routes!(jwt_templates::get, jwt_templates::update, jwt_templates::delete))
        .routes(routes!(redirect_urls::list, redirect_urls::create))
        .routes(routes!(redirect_urls::get, redirect_urls::delete))
        .routes(routes!(domains::list, domains::add))
        .routes(routes!(domains::update, domains::delete))
        .routes(routes!(testing_tokens::create))
        .routes(routes!(jwks::get))
        .merge(crate::refused::backend_operations())
}

/// What Clerk has not: documented in `docs/revocations.md` and `docs/operations.md`.
pub(crate) fn own_operations() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(users::ban_status::ban_status))
        .routes(routes!(clients::handshake_payload))
        .routes(routes!(webhook_endpoints::list, webhook_endpoints::create))
        .routes(routes!(webhook_endpoints::get, webhook_endpoints::update, webhook_endpoints::delete))
        .routes(routes!(webhook_endpoints::secret))
        .routes(routes!(webhook_endpoints::rotate_secret))
        .routes(routes!(webhook_deliveries::list))
        .routes(routes!(webhook_deliveries::redeliver))
        .routes(routes!(webhook_deliveries::replay))
        .routes(routes!(webhook_deliveries::test))
}

/// The router behind the secret key. Unknown paths are refused for want of the key first.
pub(crate) fn router(app: &App) -> Router<App> {
    let (machines, _) = machine_operations().split_for_parts();
    let limits = || middleware::from_fn_with_state(app.clone(), rate_limit::limit_backend);
    let by_machines = middleware::from_fn_with_state(app.clone(), secret_key::require_machine);
    let machines = machines.layer(limits()).layer(by_machines);
    let (router, _) = instance_operations().merge(own_operations()).split_for_parts();
    router
        .fallback(async || ApiError::from(beadle_domain::Error::nothing_found()))
        .method_not_allowed_fallback(async || ApiError::from(beadle_domain::Error::nothing_found()))
        .layer(limits())
        .layer(middleware::from_fn_with_state(app.clone(), secret_key::require))
        .merge(machines)
}
