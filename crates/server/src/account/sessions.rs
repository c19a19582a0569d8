//! The accounts that a browser is signed in to: going on with one, signing out of all.

use axum::{extract::State, response::Response};
use beadle_domain::Error;
use beadle_store::clients::ClientRow;
use beadle_types::{ClientSession, SessionId, code};

use super::{next::Next, reply};
use crate::{
    actions::{
        authenticate_session::{self, Found},
        client::{Device, refuse_second_session},
        leave_client, touch_session,
    },
    app::App,
    error::ApiResult,
    extract::{Caller, Id},
    frontend::answer::{Answer, dead},
    present,
};

/// The live sessions of the caller's client, the one that was last active first.
pub(super) async fn live(app: &App, client: Option<&ClientRow>) -> ApiResult<Vec<ClientSession>> {
    let Some(row) = client else { return Ok(Vec::new()) };
    let tokens = present::client::Tokens { fresh: None, origin: None };
    let client =
        present::client::client(&mut *app.store.reader().await?, app, row, tokens, app.now()).await?;
    let mut sessions = client.sessions;
    sessions.sort_by_key(|session| Some(&session.id) != client.last_active_session_id.as_ref());
    Ok(sessions)
}

/// The page of the account that is signed in, instead of one beside it, where the operator wants one per browser.
pub(super) async fn taken(app: &App, caller: &Caller, next: &Next) -> ApiResult<Option<Response>> {
    match refuse_second_session(app, caller).await {
        Ok(()) => Ok(None),
        Err(error) if error.code() == code::SESSION_EXISTS => {
            Ok(Some(reply::on_to("/account/sign-in", next)))
        }
        Err(error) => Err(error),
    }
}

/// Makes this session the browser's active one and goes where the visitor was going.
#[utoipa::path(post, path = "/account/sessions/{session_id}", operation_id = "resumeAccountSession")]
pub(super) async fn resume(
    State(app): State<App>,
    caller: Caller,
    next: Next,
    Id(id): Id<SessionId>,
) -> ApiResult<Response> {
    let device = Device::known(&caller)?;
    let found = touch_session::touch(&app, &caller, &device, id.clone()).await?;
    go_on(&app, &caller, &next, &found, &id).await
}

/// An attempt of this browser has led to this session, by a step that was taken elsewhere: with a link that was
/// followed, or at a provider.
pub(super) async fn completed(
    app: &App,
    caller: &Caller,
    next: &Next,
    id: Option<&SessionId>,
) -> ApiResult<Response> {
    let device = Device::known(caller)?;
    let id = id.ok_or_else(Error::signed_out)?;
    let mut reader = app.store.reader().await?;
    let found = authenticate_session::find_of_client(&mut reader, id, &device.row.id, app.now()).await?;
    drop(reader);
    go_on(app, caller, next, &found, id).await
}

/// Away with the session's cookies, if it is live.
async fn go_on(
    app: &App,
    caller: &Caller,
    next: &Next,
    found: &Found,
    id: &SessionId,
) -> ApiResult<Response> {
    let answer = Answer::new(app, caller);
    let Found::Live(session) = found else {
        let is_last = live(app, caller.client.as_ref()).await?.is_empty();
        let answer = if is_last { answer.signed_out().on_own_page(None) } else { answer };
        return Err(answer.refuse(dead(found, id)));
    };
    let token = app.instance.mint(session, caller.origin.as_deref(), None, app.now(), &*app.rng);
    let answer = answer.signed_in_since(session.session().created_at);
    Ok(answer.on_own_page(Some(&token)).onto(reply::away(caller, next)))
}

/// Ends all sessions of the browser.
#[utoipa::path(post, path = "/account/sign-out", operation_id = "signOutOfAccount")]
pub(super) async fn sign_out(State(app): State<App>, caller: Caller, next: Next) -> ApiResult<Response> {
    if let Some(row) = &caller.client {
        leave_client::sign_out(&app, &row.id).await?;
    }
    let answer = Answer::new(&app, &caller).signed_out().on_own_page(None);
    Ok(answer.onto(reply::on_to("/account/sign-in", &next)))
}
