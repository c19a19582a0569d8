//! The handshake: an application's server that cannot tell whom a request comes from sends the browser here, and it
//! comes back with cookies for the server's own host.
//!
//! The cookies travel as a signed token, or stay here under a nonce until the server fetches them. A nonce is bound
//! to one session, so to its generation, and what it yields is decided when it is fetched.

use std::time::Duration;

use beadle_domain::{Error, secret::token_hash, session::LiveSession};
use beadle_store::{
    Conn, UnitOfWork,
    clients::ClientRow,
    handshakes::{self, HandshakeRow},
    sessions,
};
use beadle_types::Timestamp;
use secrecy::ExposeSecret;
use url::Url;

use super::{
    authenticate_session::{self, Found},
    client::{Device, SaveClient},
};
use crate::{
    app::App,
    cookies::{self, HANDSHAKE, HANDSHAKE_NONCE, Jar},
    error::{ApiError, ApiResult},
    extract::{Caller, Channel, origin},
};

/// Where the browser goes, and what it takes along.
pub(crate) struct Answer {
    pub(crate) location: Url,
    /// Headers of the redirect.
    pub(crate) headers: Vec<(axum::http::HeaderName, String)>,
}

/// Who is signed in, as the server is told.
struct Signed {
    session: LiveSession,
    /// When the state changed last. Never later than a token that is made now: the server would take that one for
    /// outdated.
    since: Timestamp,
}

/// The page to go back to, with the state of the caller's client.
pub(crate) async fn shake(app: &App, caller: &Caller, page: Url, wants_nonce: bool) -> ApiResult<Answer> {
    let now = app.now();
    let signed = match &caller.client {
        Some(client) => {
            let mut reader = app.store.reader().await?;
            of_client(&mut reader, client, now).await?
        }
        None => None,
    };
    if app.instance.is_development() {
        let browser = dev_browser(app, caller).await?;
        let directives = directives(app, &page, signed.as_ref(), Some(&browser), now);
        let mut location = page;
        location.query_pairs_mut().append_pair(HANDSHAKE, &app.instance.sign_handshake(&directives));
        return Ok(Answer { location, headers: Vec::new() });
    }
    let mut jar = jar(app, &page);
    match &signed {
        Some(signed) if wants_nonce => {
            jar.handshake(HANDSHAKE_NONCE, &keep(app, signed, &page, now).await?);
        }
        _ => {
            let directives = directives(app, &page, signed.as_ref(), None, now);
            jar.handshake(HANDSHAKE, &app.instance.sign_handshake(&directives));
        }
    }
    Ok(Answer { location: page, headers: jar.into_headers() })
}

/// The cookies behind a nonce, for the application's server. A session that has died since leaves those of somebody
/// who is signed out.
///
/// # Errors
/// 404 for a nonce that was used, has expired or never was.
pub(crate) async fn fetch(app: &App, nonce: &str) -> ApiResult<Vec<String>> {
    let now = app.now();
    let taken = app.store.write(Take { nonce_hash: token_hash(nonce), now }).await?;
    let (row, signed) = taken.ok_or_else(Error::nothing_found)?;
    let page = Url::parse(&row.origin).map_err(ApiError::internal)?;
    Ok(directives(app, &page, signed.as_ref(), None, now))
}

/// The session that its client used last, if one of them is live.
async fn of_client(conn: &mut Conn, client: &ClientRow, now: Timestamp) -> ApiResult<Option<Signed>> {
    let records = sessions::of_client(conn, &client.id, now).await?;
    let mut live: Vec<_> = records
        .into_iter()
        .filter_map(|record| LiveSession::admit(record.session, record.standing.as_ref(), now).ok())
        .collect();
    let Some(since) = live.iter().map(|live| live.session().created_at).max() else { return Ok(None) };
    let is_last = |live: &LiveSession| client.last_active_session_id.as_ref() == Some(&live.session().id);
    let chosen = live.iter().position(is_last).unwrap_or(live.len() - 1);
    Ok(Some(Signed { session: live.swap_remove(chosen), since: since.min(now) }))
}

/// The `Set-Cookie` values that the server passes on to the browser, in its own name.
fn directives(
    app: &App,
    page: &Url,
    signed: Option<&Signed>,
    dev_browser: Option<&str>,
    now: Timestamp,
) -> Vec<String> {
    let mut jar = jar(app, page);
    if let Some(signed) = signed {
        let page = origin::origin_of(page);
        let token = app.instance.mint(&signed.session, Some(&page), None, now, &*app.rng);
        jar.client_uat(signed.since.as_secs());
        jar.session(&token.jwt);
        let session = signed.session.session();
        let refresh_token = app.instance.keys.refresh_token(&session.id);
        // Not where the session has none, or one of an earlier secret key.
        if session.refresh_token_hash.as_deref() == Some(&*token_hash(&refresh_token)) {
            jar.refresh(&refresh_token, session.expire_at.saturating_since(now).as_secs());
        }
    } else {
        jar.client_uat(0);
        jar.clear_session();
        jar.clear_refresh();
    }
    match dev_browser {
        Some(browser) => jar.dev_browser(browser),
        // In development the answer comes in the address, and the server takes it out there.
        None => jar.clear_handshake(),
    }
    jar.into_values()
}

fn jar<'a>(app: &'a App, page: &Url) -> Jar<'a> {
    Jar::new(&app.instance, page.host_str().unwrap_or_default(), page.scheme() == "https")
}

/// The token of the caller's development browser, or of a new one. Where browsers have a cookie, the server insists
/// on such a token all the same, and takes any.
async fn dev_browser(app: &App, caller: &Caller) -> ApiResult<String> {
    if let Some(token) = &caller.dev_browser {
        return Ok(token.expose_secret().to_owned());
    }
    if !app.instance.has_dev_browsers() {
        return Ok(app.rng.token(Channel::DevBrowser.prefix(), 32));
    }
    let (device, token) = Device::fresh(app, Channel::DevBrowser);
    app.store.write(SaveClient(device)).await?;
    Ok(token)
}

/// Keeps the answer under a nonce, which is handed back.
async fn keep(app: &App, signed: &Signed, page: &Url, now: Timestamp) -> ApiResult<String> {
    let nonce = app.rng.token("", 32);
    let row = HandshakeRow {
        nonce_hash: token_hash(&nonce),
        session_id: signed.session.session().id.clone(),
        origin: origin::origin_of(page),
        expire_at: now.plus(Duration::from_secs(cookies::HANDSHAKE_SECONDS)),
    };
    app.store.write(Keep(row)).await?;
    Ok(nonce)
}

struct Keep(HandshakeRow);

impl UnitOfWork for Keep {
    type Output = ();
    type Error = beadle_store::Error;

    async fn run(&self, conn: &mut Conn) -> Result<(), Self::Error> {
        handshakes::insert(conn, &self.0).await
    }
}

struct Take {
    nonce_hash: String,
    now: Timestamp,
}

impl UnitOfWork for Take {
    type Output = Option<(HandshakeRow, Option<Signed>)>;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Self::Output> {
        let row = handshakes::take(conn, &self.nonce_hash).await?.filter(|row| row.expire_at > self.now);
        let Some(row) = row else { return Ok(None) };
        let found = authenticate_session::find(conn, &row.session_id, self.now).await?;
        let signed = match found {
            Found::Live(session) => {
                let since = session.session().created_at.min(self.now);
                Some(Signed { session: *session, since })
            }
            Found::Dead(_) | Found::Unknown => None,
        };
        Ok(Some((row, signed)))
    }
}
