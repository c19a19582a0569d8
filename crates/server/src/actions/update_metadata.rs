//! Changing the three metadata objects, by merging or by replacing.

use beadle_domain::{Error, metadata};
use beadle_store::{
    Conn, UnitOfWork,
    users::{self, UserRecord},
};
use beadle_types::{Map, UserId, params::UpdateMetadata};

use super::{by::By, events::Events};
use crate::{
    app::App,
    error::{ApiError, ApiResult},
};

/// Merges deeply; `null` removes a key.
///
/// # Errors
/// 404 without the user, 422 where an object grows too large.
pub(crate) async fn merge(app: &App, id: UserId, patch: UpdateMetadata) -> ApiResult<UserRecord> {
    merge_by(app, By::SecretKey, id, patch).await
}

/// As [`merge`], in anybody's name.
///
/// # Errors
/// As [`merge`], and for a session that has died, why it did.
pub(crate) async fn merge_by(app: &App, by: By, id: UserId, patch: UpdateMetadata) -> ApiResult<UserRecord> {
    app.store.write(Update { by, id, patch, replace: false, events: Events::new(app, 1) }).await
}

/// Replaces the objects that are given.
///
/// # Errors
/// 404 without the user, 422 where an object is too large.
pub(crate) async fn replace(app: &App, id: UserId, patch: UpdateMetadata) -> ApiResult<UserRecord> {
    let by = By::SecretKey;
    app.store.write(Update { by, id, patch, replace: true, events: Events::new(app, 1) }).await
}

struct Update {
    by: By,
    id: UserId,
    patch: UpdateMetadata,
    replace: bool,
    events: Events,
}

impl UnitOfWork for Update {
    type Output = UserRecord;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<UserRecord> {
        let mut user = self.by.lock(conn, &self.id, self.events.now()).await?.user;
        self.apply("public_metadata", &mut user.public_metadata, self.patch.public_metadata.as_ref())?;
        self.apply("private_metadata", &mut user.private_metadata, self.patch.private_metadata.as_ref())?;
        self.apply("unsafe_metadata", &mut user.unsafe_metadata, self.patch.unsafe_metadata.as_ref())?;
        user.updated_at = self.events.now();
        let identifications = beadle_store::identifications::of_user(conn, &self.id).await?;
        let record = UserRecord { user, identifications };
        users::update(conn, &record).await?;
        self.events.user(conn, 0, "user.updated", &record).await?;
        Ok(record)
    }
}

impl Update {
    fn apply(&self, param: &str, current: &mut Map, change: Option<&Map>) -> Result<(), Error> {
        let Some(change) = change else { return Ok(()) };
        if self.replace {
            metadata::check(param, change)?;
            current.clone_from(change);
        } else {
            *current = metadata::merge(param, std::mem::take(current), change.clone())?;
        }
        Ok(())
    }
}
