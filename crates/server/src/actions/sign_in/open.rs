//! The last steps: a proven factor becomes the next step or a session, if the choke point says so.

use std::time::Duration;

use beadle_domain::{
    Error,
    credential::{LiveCredential, Refusal},
    secret::token_hash,
    session::{ActingUser, Lifetimes, Session},
    sign_in::{self, SignIn},
    strategy::Strategy,
};
use beadle_store::{
    Conn, clients,
    sessions::SessionRecord,
    sign_ins,
    users::{self, UserRecord},
};
use beadle_types::{ClientId, Map, SessionActivity, SessionId, SignInStatus};
use serde_json::Value;

use super::new_device;
use crate::{
    actions::{access, client::Device, create_session, events::Events},
    app::App,
    error::ApiResult,
    extract::{Caller, Channel},
};

/// What a new session is made with, drawn before its transaction.
#[derive(Debug, Clone)]
pub(crate) struct NewSession {
    id: SessionId,
    refresh_token_hash: String,
    activity: SessionActivity,
    lifetimes: Lifetimes,
    /// Who acts as the user: what is told of them, and their own standing.
    actor: Option<Value>,
    acting_user: Option<ActingUser>,
    /// Goes into a cookie; stored as a hash only.
    pub(crate) refresh_token: String,
    /// The client's new secret, for a client that had one already; stored as a hash only. Whoever planted the old one
    /// in this browser has no part in the session.
    pub(crate) client_token: Option<String>,
}

impl NewSession {
    pub(crate) fn draw(app: &App, caller: &Caller) -> Self {
        let id = app.new_id(SessionId::from_parts);
        let refresh_token = app.instance.keys.refresh_token(&id);
        let rotates = caller.client.is_some() && caller.channel == Channel::Cookie;
        Self {
            id,
            refresh_token_hash: token_hash(&refresh_token),
            activity: caller.activity(app),
            lifetimes: app.instance.lifetimes(),
            actor: None,
            acting_user: None,
            refresh_token,
            client_token: rotates.then(|| app.rng.token("", 32)),
        }
    }

    /// For somebody who acts as the user, for so long.
    pub(crate) fn for_actor(self, actor: Map, acting_user: Option<ActingUser>, lifetime: Duration) -> Self {
        let lifetimes = Lifetimes { lifetime, ..self.lifetimes };
        Self { actor: Some(Value::Object(actor)), acting_user, lifetimes, ..self }
    }

    /// For an attempt of another browser than the one that calls: its secret cannot be handed out here.
    pub(crate) fn for_another_browser(self) -> Self {
        Self { client_token: None, ..self }
    }

    /// Stores the session of a credential that was proven live; `n` is its event's place.
    pub(crate) async fn open(
        &self,
        conn: &mut Conn,
        client_id: &ClientId,
        credential: &LiveCredential,
        with_second_factor: bool,
        events: &Events,
        n: usize,
    ) -> ApiResult<SessionRecord> {
        let now = events.now();
        let mut session = Session::start(self.id.clone(), client_id.clone(), credential, self.lifetimes, now);
        session.actor = self.actor.clone();
        session.acting_user = self.acting_user.clone();
        session.refresh_token_hash = Some(self.refresh_token_hash.clone());
        session.latest_activity = Some(self.activity.clone());
        session.second_verified_at = with_second_factor.then_some(now);
        let record = create_session::open(conn, session, credential, events, n).await?;
        if let Some(token) = &self.client_token {
            clients::rotate(conn, client_id, &token_hash(token)).await?;
        }
        Ok(record)
    }
}

/// How a proven attempt ended.
#[derive(Debug)]
pub(crate) enum Proven {
    /// With a session.
    SignedIn(Box<(SignIn, SessionRecord, Device)>),
    /// With a next step: a second factor, a new password.
    Continues(Box<(SignIn, Device)>),
    /// Refused; what was consumed (a code) stays consumed.
    Refused(Error),
}

/// Takes a proven first factor to the next step, inside the transaction that proved it.
pub(crate) async fn first_factor_proven(
    conn: &mut Conn,
    sign_in: SignIn,
    strategy: Strategy,
    device: &Device,
    new: &NewSession,
    events: &Events,
) -> ApiResult<Proven> {
    proven(conn, sign_in, (strategy.clone(), &strategy), device, new, events).await
}

