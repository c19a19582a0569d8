//! Opening a session on the word of the secret key (meant for tests).

use beadle_domain::{
    Error,
    credential::{self, LiveCredential},
    session::{Lifetimes, Session},
};
use beadle_store::{
    Conn, UnitOfWork,
    clients::{self, ClientRow},
    sessions::{self, SessionRecord},
    users,
};
use beadle_types::{ClientId, SessionId, UserId};

use super::events::Events;
use crate::{
    app::App,
    error::{ApiError, ApiResult},
};

/// Opens a session on a client of its own.
///
/// # Errors
/// 404 without the user, 403 for a banned one.
pub(crate) async fn create(app: &App, user_id: UserId) -> ApiResult<SessionRecord> {
    let work = CreateSession {
        user_id,
        session_id: app.new_id(SessionId::from_parts),
        client_id: app.new_id(ClientId::from_parts),
        // Nobody is handed the client's secret.
        client_token_hash: beadle_domain::secret::token_hash(&app.rng.token("", 32)),
        lifetimes: app.instance.lifetimes(),
        events: Events::new(app, 1),
    };
    app.store.write(work).await
}

struct CreateSession {
    user_id: UserId,
    session_id: SessionId,
    client_id: ClientId,
    client_token_hash: String,
    lifetimes: Lifetimes,
    events: Events,
}

impl UnitOfWork for CreateSession {
    type Output = SessionRecord;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<SessionRecord> {
        let now = self.events.now();
        let standing = users::standing(conn, &self.user_id).await?;
        let standing = standing.ok_or_else(|| Error::not_found("user", &self.user_id))?;
        let credential = credential::admit_new(&standing)?;
        let client = ClientRow {
            last_active_session_id: Some(self.session_id.clone()),
            ..ClientRow::new(self.client_id.clone(), self.client_token_hash.clone(), now)
        };
        clients::insert(conn, &client).await?;
        let session =
            Session::start(self.session_id.clone(), self.client_id.clone(), &credential, self.lifetimes, now);
        open(conn, session, &credential, &self.events, 0).await
    }
}

/// Stores a session that was just started, inside a larger unit of work; `n` is its event's place in it.
///
/// # Errors
/// 403 or 401 where a ban overtook the credential: a session is not stored dead.
pub(crate) async fn open(
    conn: &mut Conn,
    session: Session,
    credential: &LiveCredential,
    events: &Events,
    n: usize,
) -> ApiResult<SessionRecord> {
    users::signed_in(conn, credential.user_id(), events.now()).await?;
    // That locked the user's row. A ban that came before shows now; one that comes later finds the session.
    let standing = users::standing(conn, credential.user_id()).await?;
    credential::admit(standing.as_ref(), session.generation)?;
    sessions::insert(conn, &session).await?;
    let record = SessionRecord { session, standing };
    events.session(conn, n, "session.created", &record).await?;
    Ok(record)
}
