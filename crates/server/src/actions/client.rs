//! Clients: found by their cookie, or made with the first attempt to sign in or up.

use beadle_domain::{Error, secret::token_hash};
use beadle_store::{
    Conn,
    clients::{self, ClientRow},
};
use beadle_types::ClientId;

use crate::{app::App, error::ApiResult, extract::Caller};

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
        let token = app.rng.token("", 32);
        let row = ClientRow::new(app.new_id(ClientId::from_parts), token_hash(&token), app.now());
        (Self { row, is_new: true }, Some(token))
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
