//! Browsers that come back without the secret of their client: in development it travels in addresses, and apps send
//! out a browser that knows nothing of them.
//!
//! Somebody may have been sent to the provider by an address that another made. So that what they prove there does not
//! end up with whoever made it, the client gets a new secret the moment the browser is back, and only the page that it
//! goes on to learns it.

use beadle_domain::secret::token_hash;
use beadle_store::{
    Conn, UnitOfWork,
    clients::{self, ClientRow},
};
use beadle_types::SessionId;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::{
    app::App,
    cookies,
    error::{ApiError, ApiResult},
    extract::Channel,
};

/// The parameter with which an app shows that the browser has come back to it.
const NONCE: &str = "rotating_token_nonce";

/// A new secret on its way to the page.
#[derive(Clone)]
pub(super) enum Handover {
    /// A development browser's token, whole.
    Token(SecretString),
    /// What an app has to add to the secret that it had.
    Nonce(SecretString),
}

impl Handover {
    /// `None` for browsers that have shown who they are.
    pub(super) fn draw(app: &App, channel: Channel) -> Option<Self> {
        match channel {
            Channel::Cookie => None,
            Channel::DevBrowser => Some(Self::Token(app.rng.token(channel.prefix(), 32).into())),
            Channel::Native => Some(Self::Nonce(app.rng.token("", 32).into())),
        }
    }

    /// Locks the old secret out.
    pub(super) async fn rotate(&self, conn: &mut Conn, client: &ClientRow) -> ApiResult<()> {
        let hash = match self {
            Self::Token(token) => token_hash(token.expose_secret()),
            Self::Nonce(nonce) => with_nonce(&client.token_hash, nonce.expose_secret()),
        };
        Ok(clients::rotate(conn, &client.id, &hash).await?)
    }

    /// The page's address with what it needs to go on.
    pub(super) fn onto(&self, location: &str, opened: Option<&SessionId>) -> String {
        let Ok(mut url) = Url::parse(location) else { return location.to_owned() };
        let mut pairs = url.query_pairs_mut();
        match self {
            Self::Token(token) => {
                pairs.append_pair(cookies::DEV_BROWSER, token.expose_secret());
            }
            Self::Nonce(nonce) => {
                pairs.append_pair(NONCE, nonce.expose_secret());
                if let Some(id) = opened {
                    pairs.append_pair("created_session_id", id.as_str());
                }
            }
        }
        drop(pairs);
        url.into()
    }
}

/// Only both together are the secret.
fn with_nonce(hash: &str, nonce: &str) -> String {
    token_hash(&format!("{hash}:{nonce}"))
}

/// The client of an app to which a browser has come back, with the secret that is its own from now on. `None` for any
/// other secret or nonce.
pub(crate) async fn claim(
    app: &App,
    secret: &str,
    nonce: &str,
) -> ApiResult<Option<(ClientRow, SecretString)>> {
    let fresh = app.rng.token(Channel::Native.prefix(), 32);
    let work = Claim { shown: with_nonce(&token_hash(secret), nonce), fresh: token_hash(&fresh) };
    Ok(app.store.write(work).await?.map(|client| (client, fresh.into())))
}

struct Claim {
    shown: String,
    fresh: String,
}

impl UnitOfWork for Claim {
    type Output = Option<ClientRow>;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Self::Output> {
        let Some(client) = clients::find_by_token(conn, &self.shown).await? else { return Ok(None) };
        clients::rotate(conn, &client.id, &self.fresh).await?;
        Ok(Some(ClientRow { token_hash: self.fresh.clone(), ..client }))
    }
}
