//! Signing in: from an identifier to a session.

pub(crate) mod begin;
pub(crate) mod code;
mod new_device;
pub(crate) mod open;
pub(crate) mod passkey;
pub(crate) mod password;
pub(crate) mod reset_password;
pub(crate) mod second_factor;
mod send;
pub(crate) mod ticket;

use beadle_domain::{Error, lockout::Lockout, one_time_code::Outcome, sign_in::SignIn};
use beadle_store::{Conn, identifications, sign_ins, users};
use beadle_types::{ClientId, SignInId, Timestamp, UserId};

use super::{
    events::Events,
    notify::{self, Notice},
};
use crate::error::ApiResult;

/// The attempt, if it is open and the client's.
///
/// # Errors
/// 404 otherwise.
pub(crate) async fn find_open(
    conn: &mut Conn,
    id: &SignInId,
    client_id: &ClientId,
    now: Timestamp,
) -> ApiResult<SignIn> {
    only_open(sign_ins::find(conn, id).await?, id, client_id, now)
}

/// As [`find_open`], locked until the transaction ends.
pub(crate) async fn lock_open(
    conn: &mut Conn,
    id: &SignInId,
    client_id: &ClientId,
    now: Timestamp,
) -> ApiResult<SignIn> {
    only_open(sign_ins::find_for_update(conn, id).await?, id, client_id, now)
}

fn only_open(
    found: Option<SignIn>,
    id: &SignInId,
    client_id: &ClientId,
    now: Timestamp,
) -> ApiResult<SignIn> {
    let open = found.filter(|sign_in| sign_in.client_id == *client_id && sign_in.is_open(now));
    Ok(open.ok_or_else(|| Error::not_found("sign in", id))?)
}

/// Whether the address or number that a first factor was sent to is still one that the user signs in with: they may
/// have removed it meanwhile.
pub(crate) async fn was_sent_to_them(conn: &mut Conn, sign_in: &SignIn) -> ApiResult<bool> {
    let target = sign_in.first_factor.as_ref().and_then(|first| first.identification_id.as_ref());
    let (Some(target), Some((user_id, _))) = (target, &sign_in.subject) else { return Ok(true) };
    match identifications::by_id(conn, target).await? {
        Some(row) => Ok(row.user_id == *user_id && row.is_first_factor()),
        // With a deleted user goes everything; that is for the choke point to say.
        None => Ok(users::standing(conn, user_id).await?.is_none()),
    }
}

/// Keeps an attempt at a proof that was not the right one, and counts it where it was a guess. `Err` is what the caller
/// is told; `Ok` that the proof was given.
pub(crate) async fn keep_failure(
    conn: &mut Conn,
    events: &Events,
    sign_in: &SignIn,
    user_id: &UserId,
    outcome: Outcome,
) -> ApiResult<Result<(), Error>> {
    let Err(refused) = outcome.into_result() else { return Ok(Ok(())) };
    sign_ins::save(conn, sign_in).await?;
    if !outcome.is_wrong_guess() {
        return Ok(Err(refused));
    }
    count_failure(conn, events, user_id, refused).await.map(Err)
}

/// Counts a failed attempt, and says what the caller is told: `wrong`, or that this locked the account. That takes the
/// first place among the events.
pub(crate) async fn count_failure(
    conn: &mut Conn,
    events: &Events,
    user_id: &UserId,
    wrong: Error,
) -> ApiResult<Error> {
    let (app, now) = (events.app(), events.now());
    let Some(user) = users::find_for_update(conn, user_id).await? else { return Ok(wrong) };
    let before: Lockout = user.lockout();
    let after = before.after_failure(&app.instance.settings().lockout, now);
    if after != before {
        users::set_lockout(conn, user_id, &after, now).await?;
    }
    if after.is_locked(now) && !before.is_locked(now) {
        notify::tell(conn, app, &user, Notice::AccountLocked).await?;
        if let Some(record) = users::load(conn, user_id).await? {
            events.user(conn, 0, "user.updated", &record).await?;
        }
    }
    Ok(after.check(now).err().unwrap_or(wrong))
}
