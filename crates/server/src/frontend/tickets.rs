//! What links in mails lead to.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use beadle_domain::{Error, redirect_url};
use beadle_store::{actor_tokens, invitations, sign_in_tokens};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;

use crate::{
    actions::{actor_token, follow_link, invitation, sign_in_token},
    app::App,
    error::ApiResult,
    extract::{Query, Visitor, origin},
};

#[derive(Deserialize)]
pub(super) struct VerifyQuery {
    token: Option<SecretString>,
}

#[utoipa::path(get, path = "/v1/verify", operation_id = "verify")]
pub(super) async fn verify(
    State(app): State<App>,
    Visitor(caller): Visitor,
    headers: HeaderMap,
    Query(query): Query<VerifyQuery>,
) -> ApiResult<Response> {
    let token = query.token.ok_or_else(|| Error::param_missing("token"))?;
    let followed = follow_link::follow(&app, &caller, &token).await?;
    let mut url = page(&app, followed.redirect_url.as_deref(), &headers, "/verify")?;
    url.query_pairs_mut().append_pair("__clerk_status", followed.status.as_str());
    if let Some(session_id) = &followed.session_id {
        url.query_pairs_mut().append_pair("__clerk_created_session", session_id.as_str());
    }
    Ok(see_other(&url))
}

#[derive(Deserialize)]
pub(super) struct AcceptQuery {
    ticket: Option<SecretString>,
}

/// Takes the reader of a ticket to the page that uses it. Nothing is used up by looking.
#[utoipa::path(get, path = "/v1/tickets/accept", operation_id = "acceptTicket")]
pub(super) async fn accept(
    State(app): State<App>,
    headers: HeaderMap,
    Query(query): Query<AcceptQuery>,
) -> ApiResult<Response> {
    let ticket = query.ticket.ok_or_else(|| Error::param_missing("ticket"))?;
    let hash = beadle_domain::secret::token_hash(ticket.expose_secret());
    let now = app.now();
    let mut reader = app.store.reader().await?;
    let lets_in = if let Some(token) = sign_in_tokens::find_by_hash(&mut reader, &hash).await? {
        sign_in_token::check(&token, now)?;
        true
    } else if let Some(token) = actor_tokens::find_by_hash(&mut reader, &hash).await? {
        actor_token::check(&token, now)?;
        true
    } else {
        false
    };
    let (mut url, status) = if lets_in {
        (page(&app, app.instance.settings().urls.sign_in.as_deref(), &headers, "/sign-in")?, "sign_in")
    } else {
        let invitation = invitations::find_by_hash(&mut reader, &hash).await?;
        let invitation = invitation.ok_or_else(Error::ticket_invalid)?;
        invitation::check(&invitation, now)?;
        let has_account = invitation::holder(&mut reader, &invitation).await?.is_some();
        let urls = app.instance.settings().urls.clone();
        let (own, account_page, status) = if has_account {
            (urls.sign_in, "/sign-in", "sign_in")
        } else {
            (urls.sign_up, "/sign-up", "sign_up")
        };
        // Given with the secret key, so it may be anywhere.
        let theirs = invitation.redirect_url.and_then(|url| redirect_url::page(&url, "redirect_url").ok());
        let url = theirs.map_or_else(|| page(&app, own.as_deref(), &headers, account_page), Ok)?;
        (url, status)
    };
    url.query_pairs_mut()
        .append_pair("__clerk_ticket", ticket.expose_secret())
        .append_pair("__clerk_status", status);
    Ok(see_other(&url))
}

/// The page that was asked for, or else the account page of this name.
fn page(app: &App, target: Option<&str>, headers: &HeaderMap, account_page: &str) -> Result<Url, Error> {
    let own = || app.instance.account_url(account_page);
    let Some(target) = target else { return own() };
    origin::page("redirect_url", Some(target), headers, &app.instance).or_else(|_| own())
}

fn see_other(url: &Url) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, url.as_str()), (header::CACHE_CONTROL, "no-store")])
        .into_response()
}
