//! Users: rows, and the statements that change their standing.
//!
//! [`update`] writes a user's profile and never `banned`, `generation` or the lockout: those have statements
//! of their own, so that a profile written from an older read cannot undo a ban.

mod list;
mod row;

use beadle_domain::{
    credential::{Generation, Standing},
    lockout::Lockout,
};
use beadle_types::{ImageId, Timestamp, UserId};
pub use list::{ListUsers, Membership, UserFilter, UserOrder, UserOrderKey, count, list};
use row::read;
pub use row::{UserRecord, UserRow};

use crate::{
    Conn, Error, Result,
    db::{param::params, row::Row, sql::Sql},
    identifications,
};

macro_rules! columns {
    () => {
        concat!(
            "id, generation, banned, external_id, username, username_canonical, first_name, last_name, ",
            "locale, primary_email_address_id, primary_phone_number_id, primary_web3_wallet_id, ",
            "primary_email_address, primary_phone_number, primary_web3_wallet, public_metadata, ",
            "private_metadata, unsafe_metadata, password_digest, password_updated_at, totp_secret, ",
            "backup_codes, locked, lockout_expires_at, failed_attempts, delete_self_enabled, ",
            "create_organization_enabled, create_organizations_limit, bypass_client_trust, ",
            "mfa_enabled_at, mfa_disabled_at, legal_accepted_at, last_sign_in_at, last_active_at, ",
            "created_at, updated_at"
        )
    };
}
pub(crate) use columns;

/// What is read of a user: also the columns that have statements of their own to write them.
macro_rules! read_columns {
    () => {
        concat!(crate::users::columns!(), ", image_id, password_compromised")
    };
}
pub(crate) use read_columns;

pub(crate) static BY_ID: Sql = Sql::new(concat!("SELECT ", read_columns!(), " FROM users WHERE id = ?1"));
pub(crate) static BY_ID_LOCKED: Sql = Sql::split(
    concat!("SELECT ", read_columns!(), " FROM users WHERE id = ?1"),
    concat!("SELECT ", read_columns!(), " FROM users WHERE id = ?1 FOR UPDATE"),
);
pub(crate) static BY_USERNAME: Sql =
    Sql::new(concat!("SELECT ", read_columns!(), " FROM users WHERE username_canonical = ?1"));
pub(crate) static ID_BY_EXTERNAL_ID: Sql = Sql::new("SELECT id FROM users WHERE external_id = ?1");
pub(crate) static STANDING: Sql = Sql::new("SELECT id, generation, banned FROM users WHERE id = ?1");
pub(crate) static STANDING_LOCKED: Sql = Sql::split(
    "SELECT id, generation, banned FROM users WHERE id = ?1",
    "SELECT id, generation, banned FROM users WHERE id = ?1 FOR UPDATE",
);
pub(crate) static INSERT: Sql = Sql::new(concat!(
    "INSERT INTO users (",
    columns!(),
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36) RETURNING seq"
));
pub(crate) static UPDATE: Sql = Sql::new(concat!(
    "UPDATE users SET ",
    "external_id = ?2, username = ?3, username_canonical = ?4, first_name = ?5, last_name = ?6, ",
    "locale = ?7, primary_email_address_id = ?8, primary_phone_number_id = ?9, ",
    "primary_web3_wallet_id = ?10, primary_email_address = ?11, primary_phone_number = ?12, ",
    "primary_web3_wallet = ?13, public_metadata = ?14, private_metadata = ?15, ",
    "unsafe_metadata = ?16, password_digest = ?17, password_updated_at = ?18, totp_secret = ?19, ",
    "backup_codes = ?20, delete_self_enabled = ?21, create_organization_enabled = ?22, ",
    "create_organizations_limit = ?23, bypass_client_trust = ?24, mfa_enabled_at = ?25, ",
    "mfa_disabled_at = ?26, legal_accepted_at = ?27, created_at = ?28, updated_at = ?29, ",
    "password_compromised = ?30 ",
    "WHERE id = ?1 RETURNING seq"
));
pub(crate) static BAN: Sql = Sql::new(
    "UPDATE users SET banned = TRUE, banned_at = ?2, generation = generation + 1, updated_at = ?2 \
     WHERE id = ?1 AND NOT banned RETURNING generation, tokens_expire_at",
);
pub(crate) static UNBAN: Sql =
    Sql::new("UPDATE users SET banned = FALSE, banned_at = NULL, updated_at = ?2 WHERE id = ?1 AND banned");
