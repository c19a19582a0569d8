//! A user's picture: setting it, and taking it away.

use axum::http::StatusCode;
use beadle_domain::secret;
use beadle_store::{
    Conn, UnitOfWork,
    images::{self, ImageRow},
    users,
};
use beadle_types::{ImageId, UserId, code};

use super::{by::By, events::Events};
use crate::{
    app::App,
    error::{ApiError, ApiResult},
    pictures::Unfit,
};

/// Makes a picture of the file and shows it from now on.
///
/// # Errors
/// 400 and 413 for files that are no fit pictures.
pub(crate) async fn set(app: &App, by: By, user_id: UserId, file: Vec<u8>) -> ApiResult<ImageId> {
    let picture = app.pictures.make(file).await?.map_err(unfit)?;
    let row = ImageRow {
        id: app.new_id(ImageId::from_parts),
        user_id: user_id.clone(),
        content_type: picture.content_type,
        hash: secret::bytes_hash(&picture.bytes),
        bytes: picture.bytes,
        created_at: app.now(),
    };
    let id = row.id.clone();
    app.store.write(Change { by, user_id, image: Some(row), events: Events::new(app, 1) }).await?;
    Ok(id)
}

/// Takes the picture away.
///
/// # Errors
/// 404 without one.
pub(crate) async fn delete(app: &App, by: By, user_id: UserId) -> ApiResult<ImageId> {
    app.store.write(Change { by, user_id, image: None, events: Events::new(app, 1) }).await?.ok_or_else(
        || ApiError::new(StatusCode::NOT_FOUND, code::IMAGE_NOT_FOUND, "No picture", "There is no picture."),
    )
}

fn unfit(unfit: Unfit) -> ApiError {
    match unfit {
        Unfit::Unreadable => ApiError::new(
            StatusCode::BAD_REQUEST,
            code::REQUEST_BODY_INVALID,
            "No picture",
            "The file is no picture in the format PNG, JPEG, GIF or WebP.",
        ),
        Unfit::TooLarge => ApiError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            code::IMAGE_TOO_LARGE,
            "Picture too large",
            "The picture has too many pixels.",
        ),
    }
}

struct Change {
    by: By,
    user_id: UserId,
    image: Option<ImageRow>,
    events: Events,
}

impl UnitOfWork for Change {
    /// The picture that was shown before.
    type Output = Option<ImageId>;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Self::Output> {
        // Making the picture took a while, in which the user may have been banned.
        let before = self.by.lock(conn, &self.user_id, self.events.now()).await?.user.image_id;
        if before.is_none() && self.image.is_none() {
            return Ok(None);
        }
        images::delete_of_user(conn, &self.user_id).await?;
        if let Some(image) = &self.image {
            images::insert(conn, image).await?;
        }
        let id = self.image.as_ref().map(|image| image.id.clone());
        users::set_image(conn, &self.user_id, &id, self.events.now()).await?;
        if let Some(record) = users::load(conn, &self.user_id).await? {
            self.events.user(conn, 0, "user.updated", &record).await?;
        }
        Ok(before)
    }
}
