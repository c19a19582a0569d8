//! Sessions, by those who hold them.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use beadle_domain::Error;
use beadle_store::users;
use beadle_types::{SessionId, SessionStatus};

use super::answer::{Answer, dead};
use crate::{
    actions::{
        authenticate_session::{self, Found},
        client::Device,
        end_session, touch_session,
    },
    app::App,
    error::{ApiError, ApiResult},
    extract::{Caller, Id},
    present,
};

#[utoipa::path(get, path = "/v1/client/sessions/{session_id}", operation_id = "getSession")]
pub(super) async fn get(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<SessionId>,
) -> ApiResult<Response> {
    let row = Device::known(&caller)?.row;
    let answer = Answer::new(&app, &caller);
    let client = answer.client(&row, None).await?;
    if let Some(session) = client.sessions.into_iter().find(|session| session.id == id) {
        return Ok(answer.send(session, None));
    }
    let found = {
        let mut reader = app.store.reader().await?;
        authenticate_session::find_of_client(&mut reader, &id, &row.id, app.now()).await?
    };
    Err(refuse(&app, &caller, &found, &id).await)
}

#[utoipa::path(post, path = "/v1/client/sessions/{session_id}/tokens", operation_id = "createSessionToken")]
pub(super) async fn tokens(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<SessionId>,
) -> ApiResult<Response> {
    let row = Device::known(&caller)?.row;
    let now = app.now();
    let found = {
        let mut reader = app.store.reader().await?;
        authenticate_session::find_of_client(&mut reader, &id, &row.id, now).await?
    };
    if let Found::Live(session) = &found {
        let token = app.instance.mint(session, caller.origin.as_deref(), None, now, &*app.rng);
        return Ok(Json(token).into_response());
    }
    Err(refuse(&app, &caller, &found, &id).await)
}

#[utoipa::path(post, path = "/v1/client/sessions/{session_id}/touch", operation_id = "touchSession")]
pub(super) async fn touch(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<SessionId>,
) -> ApiResult<Response> {
    let device = Device::known(&caller)?;
    let found = touch_session::touch(&app, &caller, &device, id.clone()).await?;
    let Found::Live(session) = &found else { return Err(refuse(&app, &caller, &found, &id).await) };
    let token = app.instance.mint(session, caller.origin.as_deref(), None, app.now(), &*app.rng);
    let answer = Answer::new(&app, &caller);
    let mut row = device.row;
    row.last_active_session_id = Some(id.clone());
    let client = answer.client(&row, Some((&id, &token))).await?;
    let shown = client.sessions.iter().find(|session| session.id == id).cloned();
    if let Some(shown) = shown {
        return Ok(answer.send(shown, Some(client)));
    }
    // It died between the two reads: of what, a third one tells.
    let found = {
        let mut reader = app.store.reader().await?;
        authenticate_session::find_of_client(&mut reader, &id, &row.id, app.now()).await?
    };
    Err(refuse(&app, &caller, &found, &id).await)
}

#[utoipa::path(post, path = "/v1/client/sessions/{session_id}/end", operation_id = "endSession")]
pub(super) async fn end(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<SessionId>,
) -> ApiResult<Response> {
    finish(&app, &caller, id, SessionStatus::Ended).await
}

#[utoipa::path(post, path = "/v1/client/sessions/{session_id}/remove", operation_id = "removeSession")]
pub(super) async fn remove(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<SessionId>,
) -> ApiResult<Response> {
    finish(&app, &caller, id, SessionStatus::Removed).await
}

async fn finish(app: &App, caller: &Caller, id: SessionId, status: SessionStatus) -> ApiResult<Response> {
    let row = Device::known(caller)?.row;
    let found = {
        let mut reader = app.store.reader().await?;
        authenticate_session::find_of_client(&mut reader, &id, &row.id, app.now()).await?
    };
    if !matches!(found, Found::Live(_)) {
        return Err(refuse(app, caller, &found, &id).await);
    }
    let record = end_session::end(app, id, status).await?;
    let owner = users::load(&mut *app.store.reader().await?, &record.session.user_id).await?;
    let owner = owner.ok_or_else(Error::authentication_invalid)?;
    let mut answer = Answer::new(app, caller);
    let client = answer.client(&row, None).await?;
    if client.sessions.is_empty() {
        answer = answer.signed_out();
    }
    let shown = present::client::session(app, &record, &owner, None, app.now());
    Ok(answer.send(shown, Some(client)))
}

async fn refuse(app: &App, caller: &Caller, found: &Found, id: &SessionId) -> ApiError {
    Answer::new(app, caller).refuse_with_client(dead(found, id), caller.client.as_ref()).await
}