pub(crate) static BUMP: Sql = Sql::new(
    "UPDATE users SET generation = generation + 1, updated_at = ?2 WHERE id = ?1 \
     RETURNING generation, tokens_expire_at",
);
pub(crate) static KEEP_TOKENS: Sql = Sql::new(
    "UPDATE users SET tokens_expire_at = CASE WHEN tokens_expire_at > ?3 THEN tokens_expire_at ELSE ?3 END \
     WHERE id = ?1 AND generation = ?2 AND NOT banned",
);
pub(crate) static BANNED_AT: Sql = Sql::new("SELECT banned_at FROM users WHERE id = ?1");
pub(crate) static SET_LOCKOUT: Sql = Sql::new(
    "UPDATE users SET locked = ?2, lockout_expires_at = ?3, failed_attempts = ?4, updated_at = ?5 WHERE id = ?1",
);
pub(crate) static SIGNED_IN: Sql = Sql::new(
    "UPDATE users SET last_sign_in_at = ?2, last_active_at = ?3, \
     locked = locked AND (lockout_expires_at IS NULL OR lockout_expires_at > ?2), \
     lockout_expires_at = CASE WHEN lockout_expires_at > ?2 THEN lockout_expires_at END, \
     failed_attempts = 0, updated_at = ?2 WHERE id = ?1",
);
pub(crate) static SET_LAST_ACTIVE: Sql = Sql::new(
    "UPDATE users SET last_active_at = ?2 WHERE id = ?1 AND (last_active_at IS NULL OR last_active_at < ?2)",
);
pub(crate) static SET_DIGEST: Sql =
    Sql::new("UPDATE users SET password_digest = ?3 WHERE id = ?1 AND password_digest = ?2");
/// Which picture is shown: set apart from the profile, for the same reason as the standing.
pub(crate) static SET_IMAGE: Sql = Sql::new("UPDATE users SET image_id = ?2, updated_at = ?3 WHERE id = ?1");
pub(crate) static DELETE: Sql =
    Sql::new("DELETE FROM users WHERE id = ?1 RETURNING seq, generation, tokens_expire_at");
pub(crate) static INDEX_SEARCH: Sql = Sql::split(
    "INSERT INTO user_search (rowid, user_id, emails, phones, wallets, username, name) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    "INSERT INTO user_search (seq, user_id, emails, phones, wallets, username, name) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
);
pub(crate) static UNINDEX_SEARCH: Sql =
    Sql::split("DELETE FROM user_search WHERE rowid = ?1", "DELETE FROM user_search WHERE seq = ?1");

fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// The row.
pub async fn find(conn: &mut Conn, id: &UserId) -> Result<Option<UserRow>> {
    conn.query_opt(&BY_ID, params![id], read).await
}

/// The row, locked until the transaction ends, for read-modify-write.
pub async fn find_for_update(conn: &mut Conn, id: &UserId) -> Result<Option<UserRow>> {
    conn.query_opt(&BY_ID_LOCKED, params![id], read).await
}

/// The user with this canonical username.
pub async fn find_by_username(conn: &mut Conn, canonical: &str) -> Result<Option<UserRow>> {
    conn.query_opt(&BY_USERNAME, params![canonical], read).await
}

/// Who holds this external id.
pub async fn id_by_external_id(conn: &mut Conn, external_id: &str) -> Result<Option<UserId>> {
    conn.query_opt(&ID_BY_EXTERNAL_ID, params![external_id], |row| row.parse()).await
}

/// What decides over the user's credentials; `None` for a deleted user.
pub async fn standing(conn: &mut Conn, id: &UserId) -> Result<Option<Standing>> {
    conn.query_opt(&STANDING, params![id], read_standing).await
}

/// The same; it stays so until the transaction ends.
pub async fn standing_locked(conn: &mut Conn, id: &UserId) -> Result<Option<Standing>> {
    conn.query_opt(&STANDING_LOCKED, params![id], read_standing).await
}

fn read_standing(row: &mut Row<'_>) -> Result<Standing> {
    Ok(Standing { user_id: row.parse()?, generation: row.take()?, banned: row.take()? })
}

/// Shows this picture from now on, or none.
pub async fn set_image(
    conn: &mut Conn,
    id: &UserId,
    image_id: &Option<ImageId>,
    now: Timestamp,
) -> Result<()> {
    conn.execute(&SET_IMAGE, params![id, image_id, now]).await?;
    Ok(())
}

