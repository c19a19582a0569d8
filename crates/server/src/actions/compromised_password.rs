//! The operator's word that others know a user's password, or do not after all. Such a password opens nothing; the user
//! comes in another way, or sets a new one.

use beadle_domain::Error;
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

/// Marks the password, and with `sign_out` ends every session of the user, or takes the mark away.
///
/// # Errors
/// 404 without the user, 400 for one without a password.
pub(crate) async fn mark(
    app: &App,
    user_id: UserId,
    compromised: bool,
    sign_out: bool,
) -> ApiResult<UserRecord> {
    let work = Mark { user_id, compromised, sign_out, events: Events::new(app, 1) };
    let record = app.store.write(work).await?;
    if sign_out {
        app.has_revoked();
    }
    Ok(record)
}

struct Mark {
    user_id: UserId,
    compromised: bool,
    sign_out: bool,
    events: Events,
}

impl UnitOfWork for Mark {
    type Output = UserRecord;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<UserRecord> {
        let now = self.events.now();
        let mut record = By::SecretKey.lock_record(conn, &self.user_id, now).await?;
        if record.user.password_digest.is_none() {
            return Err(Error::no_password_set().into());
        }
        record.user.password_compromised = self.compromised;
        record.user.updated_at = now;
        users::update(conn, &record).await?;
        if self.sign_out {
            revoke::everywhere(conn, &self.events, &mut record.user).await?;
        }
        self.events.user(conn, 0, "user.updated", &record).await?;
        Ok(record)
    }
}
