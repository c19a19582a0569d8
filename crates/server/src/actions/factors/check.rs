//! Whether a code of an authenticator app, or a backup code, is right. Each is good once.

use beadle_domain::{Error, backup_code, strategy::Strategy, totp::TotpSecret};
use beadle_store::{Conn, factors, users::UserRow};
use beadle_types::Timestamp;

use crate::{
    app::App,
    error::{ApiError, ApiResult},
};

/// A code as somebody typed it. Which backup code that is can cost as much as a password does, so it is found out
/// before the transaction that uses it up.
pub(crate) struct Typed {
    code: String,
    /// What is stored of the backup code.
    backup_code: Option<String>,
}

impl Typed {
    /// Finds the backup code among those of the user, where that is what the code is to be.
    ///
    /// # Errors
    /// 429 when too many hashes wait.
    pub(crate) async fn read(
        app: &App,
        user: &UserRow,
        strategy: &Strategy,
        code: String,
    ) -> ApiResult<Self> {
        let known = user.backup_codes.clone().filter(|_| *strategy == Strategy::BackupCode);
        let (Some(known), id) = (known, user.id.clone()) else { return Ok(Self::unread(code)) };
        if !backup_code::is_costly(&known) {
            let backup_code = backup_code::find(&known, id.as_str(), &code);
            return Ok(Self { code, backup_code });
        }
        app.hashing
            .run(move || {
                let backup_code = backup_code::find(&known, id.as_str(), &code);
                Self { code, backup_code }
            })
            .await
    }

    /// One that is no backup code.
    pub(crate) fn unread(code: String) -> Self {
        Self { code, backup_code: None }
    }

    /// The code as such.
    pub(crate) fn code(&self) -> &str {
        &self.code
    }
}

/// Checks the code and uses it up, inside the transaction of what it is for. The user must be locked.
///
/// # Errors
/// 400 for a user who has no such factor.
pub(crate) async fn check(
    conn: &mut Conn,
    app: &App,
    user: &UserRow,
    strategy: &Strategy,
    typed: &Typed,
    now: Timestamp,
) -> ApiResult<bool> {
    match strategy {
        Strategy::Totp => {
            let sealed = user.totp_secret.as_deref().ok_or_else(Error::strategy_for_user_invalid)?;
            totp(conn, app, user, sealed, &typed.code, now).await
        }
        Strategy::BackupCode => {
            let codes = user.backup_codes.clone().filter(|codes| !codes.is_empty());
            let mut codes = codes.ok_or_else(Error::strategy_for_user_invalid)?;
            if !typed.backup_code.as_ref().is_some_and(|found| backup_code::consume(&mut codes, found)) {
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