/// The user with their identifications.
pub async fn load(conn: &mut Conn, id: &UserId) -> Result<Option<UserRecord>> {
    let Some(user) = find(conn, id).await? else { return Ok(None) };
    let identifications = identifications::of_user(conn, id).await?;
    Ok(Some(UserRecord { user, identifications }))
}

/// Several users with their identifications; who does not exist is left out.
pub async fn load_many(conn: &mut Conn, ids: &[UserId]) -> Result<Vec<UserRecord>> {
    let user_ids =
        Membership { include: ids.iter().map(ToString::to_string).collect(), ..Membership::default() };
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let filter = UserFilter { user_ids, ..UserFilter::default() };
    let limit = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    list(conn, &ListUsers { filter, limit, ..ListUsers::default() }).await
}

/// Inserts the user and everything that goes with the row.
///
/// # Errors
/// [`Error::Conflict`] when an identifier is taken.
pub async fn insert(conn: &mut Conn, record: &UserRecord) -> Result<()> {
    let row = &record.user;
    let seq: i64 = conn
        .query_one(
            &INSERT,
            params![
                &row.id,
                row.generation,
                row.banned,
                &row.external_id,
                &row.username,
                &row.username_canonical,
                &row.first_name,
                &row.last_name,
                &row.locale,
                &row.primary_email_address_id,
                &row.primary_phone_number_id,
                &row.primary_web3_wallet_id,
                &row.primary_email_address,
                &row.primary_phone_number,
                &row.primary_web3_wallet,
                &json(&row.public_metadata),
                &json(&row.private_metadata),
                &json(&row.unsafe_metadata),
                &row.password_digest,
                row.password_updated_at,
                &row.totp_secret,
                &row.backup_codes.as_ref().map(json),
                row.locked,
                row.lockout_expires_at,
                row.failed_attempts,
                row.delete_self_enabled,
                row.create_organization_enabled,
                row.create_organizations_limit,
                row.bypass_client_trust,
                row.mfa_enabled_at,
                row.mfa_disabled_at,
                row.legal_accepted_at,
                row.last_sign_in_at,
                row.last_active_at,
                row.created_at,
                row.updated_at,
            ],
            |row| row.take(),
        )
        .await?;
    // In one order for everybody: two users-to-be that want the same identifiers must not wait for each other.
    let mut ordered: Vec<_> = record.identifications.iter().collect();
    ordered.sort_by(|a, b| a.canonical.cmp(&b.canonical));
    for identification in ordered {
        identifications::insert(conn, identification).await?;
    }
    index_for_search(conn, seq, record).await
}

/// Writes the profile back; see the module on what it leaves alone.
///
/// # Errors
/// [`Error::Conflict`] when the username or external id is taken, [`Error::NotFound`] without the user.
pub async fn update(conn: &mut Conn, record: &UserRecord) -> Result<()> {
    let row = &record.user;
    let seq: i64 = conn
        .query_one(
            &UPDATE,
            params![
                &row.id,
                &row.external_id,
                &row.username,
                &row.username_canonical,
                &row.first_name,
                &row.last_name,
                &row.locale,
                &row.primary_email_address_id,
                &row.primary_phone_number_id,
                &row.primary_web3_wallet_id,
                &row.primary_email_address,
                &row.primary_phone_number,
                &row.primary_web3_wallet,
                &json(&row.public_metadata),
                &json(&row.private_metadata),
                &json(&row.unsafe_metadata),
                &row.password_digest,
                row.password_updated_at,
                &row.totp_secret,
                &row.backup_codes.as_ref().map(json),
                row.delete_self_enabled,
                row.create_organization_enabled,
                row.create_organizations_limit,
                row.bypass_client_trust,
                row.mfa_enabled_at,
                row.mfa_disabled_at,
                row.legal_accepted_at,
                row.created_at,
                row.updated_at,
                row.password_compromised,
            ],
            |row| row.take(),
        )
        .await?;
    conn.execute(&UNINDEX_SEARCH, params![seq]).await?;
    index_for_search(conn, seq, record).await
}

async fn index_for_search(conn: &mut Conn, seq: i64, record: &UserRecord) -> Result<()> {
    let joined = |kind: &str| {
        let values = record.identifications.iter().filter(|row| row.kind.as_str() == kind);
        values.map(|row| row.canonical.to_lowercase()).collect::<Vec<_>>().join("\n")
    };
    let user = &record.user;
    let name = [user.first_name.as_deref(), user.last_name.as_deref()];
    let name = name.into_iter().flatten().collect::<Vec<_>>().join(" ").to_lowercase();
    conn.execute(
        &INDEX_SEARCH,
        params![
            seq,
            &user.id.as_str().to_lowercase(),
            &joined("email_address"),
            &joined("phone_number"),
            &joined("web3_wallet"),
            user.username_canonical.as_deref().unwrap_or_default(),
            &name,
        ],
    )
    .await?;
    Ok(())
}

