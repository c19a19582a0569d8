//! Users.

pub(super) mod absent;
pub(super) mod ban;
pub(super) mod ban_status;
pub(super) mod create;
pub(super) mod credentials;
pub(super) mod factors;
mod filter;
pub(super) mod list;
pub(super) mod password;
pub(super) mod profile_image;

use axum::{Json, extract::State};
use beadle_domain::Error;
use beadle_store::users::{self, UserRecord};
use beadle_types::{
    DeletedObject, User, UserId, VerifiedPassword,
    params::{UpdateMetadata, UpdateUser, VerifyPassword},
};
use secrecy::SecretString;

use crate::{
    actions::{self, delete_user, lock_user, update_metadata, update_user},
    app::App,
    error::ApiResult,
    extract::{self, Id, Version},
    present,
};

fn shown(app: &App, record: UserRecord) -> Json<User> {
    Json(present::user::user(record, &app.instance, app.now()))
}

async fn load(app: &App, id: &UserId) -> ApiResult<UserRecord> {
    let record = users::load(&mut *app.store.reader().await?, id).await?;
    Ok(record.ok_or_else(|| Error::not_found("user", id))?)
}

#[utoipa::path(
    get,
    path = "/v1/users/{user_id}",
    operation_id = "GetUser",
    responses((status = 200, body = User))
)]
pub(super) async fn get(State(app): State<App>, Id(id): Id<UserId>) -> ApiResult<Json<User>> {
    Ok(shown(&app, load(&app, &id).await?))
}

#[utoipa::path(
    patch,
    path = "/v1/users/{user_id}",
    operation_id = "UpdateUser",
    request_body = UpdateUser,
    responses((status = 200, body = User))
)]
pub(super) async fn update(
    State(app): State<App>,
    Id(id): Id<UserId>,
    Version(version): Version,
    extract::Json(params): extract::Json<UpdateUser>,
) -> ApiResult<Json<User>> {
    if let Some(field) = params.metadata_field().filter(|_| !version.user_update_takes_metadata()) {
        return Err(Error::param_unknown(field).into());
    }
    Ok(shown(&app, update_user::update(&app, id, params).await?))
}

#[utoipa::path(
    delete,
    path = "/v1/users/{user_id}",
    operation_id = "DeleteUser",
    responses((status = 200, body = DeletedObject))
)]
pub(super) async fn delete(State(app): State<App>, Id(id): Id<UserId>) -> ApiResult<Json<DeletedObject>> {
    delete_user::delete(&app, id).await.map(Json)
}

#[utoipa::path(
    patch,
    path = "/v1/users/{user_id}/metadata",
    operation_id = "UpdateUserMetadata",
    request_body = UpdateMetadata,
    responses((status = 200, body = User))
)]
pub(super) async fn merge_metadata(
    State(app): State<App>,
    Id(id): Id<UserId>,
    extract::Json(params): extract::Json<UpdateMetadata>,
) -> ApiResult<Json<User>> {
    Ok(shown(&app, update_metadata::merge(&app, id, params).await?))
}

#[utoipa::path(
    put,
    path = "/v1/users/{user_id}/metadata",
    operation_id = "ReplaceUserMetadata",
    request_body = UpdateMetadata,
    responses((status = 200, body = User))
)]
pub(super) async fn replace_metadata(
    State(app): State<App>,
    Id(id): Id<UserId>,
    extract::Json(params): extract::Json<UpdateMetadata>,
) -> ApiResult<Json<User>> {
    Ok(shown(&app, update_metadata::replace(&app, id, params).await?))
}

#[utoipa::path(
    post,
    path = "/v1/users/{user_id}/verify_password",
    operation_id = "VerifyPassword",
    request_body = VerifyPassword,
    responses((status = 200, body = VerifiedPassword))
)]
pub(super) async fn verify_password(
    State(app): State<App>,
    Id(id): Id<UserId>,
    extract::Json(params): extract::Json<VerifyPassword>,
) -> ApiResult<Json<VerifiedPassword>> {
    if params.password.is_empty() {
        return Err(Error::param_missing("password").into());
    }
    let user = load(&app, &id).await?.user;
    let digest = user.password_digest.ok_or_else(Error::no_password_set)?;
    let password = SecretString::from(params.password);
    if actions::password::verify(&app, Some(&id), Some(digest), password).await? {
        Ok(Json(VerifiedPassword { verified: true }))
    } else {
        Err(Error::verify_password_incorrect().into())
    }
}

#[utoipa::path(
    post,
    path = "/v1/users/{user_id}/lock",
    operation_id = "LockUser",
    responses((status = 200, body = User))
)]
pub(super) async fn lock(State(app): State<App>, Id(id): Id<UserId>) -> ApiResult<Json<User>> {
    Ok(shown(&app, lock_user::lock(&app, id).await?))
}

#[utoipa::path(
    post,
    path = "/v1/users/{user_id}/unlock",
    operation_id = "UnlockUser",
    responses((status = 200, body = User))
)]
pub(super) async fn unlock(State(app): State<App>, Id(id): Id<UserId>) -> ApiResult<Json<User>> {
    Ok(shown(&app, lock_user::unlock(&app, id).await?))
}
