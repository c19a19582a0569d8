//! Proving again, inside a session, who one is. Only a live session gets here, and what is proven is written to that
//! session alone: no credential comes of it.

mod attempt;
mod prepare;

use beadle_domain::{
    Error,
    reverification::{Level, Reverification},
    session::LiveSession,
};
use beadle_store::{
    Conn, UnitOfWork,
    sessions::{self, SessionRecord},
    users::{self, UserRecord},
};
use beadle_types::{ClientId, SessionId, Timestamp};

pub(crate) use attempt::{attempt_first, attempt_second};
pub(crate) use prepare::prepare;

use super::authenticate_session::{self, Found};
use crate::{
    app::App,
    error::{ApiError, ApiResult},
};

/// A session and how far its reverification has come.
pub(crate) struct Reverified {
    pub(crate) reverification: Reverification,
    pub(crate) record: SessionRecord,
    pub(crate) user: UserRecord,
}

/// How a step ended.
pub(crate) enum Step {
    /// It was taken.
    Taken(Box<Reverified>),
    /// A wrong proof, which was counted.
    Refused(Error),
    /// The session is not to be used.
    Dead(Found),
}

/// Begins a reverification; one that was under way is forgotten.
pub(crate) async fn begin(app: &App, client: ClientId, id: SessionId, level: Level) -> ApiResult<Step> {
    app.store.write(Begin { client, id, level, now: app.now() }).await
}

struct Begin {
    client: ClientId,
    id: SessionId,
    level: Level,
    now: Timestamp,
}

impl UnitOfWork for Begin {
    type Output = Step;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Step> {
        let (live, user) = match admit(conn, &self.client, &self.id, self.now).await? {
            Ok(found) => found,
            Err(found) => return Ok(Step::Dead(found)),
        };
        let reverification = Reverification::begin(self.level, user.has_second_factor());
        sessions::set_reverification(conn, live.session(), &reverification, self.now).await?;
        taken(conn, &self.id, reverification, user).await
    }
}

/// How far the one under way has come.
///
/// # Errors
/// 400 if there is none.
pub(crate) async fn current(app: &App, client: ClientId, id: SessionId) -> ApiResult<Step> {
    app.store.write(Current { client, id, now: app.now() }).await
}

/// A unit of work because reading it locks it.
struct Current {
    client: ClientId,
    id: SessionId,
    now: Timestamp,
}

impl UnitOfWork for Current {
    type Output = Step;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Step> {
        let (_, user) = match admit(conn, &self.client, &self.id, self.now).await? {
            Ok(found) => found,
            Err(found) => return Ok(Step::Dead(found)),
        };
        let under_way = sessions::reverification(conn, &self.id).await?;
        taken(conn, &self.id, under_way.ok_or_else(Error::reverification_missing)?, user).await
    }
}

/// The session, if it is live and the client's, with its user.
async fn admit(
    conn: &mut Conn,
    client: &ClientId,
    id: &SessionId,
    now: Timestamp,
) -> ApiResult<Result<(LiveSession, UserRecord), Found>> {
    match authenticate_session::find_of_client(conn, id, client, now).await? {
        Found::Live(live) => {
            let user = users::load(conn, &live.session().user_id).await?;
            Ok(Ok((*live, user.ok_or_else(Error::authentication_invalid)?)))
        }
        found => Ok(Err(found)),
    }
}

/// The session as it is after a step.
async fn taken(
    conn: &mut Conn,
    id: &SessionId,
    reverification: Reverification,
    user: UserRecord,
) -> ApiResult<Step> {
    let record = sessions::find(conn, id).await?.ok_or_else(Error::authentication_invalid)?;
    Ok(Step::Taken(Box::new(Reverified { reverification, record, user })))
}
