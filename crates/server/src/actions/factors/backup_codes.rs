//! A fresh set of backup codes.

use beadle_domain::backup_code;
use beadle_store::{Conn, UnitOfWork, users};
use beadle_types::UserId;

use crate::{
    actions::{by::By, events::Events},
    app::App,
    error::{ApiError, ApiResult},
};

/// What is stored of codes that were in use elsewhere.
pub(crate) fn brought(codes: &[String], user_id: &UserId) -> Vec<String> {
    codes.iter().map(|code| backup_code::brought(user_id.as_str(), code)).collect()
}

/// Replaces the user's backup codes. What is returned is shown once and stored as hashes only.
pub(crate) async fn create(app: &App, by: By, user_id: UserId) -> ApiResult<Vec<String>> {
    let (codes, digests) = backup_code::draw(&*app.rng, user_id.as_str());
    app.store.write(Create { by, user_id, digests, events: Events::new(app, 1) }).await?;
    Ok(codes)
}

struct Create {
    by: By,
    user_id: UserId,
    digests: Vec<String>,
    events: Events,
}

impl UnitOfWork for Create {
    type Output = ();
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<()> {
        let now = self.events.now();
        let mut record = self.by.lock_record(conn, &self.user_id, now).await?;
        record.user.backup_codes = Some(self.digests.clone());
        record.user.updated_at = now;
        users::update(conn, &record).await?;
        Ok(self.events.user(conn, 0, "user.updated", &record).await?)
    }
}
