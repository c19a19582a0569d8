//! Sign-in attempts.

use beadle_domain::{credential::Generation, sign_in::SignIn};
use beadle_types::{SignInId, SignInStatus, Timestamp};

use crate::{
    Conn, Result,
    db::{param::params, row::Row, sql::Sql},
    words,
};

macro_rules! columns {
    () => {
        concat!(
            "id, client_id, status, identifier, user_id, generation, first_factor, second_factor, ",
            "created_session_id, abandon_at, created_at, updated_at"
        )
    };
}

pub(crate) static BY_ID: Sql = Sql::new(concat!("SELECT ", columns!(), " FROM sign_ins WHERE id = ?1"));
pub(crate) static BY_ID_LOCKED: Sql = Sql::split(
    concat!("SELECT ", columns!(), " FROM sign_ins WHERE id = ?1"),
    concat!("SELECT ", columns!(), " FROM sign_ins WHERE id = ?1 FOR UPDATE"),
);
pub(crate) static UPSERT: Sql = Sql::new(concat!(
    "INSERT INTO sign_ins (",
    columns!(),
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ",
    "ON CONFLICT (id) DO UPDATE SET status = excluded.status, identifier = excluded.identifier, ",
    "user_id = excluded.user_id, generation = excluded.generation, first_factor = excluded.first_factor, ",
    "second_factor = excluded.second_factor, created_session_id = excluded.created_session_id, ",
    "updated_at = excluded.updated_at"
));
pub(crate) static PRUNE: Sql =
    Sql::new("DELETE FROM sign_ins WHERE id IN (SELECT id FROM sign_ins WHERE abandon_at < ?1 LIMIT ?2)");

fn read(row: &mut Row<'_>) -> Result<SignIn> {
    let id = row.parse()?;
    let client_id = row.parse()?;
    let status: SignInStatus = words::read(&row.take::<String>()?)?;
    let identifier = row.take()?;
    let user_id = row.parse_opt()?;
    let generation = row.take::<Option<i64>>()?.map(Generation::from_stored);
    Ok(SignIn {
        id,
        client_id,
        status,
        identifier,
        subject: user_id.zip(generation),
        first_factor: row.json_opt()?,
        second_factor: row.json_opt()?,
        created_session_id: row.parse_opt()?,
        abandon_at: row.take()?,
        created_at: row.take()?,
        updated_at: row.take()?,
    })
}

/// The attempt, locked until the transaction ends, for read-modify-write.
pub async fn find_for_update(conn: &mut Conn, id: &SignInId) -> Result<Option<SignIn>> {
    conn.query_opt(&BY_ID_LOCKED, params![id], read).await
}

/// The attempt.
pub async fn find(conn: &mut Conn, id: &SignInId) -> Result<Option<SignIn>> {
    conn.query_opt(&BY_ID, params![id], read).await
}

/// Adds the attempt or writes it back.
pub async fn save(conn: &mut Conn, sign_in: &SignIn) -> Result<()> {
    let (user_id, generation) = sign_in.subject.clone().unzip();
    conn.execute(
        &UPSERT,
        params![
            &sign_in.id,
            &sign_in.client_id,
            words::write(&sign_in.status).as_str(),
            &sign_in.identifier,
            &user_id,
            generation.map(Generation::get),
            &words::json_opt(sign_in.first_factor.as_ref()),
            &words::json_opt(sign_in.second_factor.as_ref()),
            &sign_in.created_session_id,
            sign_in.abandon_at,
            sign_in.created_at,
            sign_in.updated_at,
        ],
    )
    .await?;
    Ok(())
}

/// Deletes up to `limit` attempts that ended before a time; says how many.
pub async fn prune(conn: &mut Conn, before: Timestamp, limit: i64) -> Result<u64> {
    conn.execute(&PRUNE, params![before, limit]).await
}
