//! Sessions.

use std::time::Duration;

use axum::{
    Json,
    extract::{Path, State},
};
use beadle_domain::{Error, Findings};
use beadle_store::sessions::{self, ListSessions};
use beadle_types::{
    Listed, RefreshedSession, Session, SessionId, SessionStatus, Token, UserId,
    params::{self, CreateSession, CreateSessionToken, RefreshFormat, RefreshSession},
    versions::AsOf,
};

use super::paging;
use crate::{
    actions::{create_session, create_template_token, create_token, end_session, refresh_session},
    app::App,
    error::ApiResult,
    extract::{self, Id, ListQuery, Version, path},
    present,
};

/// What `expires_in_seconds` may be, in seconds.
const TOKEN_LIFETIME: std::ops::RangeInclusive<i64> = 30..=315_360_000;

#[utoipa::path(
    get,
    path = "/v1/sessions",
    operation_id = "GetSessionList",
    params(params::ListSessions),
    responses((status = 200, body = Listed<Session>))
)]
pub(super) async fn list(
    State(app): State<App>,
    Version(version): Version,
    ListQuery(query): ListQuery<params::ListSessions>,
) -> ApiResult<Json<AsOf<Listed<Session>>>> {
    let mut findings = Findings::default();
    let (limit, offset) = paging::check(query.limit, query.offset, &mut findings);
    let status =
        query.status.map(|word| filter(&word).ok_or_else(|| Error::param_value_invalid("status", &word)));
    let status = status.and_then(|status| findings.keep(status));
    findings.finish()?;
    let with_total = query.paginated.unwrap_or(false);
    let now = app.now();
    let request = ListSessions {
        client_id: query.client_id,
        user_id: query.user_id,
        status,
        limit,
        offset,
        with_total,
        now,
    };
    let (records, total) = app.store.scan(request).await?;
    let data: Vec<Session> = records.iter().map(|record| present::session::session(record, now)).collect();
    Ok(Json(AsOf { object: Listed::new(data, total), version }))
}

/// What sessions may be filtered by. No session is ever pending here, and Clerk's filter does not take the word.
fn filter(word: &str) -> Option<SessionStatus> {
    word.parse().ok().filter(|status| *status != SessionStatus::Pending)
}

#[utoipa::path(
    post,
    path = "/v1/sessions",
    operation_id = "createSession",
    request_body = CreateSession,
    responses((status = 200, body = Session))
)]
pub(super) async fn create(
    State(app): State<App>,
    Version(version): Version,
    extract::Json(params): extract::Json<CreateSession>,
) -> ApiResult<Json<AsOf<Session>>> {
    if params.active_organization_id.is_some_and(|id| !id.is_empty()) {
        return Err(Error::param_disabled("active_organization_id").into());
    }
    if params.user_id.is_empty() {
        return Err(Error::param_missing("user_id").into());
    }
    let unknown = || Error::not_found("user", path::printable(&params.user_id));
    let user_id: UserId = params.user_id.parse().map_err(|_| unknown())?;
    let record = create_session::create(&app, user_id).await?;
    Ok(Json(AsOf { object: present::session::session(&record, app.now()), version }))
}

#[utoipa::path(
    get,
    path = "/v1/sessions/{session_id}",
    operation_id = "GetSession",
    responses((status = 200, body = Session))
)]
pub(super) async fn get(
    State(app): State<App>,
    Version(version): Version,
    Id(id): Id<SessionId>,
) -> ApiResult<Json<AsOf<Session>>> {
    let record = sessions::find(&mut *app.store.reader().await?, &id).await?;
    let record = record.ok_or_else(|| Error::not_found("session", &id))?;
    Ok(Json(AsOf { object: present::session::session(&record, app.now()), version }))
}

#[utoipa::path(
    post,
    path = "/v1/sessions/{session_id}/revoke",
    operation_id = "RevokeSession",
    responses((status = 200, body = Session))
)]
pub(super) async fn revoke(
    State(app): State<App>,
    Version(version): Version,
    Id(id): Id<SessionId>,
) -> ApiResult<Json<AsOf<Session>>> {
    let record = end_session::end(&app, id, SessionStatus::Revoked).await?;
    Ok(Json(AsOf { object: present::session::session(&record, app.now()), version }))
}

#[utoipa::path(
    post,
    path = "/v1/sessions/{session_id}/refresh",
    operation_id = "RefreshSession",
    request_body = RefreshSession,
    responses((status = 200, body = RefreshedSession))
)]
pub(super) async fn refresh(
    State(app): State<App>,
    Id(id): Id<SessionId>,
    extract::Json(params): extract::Json<RefreshSession>,
) -> ApiResult<Json<RefreshedSession>> {
    let token = refresh_session::refresh(&app, &id, &params).await?;
    Ok(Json(match params.format.unwrap_or_default() {
        RefreshFormat::Token => RefreshedSession::Token(token),
        RefreshFormat::Cookie => {
            RefreshedSession::Cookies(refresh_session::as_cookies(&app, &token, &params.request_origin))
        }
    }))
}

#[utoipa::path(
    post,
    path = "/v1/sessions/{session_id}/tokens",
    operation_id = "CreateSessionToken",
    request_body = CreateSessionToken,
    responses((status = 200, body = Token))
)]
pub(super) async fn create_token(
    State(app): State<App>,
    Id(id): Id<SessionId>,
    extract::Json(params): extract::Json<CreateSessionToken>,
) -> ApiResult<Json<Token>> {
    let lifetime = lifetime(&params)?;
    Ok(Json(create_token::create(&app, &id, lifetime).await?))
}

#[utoipa::path(
    post,
    path = "/v1/sessions/{session_id}/tokens/{template_name}",
    operation_id = "CreateSessionTokenFromTemplate",
    request_body = CreateSessionToken,
    responses((status = 200, body = Token))
)]
pub(super) async fn create_template_token(
    State(app): State<App>,
    Id(id): Id<SessionId>,
    Path((_, name)): Path<(String, String)>,
    extract::Json(params): extract::Json<CreateSessionToken>,
) -> ApiResult<Json<Token>> {
    let lifetime = lifetime(&params)?;
    Ok(Json(create_template_token::create_by_id(&app, &id, &name, lifetime).await?))
}

fn lifetime(params: &CreateSessionToken) -> ApiResult<Option<Duration>> {
    match params.expires_in_seconds {
        None => Ok(None),
        Some(seconds) if TOKEN_LIFETIME.contains(&seconds) => {
            Ok(Some(Duration::from_secs(seconds.unsigned_abs())))
        }
        Some(seconds) => Err(Error::param_value_invalid("expires_in_seconds", seconds).into()),
    }
}
