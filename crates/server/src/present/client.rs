//! Clients, with their live sessions and attempts under way.

use beadle_domain::session::LiveSession;
use beadle_store::{
    Conn,
    clients::ClientRow,
    sessions::{self, SessionRecord},
    sign_ins, sign_ups,
    users::{self, UserRecord},
};
use beadle_types::{Client, ClientSession, SessionId, SessionStatus, Timestamp, Token, object::ClientObject};

use super::{session::client_session, sign_in, sign_up, user::own_user};
use crate::{app::App, error::ApiResult};

/// The client as its browser sees it: only live sessions, so that a browser whose session died signs out.
/// `fresh` is a token that was just made for one of them.
pub(crate) async fn client(
    conn: &mut Conn,
    app: &App,
    row: &ClientRow,
    fresh: Option<(&SessionId, &Token)>,
    now: Timestamp,
) -> ApiResult<Client> {
    let sessions = live_sessions(conn, app, row, fresh, now).await?;
    let alive = |id: &SessionId| sessions.iter().any(|session| session.id == *id);
    let last = row.last_active_session_id.clone().filter(alive);
    Ok(Client {
        object: ClientObject,
        id: row.id.clone(),
        sign_in: open_sign_in(conn, app, row, now).await?,
        sign_up: open_sign_up(conn, app, row, now).await?,
        last_active_session_id: last.or_else(|| sessions.last().map(|session| session.id.clone())),
        sessions,
        last_authentication_strategy: row.last_authentication_strategy.clone(),
        cookie_expires_at: None,
        captcha_bypass: false,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

async fn live_sessions(
    conn: &mut Conn,
    app: &App,
    row: &ClientRow,
    fresh: Option<(&SessionId, &Token)>,
    now: Timestamp,
) -> ApiResult<Vec<ClientSession>> {
    let mut records = sessions::of_client(conn, &row.id, now).await?;
    records
        .retain(|record| LiveSession::admit(record.session.clone(), record.standing.as_ref(), now).is_ok());
    let owners: Vec<_> = records.iter().map(|record| record.session.user_id.clone()).collect();
    let owners = users::load_many(conn, &owners).await?;
    let shown = records.iter().filter_map(|record| {
        let owner = owners.iter().find(|owner| owner.user.id == record.session.user_id)?;
        let token = fresh.filter(|(id, _)| **id == record.session.id).map(|(_, token)| token.clone());
        Some(session(app, record, owner, token, now))
    });
    Ok(shown.collect())
}

/// A session as its browser sees it.
pub(crate) fn session(
    app: &App,
    record: &SessionRecord,
    owner: &UserRecord,
    token: Option<Token>,
    now: Timestamp,
) -> ClientSession {
    let user = own_user(owner.clone(), &app.instance.settings, now);
    let mut shown = client_session(record, owner, user, token, now);
    if !matches!(shown.status, SessionStatus::Active | SessionStatus::Pending) {
        // Who lost the session learns nothing more about its user.
        shown.user = None;
        shown.public_user_data = None;
    }
    shown
}

async fn open_sign_in(
    conn: &mut Conn,
    app: &App,
    row: &ClientRow,
    now: Timestamp,
) -> ApiResult<Option<beadle_types::SignIn>> {
    let Some(id) = &row.sign_in_id else { return Ok(None) };
    let Some(found) = sign_ins::find(conn, id).await?.filter(|found| found.is_open(now)) else {
        return Ok(None);
    };
    let user = match &found.subject {
        Some((user_id, _)) => users::load(conn, user_id).await?,
        None => None,
    };
    Ok(Some(sign_in::sign_in(&found, user.as_ref(), &app.instance.settings)))
}

async fn open_sign_up(
    conn: &mut Conn,
    app: &App,
    row: &ClientRow,
    now: Timestamp,
) -> ApiResult<Option<beadle_types::SignUp>> {
    let Some(id) = &row.sign_up_id else { return Ok(None) };
    let found = sign_ups::find(conn, id).await?.filter(|found| found.is_open(now));
    Ok(found.map(|found| sign_up::sign_up(&found, &app.instance.settings)))
}
