//! The account itself: what users may see and change about themselves.

pub(super) mod details;
pub(super) mod devices;
mod devices_shown;
pub(super) mod password;
pub(super) mod removal;

use axum::{extract::State, response::Response};
use beadle_store::clients::ClientRow;
use beadle_types::{ClientSession, SessionId};
use minijinja::{Value, context, value::Serde};
use serde::Deserialize;

use super::{errors::is_forms, next::Next, page::Page, reply, sessions};
use crate::{
    app::App,
    error::{ApiError, ApiResult},
    extract::{Acting, Caller, Query},
};

#[derive(Deserialize)]
pub(super) struct Wish {
    /// What was just done, for a word about it.
    done: Option<String>,
    /// The session, where a browser has several.
    #[serde(rename = "_clerk_session_id")]
    session_id: Option<String>,
}

#[utoipa::path(get, path = "/account", operation_id = "showAccount")]
pub(super) async fn show(
    State(app): State<App>,
    caller: Caller,
    next: Next,
    Query(wish): Query<Wish>,
) -> ApiResult<Response> {
    let id = wish.session_id.and_then(|id| id.parse().ok());
    let view = View { done: wish.done.as_deref(), ..View::default() };
    page(&app, caller.client.as_ref(), id.as_ref(), &next, view).await
}

/// How the page looks this time.
#[derive(Default)]
struct View<'a> {
    done: Option<&'a str>,
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
    let settings = &app.instance.settings;
    let (error, fields) = view.error.unzip();
    let values = context! {
        account => account(&session),
        user => Value::from(Serde(&session.user)),
        typed => view.typed,
        done => view.done,
        several,
        names_enabled => settings.names_enabled,
        username_enabled => settings.identifiers.username.enabled,
        username_required => settings.identifiers.username.required,
        password_rules => super::sign_up::password_rules(app),
        devices => devices_shown::of(app, &session).await?,
    };
    Page::new(app, next).failed(error, fields.unwrap_or_default()).show("profile.html", values)
}

/// Back on the page, with a word about what was done.
fn done(acting: &Acting, next: &Next, what: &str) -> Response {
    let session = &acting.session.session().id;
    reply::on_to(&format!("/account?done={what}&_clerk_session_id={session}"), next)
}

/// The page once more, with what was wrong.
async fn again(
    app: &App,
    acting: &Acting,
    next: &Next,
    (error, fields): (ApiError, &[&str]),
    typed: Option<Value>,
) -> ApiResult<Response> {
    if !is_forms(&error) {
        return Err(error);
    }
    let view = View { error: Some((&error, fields)), typed, ..View::default() };
    page(app, Some(&acting.client), Some(&acting.session.session().id), next, view).await
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
