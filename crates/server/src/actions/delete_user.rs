//! Deleting a user: identifiers become free, and every credential is dead without its user.

use beadle_domain::Error;
use beadle_store::{Conn, UnitOfWork, users};
use beadle_types::{DeletedObject, UserId};

use super::{events::Events, revoke};
use crate::{
    app::App,
    error::{ApiError, ApiResult},
};

/// Deletes the user.
///
/// # Errors
/// 404 without them.
pub(crate) async fn delete(app: &App, id: UserId) -> ApiResult<DeletedObject> {
    let work = DeleteUser { id: id.clone(), events: Events::new(app, 1) };
    app.store.write(work).await?;
    app.has_revoked();
    Ok(DeletedObject::new("user", id.as_str()))
}

struct DeleteUser {
    id: UserId,
    events: Events,
}

impl UnitOfWork for DeleteUser {
    type Output = ();
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<()> {
        let dead = users::delete(conn, &self.id).await?;
        let dead = dead.ok_or_else(|| Error::not_found("user", &self.id))?;
        revoke::user(conn, &self.events, &self.id, dead).await?;
        self.events.user_deleted(conn, 0, &self.id).await?;
        Ok(())
    }
}
