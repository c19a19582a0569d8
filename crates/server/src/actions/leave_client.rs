//! Leaving a client: all its sessions end, and perhaps nobody finds it again.

use beadle_domain::secret::token_hash;
use beadle_store::{Conn, UnitOfWork, clients, sessions};
use beadle_types::{ClientId, SessionStatus, Timestamp};

use super::end_session;
use crate::{app::App, error::ApiResult};

/// Ends every live session of the client.
pub(crate) async fn sign_out(app: &App, id: &ClientId) -> ApiResult<()> {
    loop {
        let open = sessions::of_client(&mut *app.store.reader().await?, id, app.now()).await?;
        let ids: Vec<_> = open.into_iter().map(|record| record.session.id).collect();
        let is_last = i64::try_from(ids.len()).is_ok_and(|count| count < sessions::PER_CLIENT);
        end_session::end_all(app, ids, SessionStatus::Removed).await?;
        if is_last {
            return Ok(());
        }
    }
}

/// Makes the client's secret worthless: whoever has a copy finds nothing.
pub(crate) async fn retire(app: &App, id: ClientId) -> ApiResult<()> {
    let work = Retire { id, token_hash: token_hash(&app.rng.token("", 32)), now: app.now() };
    Ok(app.store.write(work).await?)
}

struct Retire {
    id: ClientId,
    /// Of a secret that nobody has seen.
    token_hash: String,
    now: Timestamp,
}

impl UnitOfWork for Retire {
    type Output = ();
    type Error = beadle_store::Error;

    async fn run(&self, conn: &mut Conn) -> Result<(), Self::Error> {
        clients::retire(conn, &self.id, &self.token_hash, self.now).await
    }
}
