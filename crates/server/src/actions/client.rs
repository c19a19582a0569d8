//! Clients: found by their cookie, or made with the first attempt to sign in or up.

use beadle_domain::{Error, secret::token_hash, session::LiveSession};
use beadle_store::{
    Conn, UnitOfWork,
    clients::{self, ClientRow},
    sessions::{self, SessionRecord},
};
use beadle_types::ClientId;

use crate::{
    app::App,
    error::{ApiError, ApiResult},
    extract::{Caller, Channel},
};

/// The client to work on. A new one is stored together with what it is needed for.
#[derive(Debug, Clone)]
pub(crate) struct Device {
    pub(crate) row: ClientRow,
    is_new: bool,
}

impl Device {
    /// The caller's client, or a new one with the secret that its cookie must carry.
    pub(crate) fn of(app: &App, caller: &Caller) -> (Self, Option<String>) {
        if let Some(row) = &caller.client {
            return (Self { row: row.clone(), is_new: false }, None);
        }
        let (device, token) = Self::fresh(app, caller.channel);
        (device, Some(token))
    }

    /// A new client with its secret.
    pub(crate) fn fresh(app: &App, channel: Channel) -> (Self, String) {
        let token = app.rng.token(channel.prefix(), 32);
        let row = ClientRow::new(app.new_id(ClientId::from_parts), token_hash(&token), app.now());
        (Self { row, is_new: true }, token)
    }

    /// The caller's client.
    ///
    /// # Errors
    /// 401 `signed_out` without one.
    pub(crate) fn known(caller: &Caller) -> Result<Self, Error> {
        let row = caller.client.clone().ok_or_else(Error::signed_out)?;
        Ok(Self { row, is_new: false })
    }

    /// A client that was found otherwise than by its cookie.
    pub(crate) fn existing(row: ClientRow) -> Self {
        Self { row, is_new: false }
    }

    /// The client is in the database from here on.
    pub(crate) fn stored(&mut self) {
        self.is_new = false;
    }

    /// Writes the client.
    pub(crate) async fn save(&self, conn: &mut Conn) -> ApiResult<()> {
        if self.is_new {
            clients::insert(conn, &self.row).await?;
        } else {
            clients::update(conn, &self.row).await?;
        }
        Ok(())
    }
}

/// Lets nobody sign in or up beside a live session, where the operator wants one per browser.
///
/// # Errors
/// 400 `session_exists`.
pub(crate) async fn refuse_second_session(app: &App, caller: &Caller) -> ApiResult<()> {
    let Some(row) = caller.client.as_ref().filter(|_| app.instance.settings().single_session_mode) else {
        return Ok(());
    };
    let now = app.now();
    let open = sessions::of_client(&mut *app.store.reader().await?, &row.id, now).await?;
    let is_live =
        |record: SessionRecord| LiveSession::admit(record.session, record.standing.as_ref(), now).is_ok();
    if open.into_iter().any(is_live) { Err(Error::session_exists().into()) } else { Ok(()) }
}

/// Writes a client by itself.
pub(crate) struct SaveClient(pub(crate) Device);

impl UnitOfWork for SaveClient {
    type Output = ();
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<()> {
        self.0.save(conn).await
    }
}
