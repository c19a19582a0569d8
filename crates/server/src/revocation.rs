//! The revocation feed: tells services that verify tokens themselves what to refuse, and hears from them how far
//! they are. The protocol is in `docs/revocations.md`.
//!
//! `reader.rs` moves the [`Feed`] on from the database, `stream.rs` and `poll.rs` hand it to subscribers,
//! `receipts.rs` and `verifiers.rs` keep what verifiers say.

mod feed;
mod frame;
mod poll;
pub(crate) mod reader;
mod receipts;
mod stream;
mod subscribe;
mod verifiers;
mod window;

use axum::{Router, middleware};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) use self::{
    feed::Feed,
    verifiers::{GONE_AFTER, Verifiers},
};
use crate::{app::App, error::ApiError, extract::secret_key};

/// The operations that the feed key opens.
pub(crate) fn operations() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(subscribe::subscribe)).routes(routes!(receipts::create))
}

/// The router behind the secret key or the feed key.
pub(crate) fn router(app: &App) -> Router<App> {
    let (router, _) = operations().split_for_parts();
    router
        .method_not_allowed_fallback(async || ApiError::from(beadle_domain::Error::nothing_found()))
        .layer(middleware::from_fn_with_state(app.clone(), secret_key::require_for_feed))
}
