//! Checking, for the holder of the secret key, a code of a user's authenticator app or one of their backup codes.

use beadle_domain::{Error, backup_code, strategy::Strategy, totp};
use beadle_store::{Conn, UnitOfWork, users};
use beadle_types::{Timestamp, UserId};

use super::check::{Typed, check};
use crate::{
    actions::by::By,
    app::App,
    error::{ApiError, ApiResult},
};

/// Uses the code up and says which of the two it was. It opens nothing, so neither a ban nor a lock shows.
///
/// # Errors
/// 404 without the user, 400 for a user who has neither, 422 for a wrong code and for what can be none.
pub(crate) async fn verify(app: &App, id: UserId, given: String) -> ApiResult<Strategy> {
    let user = users::find(&mut *app.store.reader().await?, &id).await?;
    let user = user.ok_or_else(|| Error::not_found("user", &id))?;
    let codes = user.backup_codes.as_deref().unwrap_or_default();
    let set_up = [(Strategy::Totp, user.totp_secret.is_some()), (Strategy::BackupCode, !codes.is_empty())];
    if !set_up.iter().any(|(_, is_set_up)| *is_set_up) {
        return Err(Error::totp_disabled().into());
    }
    if !totp::has_length_of_code(&given) && !backup_code::may_be_one(codes, &given) {
        return Err(Error::totp_invalid_length().into());
    }
    for (strategy, _) in set_up.into_iter().filter(|(_, is_set_up)| *is_set_up) {
        let typed = Typed::read(app, &user, &strategy, given.clone()).await?;
        let work =
            Verify { app: app.clone(), id: id.clone(), strategy: strategy.clone(), typed, now: app.now() };
        if app.store.write(work).await? {
            return Ok(strategy);
        }
    }
    Err(Error::totp_incorrect_code().into())
}

struct Verify {
    app: App,
    id: UserId,
    strategy: Strategy,
    typed: Typed,
    now: Timestamp,
}

impl UnitOfWork for Verify {
    type Output = bool;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<bool> {
        let user = By::SecretKey.lock(conn, &self.id, self.now).await?.user;
        check(conn, &self.app, &user, &self.strategy, &self.typed, self.now).await
    }
}
