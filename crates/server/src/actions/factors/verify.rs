//! Checking, for the holder of the secret key, a code of a user's authenticator app or one of their backup codes.

use beadle_domain::{Error, strategy::Strategy};
use beadle_store::{Conn, UnitOfWork};
use beadle_types::{Timestamp, UserId};

use super::check::check;
use crate::{
    actions::by::By,
    app::App,
    error::{ApiError, ApiResult},
};

/// Uses the code up and says which of the two it was. It opens nothing, so neither a ban nor a lock shows.
///
/// # Errors
/// 404 without the user, 400 for a user who has neither, 422 for a wrong code.
pub(crate) async fn verify(app: &App, id: UserId, given: String) -> ApiResult<Strategy> {
    app.store.write(Verify { app: app.clone(), id, given, now: app.now() }).await
}

struct Verify {
    app: App,
    id: UserId,
    given: String,
    now: Timestamp,
}

impl UnitOfWork for Verify {
    type Output = Strategy;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Strategy> {
        let user = By::SecretKey.lock(conn, &self.id, self.now).await?.user;
        let has_codes = user.backup_codes.as_ref().is_some_and(|codes| !codes.is_empty());
        let set_up = [(Strategy::Totp, user.totp_secret.is_some()), (Strategy::BackupCode, has_codes)];
        if !set_up.iter().any(|(_, is_set_up)| *is_set_up) {
            return Err(Error::totp_disabled().into());
        }
        for (strategy, _) in set_up.into_iter().filter(|(_, is_set_up)| *is_set_up) {
            if check(conn, &self.app, &user, &strategy, &self.given, self.now).await? {
                return Ok(strategy);
            }
        }
        Err(Error::totp_incorrect_code().into())
    }
}
