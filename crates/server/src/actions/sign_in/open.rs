//! The last step: a proven factor becomes a session, if the choke point says so.

use beadle_domain::{
    Error,
    credential::{LiveCredential, Refusal},
    session::{Lifetimes, Session},
    sign_in::{self, FirstFactor, SignIn},
};
use beadle_store::{Conn, sessions::SessionRecord, sign_ins, users};
use beadle_types::{ClientId, SessionActivity, SessionId, SignInStatus};

use crate::{
    actions::{client::Device, create_session, events::Events},
    app::App,
    error::ApiResult,
    extract::Caller,
};

/// What a new session is made with, drawn before its transaction.
#[derive(Debug, Clone)]
pub(crate) struct NewSession {
    id: SessionId,
    refresh_token_hash: String,
    activity: SessionActivity,
    lifetimes: Lifetimes,
    /// Goes into a cookie; stored as a hash only.
    pub(crate) refresh_token: String,
}

impl NewSession {
    pub(crate) fn draw(app: &App, caller: &Caller) -> Self {
        let refresh_token = app.rng.token("rt_", 32);
        Self {
            id: app.new_id(SessionId::from_parts),
            refresh_token_hash: beadle_domain::secret::token_hash(&refresh_token),
            activity: caller.activity(app),
            lifetimes: app.instance.lifetimes(),
            refresh_token,
        }
    }

    /// Stores the session of a credential that was proven live; `n` is its event's place.
    pub(crate) async fn open(
        &self,
        conn: &mut Conn,
        client_id: &ClientId,
        credential: &LiveCredential,
        events: &Events,
        n: usize,
    ) -> ApiResult<SessionRecord> {
        let mut session =
            Session::start(self.id.clone(), client_id.clone(), credential, self.lifetimes, events.now());
        session.refresh_token_hash = Some(self.refresh_token_hash.clone());
        session.latest_activity = Some(self.activity.clone());
        create_session::open(conn, session, credential, events, n).await
    }
}

/// How a proven attempt ended.
#[derive(Debug)]
pub(crate) enum Proven {
    /// With a session.
    SignedIn(Box<(SignIn, SessionRecord, Device)>),
    /// Refused; what was consumed (a code) stays consumed.
    Refused(Error),
}

/// Turns a proven attempt into a session, inside the transaction that proved it.
pub(crate) async fn open(
    conn: &mut Conn,
    mut sign_in: SignIn,
    factor: FirstFactor,
    device: &Device,
    new: &NewSession,
    events: &Events,
) -> ApiResult<Proven> {
    let now = events.now();
    let standing = match &sign_in.subject {
        Some((user_id, _)) => users::standing(conn, user_id).await?,
        None => None,
    };
    let credential = match sign_in.proven(standing.as_ref()) {
        Ok(credential) => credential,
        Err(refusal) => {
            if refusal != Refusal::Banned {
                sign_in.status = SignInStatus::Abandoned;
            }
            sign_in.updated_at = now;
            sign_ins::save(conn, &sign_in).await?;
            return Ok(Proven::Refused(sign_in::refusal(refusal)));
        }
    };
    let record = new.open(conn, &sign_in.client_id, &credential, events, 0).await?;
    sign_in.complete(factor, record.session.id.clone(), now);
    sign_ins::save(conn, &sign_in).await?;
    let mut device = device.clone();
    device.row.sign_in_id = None;
    device.row.last_active_session_id = Some(record.session.id.clone());
    device.row.last_authentication_strategy = Some(factor.as_str().to_owned());
    device.row.updated_at = now;
    device.save(conn).await?;
    Ok(Proven::SignedIn(Box::new((sign_in, record, device))))
}
