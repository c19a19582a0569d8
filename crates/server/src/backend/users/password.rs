//! Users' passwords, in the operator's hands.

use axum::{Json, extract::State};
use beadle_types::{
    User, UserId,
    params::{RemovePassword, SetPasswordCompromised},
};

use super::shown;
use crate::{
    actions::{compromised_password, remove_password},
    app::App,
    error::ApiResult,
    extract::{self, Id},
};

#[utoipa::path(
    post,
    path = "/v1/users/{user_id}/remove_password",
    operation_id = "RemoveUserPassword",
    request_body = RemovePassword,
    responses((status = 200, body = User))
)]
pub(in crate::backend) async fn remove(
    State(app): State<App>,
    Id(id): Id<UserId>,
    extract::Json(params): extract::Json<RemovePassword>,
) -> ApiResult<Json<User>> {
    let sign_out = params.sign_out_of_other_sessions.unwrap_or(false);
    Ok(shown(&app, remove_password::remove(&app, id, sign_out).await?))
}

#[utoipa::path(
    post,
    path = "/v1/users/{user_id}/password/set_compromised",
    operation_id = "SetUserPasswordCompromised",
    request_body = SetPasswordCompromised,
    responses((status = 200, body = User))
)]
pub(in crate::backend) async fn set_compromised(
    State(app): State<App>,
    Id(id): Id<UserId>,
    extract::Json(params): extract::Json<SetPasswordCompromised>,
) -> ApiResult<Json<User>> {
    let sign_out = params.revoke_all_sessions.unwrap_or(false);
    Ok(shown(&app, compromised_password::mark(&app, id, true, sign_out).await?))
}

#[utoipa::path(
    post,
    path = "/v1/users/{user_id}/password/unset_compromised",
    operation_id = "UnsetUserPasswordCompromised",
    responses((status = 200, body = User))
)]
pub(in crate::backend) async fn unset_compromised(
    State(app): State<App>,
    Id(id): Id<UserId>,
) -> ApiResult<Json<User>> {
    Ok(shown(&app, compromised_password::mark(&app, id, false, false).await?))
}
