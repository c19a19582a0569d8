//! Recording that a session is in use.

use beadle_domain::session::{Lifetimes, LiveSession};
use beadle_store::{Conn, UnitOfWork, sessions, users};
use beadle_types::{SessionActivity, SessionId, Timestamp};

use super::{
    authenticate_session::{self, Found},
    client::Device,
};
use crate::{
    app::App,
    error::{ApiError, ApiResult},
    extract::Caller,
};

/// Touches the session and makes it the client's active one; hands back what was found.
pub(crate) async fn touch(app: &App, caller: &Caller, device: &Device, id: SessionId) -> ApiResult<Found> {
    let work = Touch {
        id,
        device: device.clone(),
        activity: caller.activity(app),
        lifetimes: app.instance.lifetimes(),
        now: app.now(),
    };
    app.store.write(work).await
}

struct Touch {
    id: SessionId,
    device: Device,
    activity: SessionActivity,
    lifetimes: Lifetimes,
    now: Timestamp,
}

impl UnitOfWork for Touch {
    type Output = Found;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Found> {
        let found =
            authenticate_session::find_of_client(conn, &self.id, &self.device.row.id, self.now).await?;
        let Found::Live(mut live) = found else { return Ok(found) };
        self.record(conn, &mut live).await?;
        Ok(Found::Live(live))
    }
}

impl Touch {
    async fn record(&self, conn: &mut Conn, live: &mut LiveSession) -> ApiResult<()> {
        live.touch(self.lifetimes, Some(self.activity.clone()), self.now);
        sessions::touch(conn, live.session()).await?;
        users::set_last_active(conn, &live.session().user_id, self.now).await?;
        let mut device = self.device.clone();
        device.row.last_active_session_id = Some(self.id.clone());
        device.row.updated_at = self.now;
        device.save(conn).await
    }
}
