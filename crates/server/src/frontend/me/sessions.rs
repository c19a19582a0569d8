//! A user's sessions on all of their devices.

use axum::{Json, extract::State, response::Response};
use beadle_domain::session::LiveSession;
use beadle_store::sessions::{ListSessions, SessionRecord};
use beadle_types::{ActiveSession, ClientSession, SessionId, SessionStatus, UserId};

use super::{reply, settle};
use crate::{
    actions::end_session,
    app::App,
    error::ApiResult,
    extract::{Acting, Id},
    present,
};

/// Sessions that are listed at most, the newest.
const LISTED: i64 = 100;

async fn list(app: &App, user_id: &UserId, status: Option<SessionStatus>) -> ApiResult<Vec<SessionRecord>> {
    let request = ListSessions {
        client_id: None,
        user_id: Some(user_id.to_string()),
        status,
        limit: LISTED,
        offset: 0,
        with_total: false,
        now: app.now(),
    };
    Ok(app.store.scan(request).await?.0)
}

#[utoipa::path(get, path = "/v1/me/sessions", operation_id = "getUsersSessions")]
pub(in crate::frontend) async fn all(
    State(app): State<App>,
    acting: Acting,
) -> ApiResult<Json<Vec<ClientSession>>> {
    let records = list(&app, acting.user_id(), None).await?;
    let shown = |record| present::client::session(&app, record, &acting.user, None, app.now());
    Ok(Json(records.iter().map(shown).collect()))
}

#[utoipa::path(get, path = "/v1/me/sessions/active", operation_id = "getSessions")]
pub(in crate::frontend) async fn active(
    State(app): State<App>,
    acting: Acting,
) -> ApiResult<Json<Vec<ActiveSession>>> {
    let now = app.now();
    let mut records = list(&app, acting.user_id(), Some(SessionStatus::Active)).await?;
    records
        .retain(|record| LiveSession::admit(record.session.clone(), record.standing.as_ref(), now).is_ok());
    Ok(Json(records.iter().map(|record| present::session::active_session(record, now)).collect()))
}

#[utoipa::path(post, path = "/v1/me/sessions/{session_id}/revoke", operation_id = "revokeSession")]
pub(in crate::frontend) async fn revoke(
    State(app): State<App>,
    acting: Acting,
    Id(id): Id<SessionId>,
) -> ApiResult<Response> {
    let outcome = end_session::revoke_own(&app, acting.by(), acting.user_id().clone(), id).await;
    let record = settle(&app, &acting, outcome).await?;
    let shown = present::client::session(&app, &record, &acting.user, None, app.now());
    reply(&app, &acting, shown).await
}
