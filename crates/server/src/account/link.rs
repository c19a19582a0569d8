//! Links in mails: the page that they lead to, and what the page shows that waits for one to be followed.

use axum::{
    extract::State,
    http::{HeaderName, HeaderValue},
    response::Response,
};
use beadle_domain::{Error, strategy::Strategy, verification::Verification};
use beadle_types::Timestamp;
use minijinja::context;
use serde::Deserialize;

use super::{next::Next, page::Page, profile, sessions};
use crate::{
    actions::follow_link::Status,
    app::App,
    error::{ApiError, ApiResult},
    extract::{Caller, Query},
};

const REFRESH: HeaderName = HeaderName::from_static("refresh");

#[derive(Deserialize)]
pub(super) struct Outcome {
    #[serde(rename = "__clerk_status")]
    status: Option<String>,
    #[serde(rename = "__clerk_created_session")]
    session: Option<String>,
}

/// What the address says could be anybody's words, so the page tells nothing that depends on an account. A session is
/// shown to the browser that has it.
#[utoipa::path(get, path = "/account/verify", operation_id = "showFollowedLink")]
pub(super) async fn show(
    State(app): State<App>,
    caller: Caller,
    next: Next,
    Query(outcome): Query<Outcome>,
) -> ApiResult<Response> {
    let accounts = sessions::live(&app, caller.client.as_ref()).await?;
    let own = accounts.iter().find(|session| outcome.session.as_deref() == Some(session.id.as_str()));
    let status = outcome.status.as_deref().unwrap_or(Status::Verified.as_str());
    Page::new(&app, &next).show("followed.html", context! { status, account => own.map(profile::account) })
}

/// Where a link of this strategy leads in the end; other messages have none.
pub(super) fn landing(app: &App, strategy: &Strategy, next: &Next) -> Result<Option<String>, Error> {
    if *strategy != Strategy::EmailLink {
        return Ok(None);
    }
    let page = app.instance.account_url("/verify")?;
    Ok(page.join(&next.carried_by(page.path())).ok().map(String::from))
}

fn sent(proof: Option<&Verification>) -> Option<&Verification> {
    proof.filter(|proof| proof.strategy == Strategy::EmailLink && !proof.is_verified())
}

/// For the page that waits: `out`, `unfollowed` to who has looked in vain, or `expired`; nothing without a link.
pub(super) fn state(proof: Option<&Verification>, checked: bool, now: Timestamp) -> Option<&'static str> {
    let proof = sent(proof)?;
    Some(match proof.code.as_ref() {
        Some(code) if code.expire_at <= now => "expired",
        _ if checked => "unfollowed",
        _ => "out",
    })
}

/// Why a link that was followed elsewhere has led to nothing.
pub(super) fn refusal(proof: Option<&Verification>) -> Option<ApiError> {
    sent(proof)?.error.as_ref().map(ApiError::from)
}

/// Lets a page that waits for this link look again by itself, as pages without scripts can. Who prefers to look by
/// hand is left alone: being thrown back to the top every few seconds is hard on screen readers.
pub(super) fn reloading(mut page: Response, proof: Option<&Verification>, now: Timestamp) -> Response {
    if page.status().is_success() && state(proof, false, now) == Some("out") {
        page.headers_mut().insert(REFRESH, HeaderValue::from_static("5"));
    }
    page
}