/// As [`first_factor_proven`], by a ticket that was sent to an address: it counts for what a link there counts for.
pub(crate) async fn address_proven(
    conn: &mut Conn,
    sign_in: SignIn,
    device: &Device,
    new: &NewSession,
    events: &Events,
) -> ApiResult<Proven> {
    proven(conn, sign_in, (Strategy::Ticket, &Strategy::EmailLink), device, new, events).await
}

/// The one place that all first factors pass; `counts_as` says what the proof is worth.
async fn proven(
    conn: &mut Conn,
    mut sign_in: SignIn,
    (strategy, counts_as): (Strategy, &Strategy),
    device: &Device,
    new: &NewSession,
    events: &Events,
) -> ApiResult<Proven> {
    let user = match &sign_in.subject {
        Some((user_id, _)) => users::load(conn, user_id).await?,
        None => None,
    };
    let standing = user.as_ref().map(|user| user.user.standing());
    let credential = match sign_in.proven(standing.as_ref()) {
        Ok(credential) => credential,
        Err(refusal) => return refuse(conn, sign_in, refusal, events).await,
    };
    if let Some(user) = &user
        && let Err(refusal) = let_in(conn, counts_as, user, events).await?
    {
        sign_in.updated_at = events.now();
        sign_ins::save(conn, &sign_in).await?;
        return Ok(Proven::Refused(refusal));
    }
    let next = SignIn::next_after(counts_as, user.as_ref().is_some_and(UserRecord::has_second_factor));
    sign_in.first_factor_proven(strategy, next, events.now());
    if next == SignInStatus::Complete {
        return enter(conn, sign_in, &credential, device, new, events).await;
    }
    sign_ins::save(conn, &sign_in).await?;
    Ok(Proven::Continues(Box::new((sign_in, device.clone()))))
}

/// Whether a user who has proven a first factor goes on: not while the account is locked, whatever the factor, and not
/// past the lists.
async fn let_in(
    conn: &mut Conn,
    strategy: &Strategy,
    user: &UserRecord,
    events: &Events,
) -> ApiResult<Result<(), Error>> {
    if let Err(locked) = user.user.lockout().check(events.now()) {
        return Ok(Err(locked));
    }
    // By a ticket the operator lets somebody in.
    if *strategy == Strategy::Ticket {
        return Ok(Ok(()));
    }
    Ok(access::sign_in(conn, &events.app().instance.settings(), user).await?)
}

/// Turns an attempt with all its factors proven into a session, inside the transaction that proved the last.
pub(crate) async fn open(
    conn: &mut Conn,
    sign_in: SignIn,
    device: &Device,
    new: &NewSession,
    events: &Events,
) -> ApiResult<Proven> {
    let standing = match &sign_in.subject {
        Some((user_id, _)) => users::standing(conn, user_id).await?,
        None => None,
    };
    match sign_in.proven(standing.as_ref()) {
        Ok(credential) => enter(conn, sign_in, &credential, device, new, events).await,
        Err(refusal) => refuse(conn, sign_in, refusal, events).await,
    }
}

/// Opens the session of an attempt whose credential is live.
async fn enter(
    conn: &mut Conn,
    mut sign_in: SignIn,
    credential: &LiveCredential,
    device: &Device,
    new: &NewSession,
    events: &Events,
) -> ApiResult<Proven> {
    let now = events.now();
    let with_second_factor = sign_in.second_factor.as_ref().is_some_and(|second| second.is_verified());
    let (user_id, client_id) = (credential.user_id(), &sign_in.client_id);
    if new.actor.is_none() {
        new_device::tell(conn, events.app(), user_id, client_id, &new.activity).await?;
    }
    let record = new.open(conn, client_id, credential, with_second_factor, events, 0).await?;
    sign_in.complete(record.session.id.clone(), now);
    sign_ins::save(conn, &sign_in).await?;
    let mut device = device.clone();
    device.row.sign_in_id = None;
    device.row.last_active_session_id = Some(record.session.id.clone());
    let first = sign_in.first_factor.as_ref().map(|first| first.strategy.as_str().to_owned());
    device.row.last_authentication_strategy = first;
    device.row.updated_at = now;
    device.save(conn).await?;
    Ok(Proven::SignedIn(Box::new((sign_in, record, device))))
}

async fn refuse(
    conn: &mut Conn,
    mut sign_in: SignIn,
    refusal: Refusal,
    events: &Events,
) -> ApiResult<Proven> {
    if refusal != Refusal::Banned {
        sign_in.status = SignInStatus::Abandoned;
    }
    sign_in.updated_at = events.now();
    sign_ins::save(conn, &sign_in).await?;
    Ok(Proven::Refused(sign_in::refusal(refusal)))
}
