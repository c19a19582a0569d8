//! The account itself: what users may see and change about themselves.

mod backup_codes;
mod connections;
mod details;
mod devices;
mod devices_shown;
mod identifications;
mod passkeys;
mod password;
mod removal;
mod reverify;
mod second_factor;
mod totp;

use axum::{extract::State, response::Response};
use beadle_store::clients::ClientRow;
use beadle_types::{ClientSession, SessionId, code};
use minijinja::{Value, context, value::Serde};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{errors::is_forms, next::Next, page::Page, reply, sessions};
use crate::{
    app::App,
    error::{ApiError, ApiResult},
    extract::{Acting, Caller, Query},
};

pub(super) fn operations() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(show))
        .routes(routes!(details::update))
        .routes(routes!(identifications::add_email_address))
        .routes(routes!(identifications::add_phone_number))
        .routes(routes!(identifications::show, identifications::attempt))
        .routes(routes!(identifications::prepare))
        .routes(routes!(identifications::make_primary))
        .routes(routes!(identifications::delete))
        .routes(routes!(second_factor::update))
        .routes(routes!(totp::show, totp::verify))
        .routes(routes!(totp::create))
        .routes(routes!(totp::remove))
        .routes(routes!(backup_codes::create))
        .routes(routes!(connections::create))
        .routes(routes!(connections::remove))
        .routes(routes!(passkeys::show, passkeys::rename))
        .routes(routes!(passkeys::remove))
        .routes(routes!(reverify::show, reverify::attempt))
        .routes(routes!(reverify::prepare))
        .routes(routes!(password::change))
        .routes(routes!(devices::revoke))
        .routes(routes!(removal::delete))
}

#[derive(Deserialize)]
struct Wish {
    /// What was just done, for a word about it.
    done: Option<String>,
    /// The session, where a browser has several.
    #[serde(rename = "_clerk_session_id")]
    session_id: Option<String>,
    /// Why a provider's account was not connected; the text is with the account.
    #[serde(rename = "__clerk_error_code")]
    failed: Option<String>,
}

#[utoipa::path(get, path = "/account", operation_id = "showAccount")]
async fn show(
    State(app): State<App>,
    caller: Caller,
    next: Next,
    Query(wish): Query<Wish>,
) -> ApiResult<Response> {
    let id = wish.session_id.and_then(|id| id.parse().ok());
    let view = View { done: wish.done.as_deref(), failed: wish.failed.as_deref(), ..View::default() };
    page(&app, caller.client.as_ref(), id.as_ref(), &next, view).await
}

/// How the page looks this time.
#[derive(Default)]
struct View<'a> {
    done: Option<&'a str>,
    /// The code of what went wrong at a provider.
    failed: Option<&'a str>,
    /// What is wrong, and the fields of the form that was sent.
    error: Option<(&'a ApiError, &'a [&'a str])>,
    /// What was typed into them.
    typed: Option<Value>,
}

async fn page(
    app: &App,
    client: Option<&ClientRow>,
    id: Option<&SessionId>,
    next: &Next,
    view: View<'_>,
) -> ApiResult<Response> {
    let mut sessions = sessions::live(app, client).await?;
    let several = sessions.len() > 1;
    let named = sessions.iter().position(|session| Some(&session.id) == id).unwrap_or_default();
    if sessions.is_empty() {
        return Ok(reply::on_to("/account/sign-in", next));
    }
    let session = sessions.swap_remove(named);
    let settings = &app.instance.settings();
    let (error, fields) = view.error.unzip();
    let values = context! {
        account => account(&session),
        act => act(next, &session.id),
        user => Value::from(Serde(&session.user)),
        typed => view.typed.unwrap_or_else(|| context! {}),
        done => view.done,
        failed => view.failed,
        providers => connections::providers(app),
        several,
        names_enabled => settings.names_enabled,
        identifiers => Value::from(Serde(&settings.identifiers)),
        factors => Value::from(Serde(&settings.factors)),
        password_rules => super::sign_up::password_rules(app),
        devices => devices_shown::of(app, &session).await?,
    };
    Page::new(app, next).failed(error, fields.unwrap_or_default()).show("profile.html", values)
}

/// Where links and forms lead that act in the name of this session; for the templates.
fn act(next: &Next, session: &SessionId) -> Value {
    let (next, session) = (next.clone(), session.clone());
    Value::from_function(move |path: &str| next.carried_by(&in_session(path, &session)))
}

fn in_session(path: &str, session: &SessionId) -> String {
    let separator = if path.contains('?') { '&' } else { '?' };
    format!("{path}{separator}_clerk_session_id={session}")
}

/// To a page about the same session.
fn on_to(acting: &Acting, next: &Next, path: &str) -> Response {
    reply::on_to(&in_session(path, &acting.session.session().id), next)
}

/// Back on the page, with a word about what was done.
fn done(acting: &Acting, next: &Next, what: &str) -> Response {
    on_to(acting, next, &format!("/account?done={what}"))
}

/// The page once more, with what was wrong. Where fresh proof is missing, the page that takes it.
async fn again(
    app: &App,
    acting: &Acting,
    next: &Next,
    (error, fields): (ApiError, &[&str]),
    typed: Option<Value>,
) -> ApiResult<Response> {
    if error.code() == code::SESSION_REVERIFICATION_REQUIRED {
        return reverify::begin(app, acting, next).await;
    }
    if !is_forms(&error) {
        return Err(error);
    }
    let view = View { error: Some((&error, fields)), typed, ..View::default() };
    page(app, Some(&acting.client), Some(&acting.session.session().id), next, view).await
}

/// A page of its own about one thing of the account: like the profile, it acts in the name of the session.
fn subpage(
    app: &App,
    acting: &Acting,
    next: &Next,
    (error, fields): (Option<&ApiError>, &[&str]),
    (template, values): (&str, Value),
) -> ApiResult<Response> {
    let values = context! { act => act(next, &acting.session.session().id), ..values };
    Page::new(app, next).failed(error, fields).show(template, values)
}

/// Whom a session is of, as lists show them.
pub(super) fn account(session: &ClientSession) -> Value {
    let data = session.public_user_data.as_ref();
    let part = |name: Option<&String>| name.filter(|name| !name.is_empty()).cloned();
    let first = data.and_then(|data| part(data.first_name.as_ref()));
    let last = data.and_then(|data| part(data.last_name.as_ref()));
    let identifier = data.map(|data| data.identifier.clone()).unwrap_or_default();
    let name = [first, last].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let known_as = if name.is_empty() { &identifier } else { &name };
    let initial = known_as.chars().next().map(|c| c.to_uppercase().to_string());
    context! { session => session.id.as_str(), name, identifier, initial }
}
