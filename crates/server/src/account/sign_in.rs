//! Signing in, first step: who is it?

pub(super) mod factors;

use axum::{extract::State, response::Response};
use beadle_domain::Error;
use minijinja::context;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::{errors::is_forms, next::Next, page::Page, reply, sessions, sign_up, social, waitlist};
use crate::{
    actions::{
        client::Device,
        sign_in::{begin, ticket},
    },
    app::App,
    error::{ApiError, ApiResult},
    extract::{Caller, Form, Query},
    frontend::answer::Answer,
};

#[derive(Deserialize)]
pub(super) struct Wish {
    /// Another account than those that the browser is signed in to.
    another: Option<String>,
    /// A sign-in token; the Backend API makes links with it.
    #[serde(rename = "__clerk_ticket")]
    ticket: Option<String>,
}

#[utoipa::path(get, path = "/account/sign-in", operation_id = "showSignIn")]
pub(super) async fn show(
    State(app): State<App>,
    caller: Caller,
    next: Next,
    Query(wish): Query<Wish>,
) -> ApiResult<Response> {
    if let Some(ticket) = wish.ticket {
        // Using it takes a click: programs that look at links before people do would use it up.
        return Page::new(&app, &next).show("ticket.html", context! { ticket });
    }
    let accounts = sessions::live(&app, caller.client.as_ref()).await?;
    let one_at_most = app.instance.settings().single_session_mode;
    if accounts.is_empty() || (wish.another.is_some() && !one_at_most) {
        return form(&app, &next, "", None);
    }
    let accounts: Vec<_> = accounts.iter().map(super::profile::account).collect();
    Page::new(&app, &next).show("choose.html", context! { accounts, one_at_most })
}

#[derive(Deserialize)]
pub(super) struct IdentifierForm {
    identifier: Option<String>,
    ticket: Option<SecretString>,
}

#[utoipa::path(post, path = "/account/sign-in", operation_id = "beginSignIn")]
pub(super) async fn begin(
    State(app): State<App>,
    caller: Caller,
    next: Next,
    Form(given): Form<IdentifierForm>,
) -> ApiResult<Response> {
    if let Some(signed_in) = sessions::taken(&app, &caller, &next).await? {
        return Ok(signed_in);
    }
    if let Some(ticket) = given.ticket {
        return with_ticket(&app, &caller, &next, &ticket).await;
    }
    let typed = given.identifier.as_deref().map(str::trim).unwrap_or_default();
    let (mut device, token) = Device::of(&app, &caller);
    let begun = match typed {
        "" => Err(Error::param_missing("identifier").into()),
        typed => begin::begin(&app, &mut device, Some(typed)).await,
    };
    let sign_in = match begun {
        Ok(sign_in) => sign_in,
        Err(error) if is_forms(&error) => return form(&app, &next, typed, Some(&error)),
        Err(error) => return Err(error),
    };
    factors::send_only_message(&app, &device, &next, &sign_in).await?;
    let answer = Answer::new(&app, &caller).new_client(token.as_deref());
    Ok(answer.onto(reply::on_to(&factors::path(&sign_in), &next)))
}

async fn with_ticket(app: &App, caller: &Caller, next: &Next, ticket: &SecretString) -> ApiResult<Response> {
    let (device, token) = Device::of(app, caller);
    let proven = ticket::sign_in(app, caller, &device, ticket.expose_secret()).await;
    match proven.and_then(|proven| factors::finish(app, caller, token.as_deref(), proven, next)) {
        Err(error) if is_forms(&error) => form(app, next, "", Some(&error)),
        answered => answered,
    }
}

/// The first page.
pub(super) fn form(
    app: &App,
    next: &Next,
    identifier: &str,
    error: Option<&ApiError>,
) -> ApiResult<Response> {
    let settings = &app.instance.settings();
    let kinds = settings.identifiers.all().into_iter().filter(|(_, kind)| kind.enabled);
    let kinds: Vec<_> = kinds.map(|(name, _)| name).collect();
    let providers = social::buttons(app);
    let (can_sign_up, can_wait) = (sign_up::is_open(app), waitlist::is_open(app));
    Page::new(app, next)
        .failed(error, &["identifier"])
        .show("sign_in.html", context! { identifier, kinds, providers, can_sign_up, can_wait })
}
