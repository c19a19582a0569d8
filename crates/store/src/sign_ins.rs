//! Sign-in attempts.

use beadle_domain::{
    one_time_code::CodeState,
    sign_in::{FirstFactor, FirstFactorVerification, SignIn},
};
use beadle_types::{SignInId, SignInStatus, Timestamp, VerificationStatus};

use crate::{
    Conn, Error, Result,
    db::{param::params, row::Row, sql::Sql},
    words,
};

macro_rules! columns {
    () => {
        concat!(
            "id, client_id, status, identifier, user_id, generation, strategy, identification_id, code_hash, ",
            "code_attempts, code_expire_at, verification_status, created_session_id, abandon_at, created_at, ",
            "updated_at"
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
    ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16) ",
    "ON CONFLICT (id) DO UPDATE SET status = excluded.status, identifier = excluded.identifier, ",
    "user_id = excluded.user_id, generation = excluded.generation, strategy = excluded.strategy, ",
    "identification_id = excluded.identification_id, code_hash = excluded.code_hash, ",
    "code_attempts = excluded.code_attempts, code_expire_at = excluded.code_expire_at, ",
    "verification_status = excluded.verification_status, created_session_id = excluded.created_session_id, ",
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
    let generation = row.take::<Option<i64>>()?;
    let strategy: Option<String> = row.take()?;
    let identification_id = row.parse_opt()?;
    let hash: Option<String> = row.take()?;
    let attempts: i64 = row.take()?;
    let expire_at: Option<Timestamp> = row.take()?;
    let verification_status: Option<String> = row.take()?;
    let verification = match (strategy, verification_status) {
        (Some(strategy), Some(status)) => {
            let status: VerificationStatus = words::read(&status)?;
            let code = hash.zip(expire_at).map(|(hash, expire_at)| CodeState {
                hash,
                attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
                expire_at,
                verified: status == VerificationStatus::Verified,
            });
            let factor = FirstFactor::parse(&strategy)
                .map_err(|_| Error::other(format!("stored strategy {strategy:?}")))?;
            Some(FirstFactorVerification { factor, status, identification_id, code })
        }
        _ => None,
    };
    Ok(SignIn {
        id,
        client_id,
        status,
        identifier,
        subject: user_id
            .zip(generation)
            .map(|(user, value)| (user, beadle_domain::credential::Generation::from_stored(value))),
        verification,
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
    let verification = sign_in.verification.as_ref();
    let code = verification.and_then(|v| v.code.as_ref());
    conn.execute(
        &UPSERT,
        params![
            &sign_in.id,
            &sign_in.client_id,
            words::write(&sign_in.status).as_str(),
            &sign_in.identifier,
            &user_id,
            generation.map(beadle_domain::credential::Generation::get),
            verification.map(|v| v.factor.as_str()),
            &verification.and_then(|v| v.identification_id.clone()),
            code.map(|code| code.hash.as_str()),
            code.map_or(0, |code| i64::from(code.attempts)),
            code.map(|code| code.expire_at),
            verification.map(|v| v.status.as_str()),
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
