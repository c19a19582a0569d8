//! Second factors: what of them is not part of the profile, so that writing a profile back cannot bring back a code
//! that was used.

use beadle_domain::totp::Step;
use beadle_types::{Timestamp, UserId};

use crate::{
    Conn, Result,
    db::{param::params, sql::Sql},
};

pub(crate) static PENDING: Sql = Sql::new("SELECT totp_pending FROM users WHERE id = ?1");
pub(crate) static SET_PENDING: Sql =
    Sql::new("UPDATE users SET totp_pending = ?2, totp_last_step = NULL WHERE id = ?1");
pub(crate) static TAKE_STEP: Sql = Sql::new(
    "UPDATE users SET totp_last_step = ?2 WHERE id = ?1 AND (totp_last_step IS NULL OR totp_last_step < ?2)",
);
pub(crate) static SET_BACKUP_CODES: Sql =
    Sql::new("UPDATE users SET backup_codes = ?2, updated_at = ?3 WHERE id = ?1");

/// The sealed secret of an authenticator app that has not shown a code yet.
pub async fn pending_totp(conn: &mut Conn, id: &UserId) -> Result<Option<String>> {
    Ok(conn.query_opt(&PENDING, params![id], |row| row.take()).await?.flatten())
}

/// Keeps a sealed secret until its app shows a code, or forgets it. Codes of earlier secrets no longer count as used.
pub async fn set_pending_totp(conn: &mut Conn, id: &UserId, sealed: Option<&str>) -> Result<()> {
    conn.execute(&SET_PENDING, params![id, &sealed.map(str::to_owned)]).await?;
    Ok(())
}

/// Takes the code of a step; says no if it or a later one was taken before.
pub async fn take_step(conn: &mut Conn, id: &UserId, step: Step) -> Result<bool> {
    Ok(conn.execute(&TAKE_STEP, params![id, step.get()]).await? > 0)
}

/// Writes what is left of the backup codes.
pub async fn set_backup_codes(
    conn: &mut Conn,
    id: &UserId,
    digests: Option<&[String]>,
    now: Timestamp,
) -> Result<()> {
    let digests = digests.map(|digests| serde_json::to_string(digests).unwrap_or_default());
    conn.execute(&SET_BACKUP_CODES, params![id, &digests, now]).await?;
    Ok(())
}
