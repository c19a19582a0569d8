//! Banning and unbanning, one user or up to fifty.

use axum::{Json, extract::State};
use beadle_domain::Error;
use beadle_store::users::UserRecord;
use beadle_types::{User, UserId, params::UserIds};

use super::shown;
use crate::{
    actions::ban_user,
    app::App,
    error::{ApiError, ApiResult},
    extract::{self, Id},
    present,
};

/// Ids in one request at most.
const BULK: usize = 50;

#[utoipa::path(
    post,
    path = "/v1/users/{user_id}/ban",
    operation_id = "BanUser",
    responses((status = 200, body = User))
)]
pub(in crate::backend) async fn ban(State(app): State<App>, Id(id): Id<UserId>) -> ApiResult<Json<User>> {
    single(&app, ban_user::ban(&app, vec![id]).await?)
}

#[utoipa::path(
    post,
    path = "/v1/users/{user_id}/unban",
    operation_id = "UnbanUser",
    responses((status = 200, body = User))
)]
pub(in crate::backend) async fn unban(State(app): State<App>, Id(id): Id<UserId>) -> ApiResult<Json<User>> {
    single(&app, ban_user::unban(&app, vec![id]).await?)
}

#[utoipa::path(
    post,
    path = "/v1/users/ban",
    operation_id = "UsersBan",
    request_body = UserIds,
    responses((status = 200, body = Vec<User>))
)]
pub(in crate::backend) async fn ban_many(
    State(app): State<App>,
    extract::Json(params): extract::Json<UserIds>,
) -> ApiResult<Json<Vec<User>>> {
    let records = ban_user::ban(&app, parse(params)?).await?;
    Ok(many(&app, records))
}

#[utoipa::path(
    post,
    path = "/v1/users/unban",
    operation_id = "UsersUnban",
    request_body = UserIds,
    responses((status = 200, body = Vec<User>))
)]
pub(in crate::backend) async fn unban_many(
    State(app): State<App>,
    extract::Json(params): extract::Json<UserIds>,
) -> ApiResult<Json<Vec<User>>> {
    let records = ban_user::unban(&app, parse(params)?).await?;
    Ok(many(&app, records))
}

fn single(app: &App, records: Vec<UserRecord>) -> ApiResult<Json<User>> {
    let record = records.into_iter().next().ok_or_else(|| ApiError::internal("no user came back"))?;
    Ok(shown(app, record))
}

fn many(app: &App, records: Vec<UserRecord>) -> Json<Vec<User>> {
    Json(present::user::users(records, &app.instance, app.now()))
}

fn parse(params: UserIds) -> Result<Vec<UserId>, Error> {
    if params.user_ids.is_empty() {
        return Err(Error::param_list_empty("user_ids"));
    }
    if params.user_ids.len() > BULK {
        return Err(Error::bulk_size_exceeded(BULK));
    }
    let mut ids = Vec::with_capacity(params.user_ids.len());
    for raw in params.user_ids {
        ids.push(raw.parse().map_err(|_| Error::not_found("user", extract::path::printable(&raw)))?);
    }
    Ok(ids)
}
