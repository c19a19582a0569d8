//! A user's own picture.

use axum::{extract::State, response::Response};
use beadle_types::{DeletedObject, Image, object::ImageObject};

use super::answer::Answer;
use crate::{
    actions::profile_image,
    app::App,
    error::ApiResult,
    extract::{Acting, Upload},
    present::picture,
};

#[utoipa::path(post, path = "/v1/me/profile_image", operation_id = "updateProfileImage")]
pub(super) async fn set(State(app): State<App>, acting: Acting, Upload(file): Upload) -> ApiResult<Response> {
    let answer = Answer::new(&app, &acting.caller);
    let id = match profile_image::set(&app, acting.session, file).await {
        Ok(id) => id,
        Err(error) => return Err(answer.refuse_with_client(error, Some(&acting.client)).await),
    };
    let public_url = picture::image_url(&app.instance, &id);
    let client = answer.client(&acting.client, None).await?;
    Ok(answer.send(Image { object: ImageObject, name: id.to_string(), id, public_url }, Some(client)))
}

#[utoipa::path(delete, path = "/v1/me/profile_image", operation_id = "deleteProfileImage")]
pub(super) async fn delete(State(app): State<App>, acting: Acting) -> ApiResult<Response> {
    let answer = Answer::new(&app, &acting.caller);
    let id = match profile_image::delete(&app, acting.session).await {
        Ok(id) => id,
        Err(error) => return Err(answer.refuse_with_client(error, Some(&acting.client)).await),
    };
    let client = answer.client(&acting.client, None).await?;
    Ok(answer.send(DeletedObject::new("image", id.as_str()), Some(client)))
}
