//! A user's picture.

use axum::{Json, extract::State};
use beadle_types::{User, UserId};

use super::{load, shown};
use crate::{
    actions::{by::By, profile_image},
    app::App,
    error::ApiResult,
    extract::{Id, Upload},
};

#[utoipa::path(
    post,
    path = "/v1/users/{user_id}/profile_image",
    operation_id = "SetUserProfileImage",
    request_body(content_type = "multipart/form-data", content = Upload),
    responses((status = 200, body = User))
)]
pub(in crate::backend) async fn set(
    State(app): State<App>,
    Id(id): Id<UserId>,
    Upload(file): Upload,
) -> ApiResult<Json<User>> {
    // Before the work of decoding.
    load(&app, &id).await?;
    profile_image::set(&app, By::SecretKey, id.clone(), file).await?;
    Ok(shown(&app, load(&app, &id).await?))
}

#[utoipa::path(
    delete,
    path = "/v1/users/{user_id}/profile_image",
    operation_id = "DeleteUserProfileImage",
    responses((status = 200, body = User))
)]
pub(in crate::backend) async fn delete(State(app): State<App>, Id(id): Id<UserId>) -> ApiResult<Json<User>> {
    profile_image::delete(&app, By::SecretKey, id.clone()).await?;
    Ok(shown(&app, load(&app, &id).await?))
}
