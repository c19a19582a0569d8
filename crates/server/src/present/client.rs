//! Clients, with their live sessions and attempts under way.

use beadle_domain::session::LiveSession;
use beadle_store::{
    Conn,
    clients::ClientRow,
    sessions::{self, SessionRecord},
    sign_ins, sign_ups,
    users::{self, UserRecord},
};
use beadle_types::{
    Client, ClientSession, KnownClient, SessionId, SessionStatus, Timestamp, Token, object::ClientObject,
};

use super::{session::client_session, sign_in, sign_up, user::own_user};
use crate::{app::App, error::ApiResult};

/// The session tokens of a client that is shown. React applications need the active session's at once: they fail when
/// a session is there without its claims.
pub(crate) struct Tokens<'a> {
    /// One that was just made.
    pub(crate) fresh: Option<(&'a SessionId, &'a Token)>,
    /// The page that others are made for.
    pub(crate) origin: Option<&'a str>,
}

/// The client as its browser sees it: only live sessions, so that a browser whose session died signs out.
pub(crate) async fn client(
    conn: &mut Conn,
    app: &App,
    row: &ClientRow,
    tokens: Tokens<'_>,
    now: Timestamp,
) -> ApiResult<Client> {
    let (sessions, last) = live_sessions(conn, app, row, tokens, now).await?;
    Ok(Client {
        object: ClientObject,
        id: row.id.clone(),
        sign_in: open_sign_in(conn, app, row, now).await?,
        sign_up: open_sign_up(conn, app, row, now).await?,
        last_active_session_id: last,
        sessions,
        last_authentication_strategy: row.last_authentication_strategy.clone(),
        cookie_expires_at: None,
        captcha_bypass: false,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// The client as the Backend API shows it, of whose sessions `records` look live.
pub(crate) fn known_client(row: &ClientRow, records: &[SessionRecord], now: Timestamp) -> KnownClient {
    let live = admitted(records, now);
    KnownClient {
        object: ClientObject,
        id: row.id.clone(),
        session_ids: live.iter().map(|(record, _)| record.session.id.clone()).collect(),
        last_active_session_id: last_active(row, &live),
        sessions: live.iter().map(|(record, _)| super::session::session(record, now)).collect(),
        sign_in_id: row.sign_in_id.clone(),
        sign_up_id: row.sign_up_id.clone(),
        last_authentication_strategy: row.last_authentication_strategy.clone(),
        updated_at: row.updated_at,
        created_at: row.created_at,
    }
}

/// Those that the choke point lets through.
fn admitted(records: &[SessionRecord], now: Timestamp) -> Vec<(&SessionRecord, LiveSession)> {
    let live = records.iter().filter_map(|record| {
        let live = LiveSession::admit(record.session.clone(), record.standing.as_ref(), now).ok()?;
        Some((record, live))
    });
    live.collect()
}

/// The one that was used last, or else the newest.
fn last_active(row: &ClientRow, live: &[(&SessionRecord, LiveSession)]) -> Option<SessionId> {
    let ids = || live.iter().map(|(record, _)| &record.session.id);
    let last = row.last_active_session_id.as_ref();
    last.filter(|last| ids().any(|id| id == *last)).or_else(|| ids().next_back()).cloned()
}

/// The live ones, and which of them is active.
async fn live_sessions(
    conn: &mut Conn,
    app: &App,
    row: &ClientRow,
    tokens: Tokens<'_>,
    now: Timestamp,
) -> ApiResult<(Vec<ClientSession>, Option<SessionId>)> {
    let records = sessions::of_client(conn, &row.id, now).await?;
    let live = admitted(&records, now);
    let last = last_active(row, &live);
    let owners: Vec<_> = live.iter().map(|(record, _)| record.session.user_id.clone()).collect();
    let owners = users::load_many(conn, &owners).await?;
    let shown = live.iter().filter_map(|(record, live)| {
        let id = &record.session.id;
        let owner = owners.iter().find(|owner| owner.user.id == record.session.user_id)?;
        let token = match tokens.fresh {
            Some((fresh, token)) if fresh == id => Some(token.clone()),
            _ if last.as_ref() == Some(id) => {
                Some(app.instance.mint(live, tokens.origin, None, now, &*app.rng))
            }
            _ => None,
        };
        Some(session(app, record, owner, token, now))
    });
    let shown = shown.collect();
    Ok((shown, last))
}

/// A session as its browser sees it.
pub(crate) fn session(
    app: &App,
    record: &SessionRecord,
    owner: &UserRecord,
    token: Option<Token>,
    now: Timestamp,
) -> ClientSession {
    let user = own_user(owner.clone(), &app.instance, now);
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
    Ok(Some(sign_in::sign_in(&found, user.as_ref(), app)))
}

async fn open_sign_up(
    conn: &mut Conn,
    app: &App,
    row: &ClientRow,
    now: Timestamp,
) -> ApiResult<Option<beadle_types::SignUp>> {
    let Some(id) = &row.sign_up_id else { return Ok(None) };
    let found = sign_ups::find(conn, id).await?.filter(|found| found.is_open(now));
    Ok(found.map(|found| sign_up::sign_up(&found, &app.instance.settings())))
}
