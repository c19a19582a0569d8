//! A user's own picture.

use axum::{extract::State, response::Response};
use beadle_types::{DeletedObject, Image, object::ImageObject};

use super::me::{reply, settle};
use crate::{
    actions::profile_image,
    app::App,
    error::ApiResult,
    extract::{Acting, Upload},
    present::picture,
};

#[utoipa::path(post, path = "/v1/me/profile_image", operation_id = "updateProfileImage")]
pub(super) async fn set(State(app): State<App>, acting: Acting, Upload(file): Upload) -> ApiResult<Response> {
    let outcome = profile_image::set(&app, acting.by(), acting.user_id().clone(), file).await;
    let id = settle(&app, &acting, outcome).await?;
    let public_url = picture::image_url(&app.instance, &id);
    reply(&app, &acting, Image { object: ImageObject, name: id.to_string(), id, public_url }).await
}

#[utoipa::path(delete, path = "/v1/me/profile_image", operation_id = "deleteProfileImage")]
pub(super) async fn delete(State(app): State<App>, acting: Acting) -> ApiResult<Response> {
    let outcome = profile_image::delete(&app, acting.by(), acting.user_id().clone()).await;
    let id = settle(&app, &acting, outcome).await?;
    reply(&app, &acting, DeletedObject::new("image", id.as_str())).await
}
