//! Whether a code of an authenticator app, or a backup code, is right. Each is good once.

use beadle_domain::{Error, backup_code, strategy::Strategy, totp::TotpSecret};
use beadle_store::{Conn, factors, users::UserRow};
use beadle_types::Timestamp;

use crate::{
    app::App,
    error::{ApiError, ApiResult},
};

/// Checks the code and uses it up, inside the transaction of what it is for. The user must be locked.
///
/// # Errors
/// 400 for a user who has no such factor.
pub(crate) async fn check(
    conn: &mut Conn,
    app: &App,
    user: &UserRow,
    strategy: &Strategy,
    given: &str,
    now: Timestamp,
) -> ApiResult<bool> {
    match strategy {
        Strategy::Totp => {
            let sealed = user.totp_secret.as_deref().ok_or_else(Error::strategy_for_user_invalid)?;
            totp(conn, app, user, sealed, given, now).await
        }
        Strategy::BackupCode => {
            let codes = user.backup_codes.clone().filter(|codes| !codes.is_empty());
            let mut codes = codes.ok_or_else(Error::strategy_for_user_invalid)?;
            if !backup_code::consume(&mut codes, user.id.as_str(), given) {
                return Ok(false);
            }
            factors::set_backup_codes(conn, &user.id, Some(&codes), now).await?;
            Ok(true)
        }
        _ => Err(Error::verification_strategy_invalid().into()),
    }
}

/// As [`check`], for a secret that need not be the user's yet.
pub(super) async fn totp(
    conn: &mut Conn,
    app: &App,
    user: &UserRow,
    sealed: &str,
    given: &str,
    now: Timestamp,
) -> ApiResult<bool> {
    let secret = TotpSecret::from_stored(app.instance.unseal(sealed).map_err(ApiError::internal)?);
    match secret.accept(given, now) {
        Some(step) => Ok(factors::take_step(conn, &user.id, step).await?),
        None => Ok(false),
    }
}
