//! Sign-up attempts.

use beadle_domain::sign_up::SignUp;
use beadle_types::{SignUpId, Timestamp};

use crate::{
    Conn, Result,
    db::{param::params, row::Row, sql::Sql},
    words,
};

macro_rules! columns {
    () => {
        concat!(
            "id, client_id, status, email_address, phone_number, username, first_name, last_name, locale, ",
            "password_digest, unsafe_metadata, public_metadata, legal_accepted_at, email_verification, ",
            "phone_verification, external_verification, external, invitation_id, created_user_id, ",
            "created_session_id, abandon_at, created_at, updated_at, external_id, custom_action"
        )
    };
}

pub(crate) static BY_ID: Sql = Sql::new(concat!("SELECT ", columns!(), " FROM sign_ups WHERE id = ?1"));
pub(crate) static BY_ID_LOCKED: Sql = Sql::split(
    concat!("SELECT ", columns!(), " FROM sign_ups WHERE id = ?1"),
    concat!("SELECT ", columns!(), " FROM sign_ups WHERE id = ?1 FOR UPDATE"),
);
pub(crate) static UPSERT: Sql = Sql::new(concat!(
    "INSERT INTO sign_ups (",
    columns!(),
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ",
    "?21, ?22, ?23, ?24, ?25) ON CONFLICT (id) DO UPDATE SET status = excluded.status, ",
    "email_address = excluded.email_address, phone_number = excluded.phone_number, ",
    "username = excluded.username, first_name = excluded.first_name, last_name = excluded.last_name, ",
    "locale = excluded.locale, password_digest = excluded.password_digest, ",
    "unsafe_metadata = excluded.unsafe_metadata, public_metadata = excluded.public_metadata, ",
    "legal_accepted_at = excluded.legal_accepted_at, email_verification = excluded.email_verification, ",
    "phone_verification = excluded.phone_verification, ",
    "external_verification = excluded.external_verification, external = excluded.external, ",
    "invitation_id = excluded.invitation_id, ",
    "created_user_id = excluded.created_user_id, created_session_id = excluded.created_session_id, ",
    "updated_at = excluded.updated_at, external_id = excluded.external_id, ",
    "custom_action = excluded.custom_action"
));
pub(crate) static PRUNE: Sql =
    Sql::new("DELETE FROM sign_ups WHERE id IN (SELECT id FROM sign_ups WHERE abandon_at < ?1 LIMIT ?2)");

fn read(row: &mut Row<'_>) -> Result<SignUp> {
    let mut sign_up = SignUp::begin(row.parse()?, row.parse()?, Timestamp::from_millis(0));
    sign_up.status = words::read(&row.take::<String>()?)?;
    sign_up.email_address = row.take()?;
    sign_up.phone_number = row.take()?;
    sign_up.username = row.take()?;
    sign_up.first_name = row.take()?;
    sign_up.last_name = row.take()?;
    sign_up.locale = row.take()?;
    sign_up.password_digest = row.take()?;
    sign_up.unsafe_metadata = row.json()?;
    sign_up.public_metadata = row.json()?;
    sign_up.legal_accepted_at = row.take()?;
    sign_up.email_verification = row.json_opt()?;
    sign_up.phone_verification = row.json_opt()?;
    sign_up.external_verification = row.json_opt()?;
    sign_up.external = row.json_opt()?;
    sign_up.invitation_id = row.parse_opt()?;
    sign_up.created_user_id = row.parse_opt()?;
    sign_up.created_session_id = row.parse_opt()?;
    sign_up.abandon_at = row.take()?;
    sign_up.created_at = row.take()?;
    sign_up.updated_at = row.take()?;
    sign_up.external_id = row.take()?;
    sign_up.custom_action = row.take()?;
    Ok(sign_up)
}

/// The attempt, locked until the transaction ends, for read-modify-write.
pub async fn find_for_update(conn: &mut Conn, id: &SignUpId) -> Result<Option<SignUp>> {
    conn.query_opt(&BY_ID_LOCKED, params![id], read).await
}

/// The attempt.
pub async fn find(conn: &mut Conn, id: &SignUpId) -> Result<Option<SignUp>> {
    conn.query_opt(&BY_ID, params![id], read).await
}

/// Adds the attempt or writes it back.
pub async fn save(conn: &mut Conn, sign_up: &SignUp) -> Result<()> {
    let json = |metadata| serde_json::to_string(metadata).unwrap_or_default();
    conn.execute(
        &UPSERT,
        params![
            &sign_up.id,
            &sign_up.client_id,
            words::write(&sign_up.status).as_str(),
            &sign_up.email_address,
            &sign_up.phone_number,
            &sign_up.username,
            &sign_up.first_name,
            &sign_up.last_name,
            &sign_up.locale,
            &sign_up.password_digest,
            &json(&sign_up.unsafe_metadata),
            &json(&sign_up.public_metadata),
            sign_up.legal_accepted_at,
            &words::json_opt(sign_up.email_verification.as_ref()),
            &words::json_opt(sign_up.phone_verification.as_ref()),
            &words::json_opt(sign_up.external_verification.as_ref()),
            &words::json_opt(sign_up.external.as_ref()),
            &sign_up.invitation_id,
            &sign_up.created_user_id,
            &sign_up.created_session_id,
            sign_up.abandon_at,
            sign_up.created_at,
            sign_up.updated_at,
            &sign_up.external_id,
            sign_up.custom_action,
        ],
    )
    .await?;
    Ok(())
}

/// Deletes up to `limit` attempts that ended before a time; says how many.
pub async fn prune(conn: &mut Conn, before: Timestamp, limit: i64) -> Result<u64> {
    conn.execute(&PRUNE, params![before, limit]).await
}