/// A user's new generation, and what verifiers need to know of the tokens from before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewGeneration {
    /// Every credential below it is dead.
    pub generation: Generation,
    /// When the longest-lived token ends, if one was made beyond the usual lifetime.
    pub tokens_expire_at: Option<Timestamp>,
}

fn read_generation(row: &mut Row<'_>) -> Result<NewGeneration> {
    Ok(NewGeneration { generation: row.take()?, tokens_expire_at: row.take()? })
}

/// Marks the user as banned and starts their next generation. `None` when they were banned already, or do not
/// exist: then nothing changed.
pub async fn ban(conn: &mut Conn, id: &UserId, now: Timestamp) -> Result<Option<NewGeneration>> {
    conn.query_opt(&BAN, params![id, now], read_generation).await
}

/// When the user was banned; `None` for one who is not, or does not exist.
pub async fn banned_at(conn: &mut Conn, id: &UserId) -> Result<Option<Timestamp>> {
    Ok(conn.query_opt(&BANNED_AT, params![id], |row| row.take()).await?.flatten())
}

/// Remembers that a token of this generation is to live until then. Says whether the generation is alive; if it is
/// not, no such token may be made.
pub async fn keep_tokens(
    conn: &mut Conn,
    id: &UserId,
    generation: Generation,
    expire_at: Timestamp,
) -> Result<bool> {
    Ok(conn.execute(&KEEP_TOKENS, params![id, generation, expire_at]).await? > 0)
}

/// Clears the mark; the generation stays. Says whether anything changed.
pub async fn unban(conn: &mut Conn, id: &UserId, now: Timestamp) -> Result<bool> {
    Ok(conn.execute(&UNBAN, params![id, now]).await? > 0)
}

/// Starts the user's next generation: signs them out everywhere.
pub async fn bump_generation(conn: &mut Conn, id: &UserId, now: Timestamp) -> Result<NewGeneration> {
    conn.query_one(&BUMP, params![id, now], read_generation).await
}

/// Writes the lockout.
pub async fn set_lockout(conn: &mut Conn, id: &UserId, lockout: &Lockout, now: Timestamp) -> Result<()> {
    let failed = i64::from(lockout.failed_attempts);
    conn.execute(&SET_LOCKOUT, params![id, lockout.locked, lockout.lockout_expires_at, failed, now]).await?;
    Ok(())
}

/// Records a sign-in: its time, the day of activity, and that no failed attempt counts any more.
pub async fn signed_in(conn: &mut Conn, id: &UserId, now: Timestamp) -> Result<()> {
    conn.execute(&SIGNED_IN, params![id, now, now.start_of_day()]).await?;
    Ok(())
}

/// Records session activity, by day.
pub async fn set_last_active(conn: &mut Conn, id: &UserId, now: Timestamp) -> Result<()> {
    conn.execute(&SET_LAST_ACTIVE, params![id, now.start_of_day()]).await?;
    Ok(())
}

/// Replaces a password digest by a stronger one of the same password, unless it changed meanwhile.
pub async fn upgrade_digest(conn: &mut Conn, id: &UserId, old: &str, new: &str) -> Result<()> {
    conn.execute(&SET_DIGEST, params![id, old, new]).await?;
    Ok(())
}

/// Deletes the user with their identifications. Sessions stay behind, dead without their user, until the sweep
/// settles them. Returns the generation after the last, which nothing has, or `None` without the user.
pub async fn delete(conn: &mut Conn, id: &UserId) -> Result<Option<NewGeneration>> {
    let read = |row: &mut Row<'_>| Ok((row.take::<i64>()?, read_generation(row)?));
    let Some((seq, last)) = conn.query_opt(&DELETE, params![id], read).await? else { return Ok(None) };
    conn.execute(&UNINDEX_SEARCH, params![seq]).await?;
    Ok(Some(NewGeneration { generation: last.generation.next(), ..last }))
}

/// The conflict as the parameter a caller sent.
pub fn conflicting_parameter(error: &Error) -> Option<&'static str> {
    let Error::Conflict { constraint } = error else { return None };
    Some(match constraint {
        name if name.contains("external_id") => "external_id",
        name if name.contains("username") => "username",
        name if name.contains("canonical") => "email_address",
        _ => return None,
    })
}
