//! A user's picture: setting it, and taking it away.

use axum::http::StatusCode;
use beadle_domain::{
    Error, secret,
    session::{DeadSession, LiveSession},
};
use beadle_store::{
    Conn, UnitOfWork,
    images::{self, ImageRow},
    users,
};
use beadle_types::{ImageId, code};

use super::events::Events;
use crate::{
    app::App,
    error::{ApiError, ApiResult},
    pictures::Unfit,
};

/// Makes a picture of the file and shows it from now on.
///
/// # Errors
/// 400 and 413 for files that are no fit pictures.
pub(crate) async fn set(app: &App, session: LiveSession, file: Vec<u8>) -> ApiResult<ImageId> {
    let picture = app.pictures.make(file).await?.map_err(unfit)?;
    let row = ImageRow {
        id: app.new_id(ImageId::from_parts),
        user_id: session.session().user_id.clone(),
        content_type: picture.content_type,
        hash: secret::bytes_hash(&picture.bytes),
        bytes: picture.bytes,
        created_at: app.now(),
    };
    let id = row.id.clone();
    app.store.write(Change { session, image: Some(row), events: Events::new(app, 1) }).await?;
    Ok(id)
}

/// Takes the picture away.
///
/// # Errors
/// 404 without one.
pub(crate) async fn delete(app: &App, session: LiveSession) -> ApiResult<ImageId> {
    app.store.write(Change { session, image: None, events: Events::new(app, 1) }).await?.ok_or_else(|| {
        ApiError::new(StatusCode::NOT_FOUND, code::IMAGE_NOT_FOUND, "No picture", "There is no picture.")
    })
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
    session: LiveSession,
    image: Option<ImageRow>,
    events: Events,
}

impl UnitOfWork for Change {
    /// The picture that was shown before.
    type Output = Option<ImageId>;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Self::Output> {
        let session = self.session.session();
        let user = users::find_for_update(conn, &session.user_id).await?;
        // Making the picture took a while, in which the user may have been banned.
        let standing = user.as_ref().map(users::UserRow::standing);
        match LiveSession::admit(session.clone(), standing.as_ref(), self.events.now()) {
            Ok(_) => {}
            Err(DeadSession::Refused(refusal)) => return Err(refusal.into()),
            Err(DeadSession::Ended(_)) => return Err(Error::authentication_invalid().into()),
        }
        let before = user.and_then(|user| user.image_id);
        if before.is_none() && self.image.is_none() {
            return Ok(None);
        }
        images::delete_of_user(conn, &session.user_id).await?;
        if let Some(image) = &self.image {
            images::insert(conn, image).await?;
        }
        let id = self.image.as_ref().map(|image| image.id.clone());
        users::set_image(conn, &session.user_id, &id, self.events.now()).await?;
        if let Some(record) = users::load(conn, &session.user_id).await? {
            self.events.user(conn, 0, "user.updated", &record).await?;
        }
        Ok(before)
    }
}
