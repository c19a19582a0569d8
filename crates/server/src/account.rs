//! The account pages: signing in and up and looking after an account, without a front end of the operator's own.
//!
//! Every page is made on the server and works without scripts. A handler reads a form, calls the same action as the
//! Frontend API, and answers with a page or, after a change, with a redirect. `redirect_url` travels in the query of
//! every link and form, and is checked each time it is read ([`next`]).

mod asset;
mod dev_browser;
mod errors;
mod guard;
mod link;
mod next;
mod page;
mod profile;
mod qr_code;
mod reply;
mod sessions;
mod sign_in;
mod sign_up;
mod social;
mod waitlist;

use axum::{
    Router,
    http::{Method, StatusCode, Uri},
    middleware,
    response::{IntoResponse, Redirect, Response},
};
use beadle_domain::Error;
use utoipa_axum::{router::OpenApiRouter, routes};

use self::next::Next;
use crate::{
    app::App,
    error::{ApiError, ApiResult},
    rate_limit,
};

/// All pages, as documented routes.
pub(crate) fn operations() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(profile::operations())
        .routes(routes!(sign_in::show, sign_in::begin))
        .routes(routes!(sign_in::factors::show, sign_in::factors::attempt))
        .routes(routes!(sign_in::factors::prepare))
        .routes(routes!(sign_in::factors::new_password))
        .routes(routes!(sign_up::show, sign_up::begin))
        .routes(routes!(sign_up::verify::show, sign_up::verify::update))
        .routes(routes!(sign_up::verify::prepare))
        .routes(routes!(sign_up::verify::attempt))
        .routes(routes!(user_profile))
        .routes(routes!(social::sign_in))
        .routes(routes!(social::sign_up))
        .routes(routes!(social::back::sign_in))
        .routes(routes!(social::back::sign_up))
        .routes(routes!(link::show))
        .routes(routes!(waitlist::show, waitlist::join))
        .routes(routes!(sessions::resume))
        .routes(routes!(sessions::sign_out))
        .routes(routes!(asset::style))
}

/// The router behind the rules that hold for all pages.
pub(crate) fn router(app: &App) -> Router {
    let (router, _) = operations().split_for_parts();
    router
        .fallback(nothing_here)
        .method_not_allowed_fallback(guard::back_to_page)
        .layer(middleware::from_fn_with_state(app.clone(), rate_limit::limit))
        .layer(middleware::from_fn_with_state(app.clone(), dev_browser::adopt))
        .layer(middleware::from_fn_with_state(app.clone(), guard::guard))
        .with_state(app.clone())
}

/// The libraries' name for the account's own page.
#[utoipa::path(get, path = "/account/user", operation_id = "showUserProfile")]
async fn user_profile(next: Next) -> Response {
    reply::on_to("/account", &next)
}

/// A slash too many is no reason to find nothing.
async fn nothing_here(method: Method, uri: Uri) -> ApiResult<Response> {
    let reads = method == Method::GET || method == Method::HEAD;
    let trimmed = uri.path().trim_end_matches('/');
    if !reads || trimmed.len() == uri.path().len() {
        return Err(Error::nothing_found().into());
    }
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    Ok(Redirect::to(&format!("{trimmed}{query}")).into_response())
}

/// The pages' own refusal of forms that were not sent from them.
fn foreign_form() -> ApiError {
    ApiError::new(
        StatusCode::BAD_REQUEST,
        beadle_types::code::ORIGIN_INVALID,
        "Invalid origin",
        "This form was not sent from this page. Open the page again and retry.",
    )
}
