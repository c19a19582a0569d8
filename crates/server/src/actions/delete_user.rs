//! Deleting a user: identifiers become free, and every credential is dead without its user.

use beadle_domain::Error;
use beadle_store::{Conn, UnitOfWork, api_keys, images, users};
use beadle_types::{DeletedObject, UserId};

use super::{by::By, events::Events, revoke};
use crate::{
    app::App,
    error::{ApiError, ApiResult},
};

/// Deletes the user.
///
/// # Errors
/// 404 without them.
pub(crate) async fn delete(app: &App, id: UserId) -> ApiResult<DeletedObject> {
    delete_by(app, By::SecretKey, id).await
}

/// As [`delete`], in anybody's name.
///
/// # Errors
/// 403 for users who may not delete themselves; for a session that has died, why it did.
pub(crate) async fn delete_by(app: &App, by: By, id: UserId) -> ApiResult<DeletedObject> {
    let work = DeleteUser { by, id: id.clone(), events: Events::new(app, 1) };
    app.store.write(work).await?;
    app.has_revoked();
    Ok(DeletedObject::new("user", id.as_str()))
}

struct DeleteUser {
    by: By,
    id: UserId,
    events: Events,
}

impl UnitOfWork for DeleteUser {
    type Output = ();
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<()> {
        if self.by.is_own()
            && !self.by.lock(conn, &self.id, self.events.now()).await?.user.delete_self_enabled
        {
            return Err(Error::user_delete_self_not_enabled().into());
        }
        let external_id = users::find(conn, &self.id).await?.and_then(|user| user.external_id);
        let dead = users::delete(conn, &self.id).await?;
        let dead = dead.ok_or_else(|| Error::not_found("user", &self.id))?;
        images::delete_of_user(conn, &self.id).await?;
        api_keys::delete_of(conn, self.id.as_str()).await?;
        revoke::user(conn, &self.events, &self.id, dead).await?;
        self.events.user_deleted(conn, 0, &self.id, external_id).await?;
        Ok(())
    }
}
