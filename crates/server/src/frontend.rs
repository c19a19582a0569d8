//! The Frontend API: what a browser may do with its client cookie.

mod account_portal;
pub(crate) mod answer;
mod client;
mod dev_browser;
mod domains;
mod environment;
mod external_accounts;
mod handshake;
mod health;
mod images;
mod me;
mod npm;
mod oauth;
mod organizations;
mod passkeys;
mod profile_image;
mod reverification;
mod second_factors;
mod sessions;
mod sign_ins;
mod sign_ups;
mod template_tokens;
mod tickets;
mod transport;
mod waitlist;
pub(crate) mod well_known;

use axum::{Router, http::StatusCode, middleware};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{app::App, rate_limit};

/// All operations, as documented routes.
pub(crate) fn operations() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(environment::get, environment::update))
        .routes(routes!(health::health))
        .routes(routes!(health::proxy_health))
        .routes(routes!(dev_browser::create))
        .routes(routes!(dev_browser::init))
        .routes(routes!(dev_browser::set_first_party_cookie))
        .routes(routes!(client::get, client::put, client::post, client::delete))
        .routes(routes!(handshake::handshake))
        .routes(routes!(domains::sync))
        .routes(routes!(domains::link))
        .routes(routes!(domains::redirect_to))
        .routes(routes!(domains::clear_site_data))
        .routes(routes!(client::sign_out))
        .routes(routes!(sign_ins::create))
        .routes(routes!(sign_ins::get))
        .routes(routes!(sign_ins::prepare_first_factor))
        .routes(routes!(sign_ins::attempt_first_factor))
        .routes(routes!(sign_ins::reset_password))
        .routes(routes!(sign_ins::second_factor::prepare))
        .routes(routes!(sign_ins::second_factor::attempt))
        .routes(routes!(tickets::verify))
        .routes(routes!(tickets::accept))
        .routes(routes!(sign_ups::create))
        .routes(routes!(sign_ups::get, sign_ups::update))
        .routes(routes!(sign_ups::prepare_verification))
        .routes(routes!(sign_ups::attempt_verification))
        .routes(routes!(sessions::get))
        .routes(routes!(sessions::tokens))
        .routes(routes!(template_tokens::create))
        .routes(routes!(sessions::touch))
        .routes(routes!(sessions::end))
        .routes(routes!(reverification::start))
        .routes(routes!(reverification::prepare_first))
        .routes(routes!(reverification::attempt_first))
        .routes(routes!(reverification::prepare_second))
        .routes(routes!(reverification::attempt_second))
        .routes(routes!(sessions::remove))
        .routes(routes!(account_portal::get))
        .routes(routes!(me::get, me::update, me::delete))
        .routes(routes!(me::merge_metadata))
        .routes(routes!(me::password::change))
        .routes(routes!(me::password::remove))
        .merge(me::email_addresses::operations())
        .merge(me::phone_numbers::operations())
        .routes(routes!(me::sessions::all))
        .routes(routes!(me::sessions::active))
        .routes(routes!(me::sessions::revoke))
        .routes(routes!(organizations::memberships))
        .routes(routes!(organizations::invitations))
        .routes(routes!(organizations::suggestions))
        .routes(routes!(waitlist::join))
        .routes(routes!(profile_image::set, profile_image::delete))
        .merge(passkeys::operations())
        .merge(second_factors::operations())
        .merge(well_known::operations())
        .routes(routes!(oauth::callback, oauth::callback_post))
        .routes(routes!(external_accounts::create))
        .routes(routes!(external_accounts::reauthorize))
        .routes(routes!(external_accounts::delete))
        .routes(routes!(external_accounts::revoke_tokens))
        .merge(crate::refused::frontend_operations())
}

/// What Clerk has not, at least not here.
pub(crate) fn own_operations() -> OpenApiRouter<App> {
    images::operations()
}

/// The router behind the transport rules of the browser libraries.
pub(crate) fn router(app: &App) -> Router {
    let (router, _) = operations().merge(own_operations()).split_for_parts();
    let router = router
        .fallback(async || (StatusCode::NOT_FOUND, "404 page not found"))
        .method_not_allowed_fallback(async || (StatusCode::NOT_FOUND, "404 page not found"))
        .with_state(app.clone());
    // Around the whole router, because it changes method and path before routes are matched.
    Router::new()
        .fallback_service(router)
        .layer(middleware::from_fn_with_state(app.clone(), rate_limit::limit))
        .layer(middleware::from_fn_with_state(app.clone(), transport::apply))
        // Files are for every page and know no client: they have headers of their own.
        .layer(middleware::from_fn_with_state(app.clone(), npm::serve))
}
