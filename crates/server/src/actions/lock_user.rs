//! Locking: keeps new sign-ins out and leaves sessions alone.

use beadle_domain::{Error, lockout::Lockout, settings::LockoutSettings};
use beadle_store::{
    Conn, UnitOfWork,
    users::{self, UserRecord},
};
use beadle_types::UserId;

use super::events::Events;
use crate::{
    app::App,
    error::{ApiError, ApiResult},
};

/// Locks the user for as long as the instance's settings say.
///
/// # Errors
/// 403 where lockout is switched off, 404 without the user.
pub(crate) async fn lock(app: &App, id: UserId) -> ApiResult<UserRecord> {
    set(app, id, true).await
}

/// Unlocks the user and forgets failed attempts.
///
/// # Errors
/// 403 where lockout is switched off, 404 without the user.
pub(crate) async fn unlock(app: &App, id: UserId) -> ApiResult<UserRecord> {
    set(app, id, false).await
}

async fn set(app: &App, id: UserId, locked: bool) -> ApiResult<UserRecord> {
    let settings = app.instance.settings().lockout.clone();
    if !settings.enabled {
        return Err(Error::authorization_invalid().into());
    }
    app.store.write(SetLocked { id, locked, settings, events: Events::new(app, 1) }).await
}

struct SetLocked {
    id: UserId,
    locked: bool,
    settings: LockoutSettings,
    events: Events,
}

impl UnitOfWork for SetLocked {
    type Output = UserRecord;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<UserRecord> {
        let now = self.events.now();
        let before = users::find_for_update(conn, &self.id).await?;
        let before = before.ok_or_else(|| Error::not_found("user", &self.id))?.lockout();
        let after: Lockout = match (self.locked, before.is_locked(now)) {
            (true, true) => before,
            (true, false) => before.lock(&self.settings, now),
            (false, _) => before.unlock(),
        };
        if after != before {
            users::set_lockout(conn, &self.id, &after, now).await?;
        }
        let record = users::load(conn, &self.id).await?.ok_or(beadle_store::Error::NotFound)?;
        if after != before {
            self.events.user(conn, 0, "user.updated", &record).await?;
        }
        Ok(record)
    }
}
