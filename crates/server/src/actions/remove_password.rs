//! Taking a user's password away in the operator's name, who need not know it and need not leave another way in.

use beadle_store::{
    Conn, UnitOfWork,
    users::{self, UserRecord},
};
use beadle_types::UserId;

use super::{by::By, events::Events, revoke};
use crate::{
    app::App,
    error::{ApiError, ApiResult},
};

/// Removes the password, and with `sign_out` every session. Who has none stays as they are.
///
/// # Errors
/// 404 without the user.
pub(crate) async fn remove(app: &App, user_id: UserId, sign_out: bool) -> ApiResult<UserRecord> {
    let record = app.store.write(Remove { user_id, sign_out, events: Events::new(app, 1) }).await?;
    if sign_out {
        app.has_revoked();
    }
    Ok(record)
}

struct Remove {
    user_id: UserId,
    sign_out: bool,
    events: Events,
}

impl UnitOfWork for Remove {
    type Output = UserRecord;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<UserRecord> {
        let now = self.events.now();
        let mut record = By::SecretKey.lock_record(conn, &self.user_id, now).await?;
        if record.user.password_digest.is_none() {
            return Ok(record);
        }
        record.user.set_password(None, now);
        record.user.updated_at = now;
        users::update(conn, &record).await?;
        if self.sign_out {
            revoke::everywhere(conn, &self.events, &mut record.user).await?;
        }
        self.events.user(conn, 0, "user.updated", &record).await?;
        Ok(record)
    }
}
