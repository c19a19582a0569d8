//! Answers: the resource, the client beside it, the cookies that go with it.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use beadle_store::{clients::ClientRow, sessions::SessionRecord};
use beadle_types::{Client, Envelope, SessionId, Timestamp, Token};
use secrecy::ExposeSecret as _;
use serde::Serialize;

use crate::{
    actions::{authenticate_session::Found, sign_in::open::NewSession},
    app::App,
    cookies::Jar,
    error::{ApiError, ApiResult},
    extract::Caller,
    present::{self, client::Tokens},
};

/// Collects what an answer needs besides its resource.
pub(crate) struct Answer<'a> {
    app: &'a App,
    now: Timestamp,
    jar: Jar<'a>,
    origin: Option<String>,
}

impl<'a> Answer<'a> {
    pub(crate) fn new(app: &'a App, caller: &Caller) -> Self {
        let mut jar = Jar::of(&app.instance, caller);
        if let Some(secret) = &caller.rotated {
            jar.client(secret.expose_secret());
        }
        Self { app, now: app.now(), jar, origin: caller.origin.clone() }
    }

    /// Hands a new client its secret.
    pub(crate) fn new_client(mut self, token: Option<&str>) -> Self {
        if let Some(token) = token {
            self.jar.client(token);
        }
        self
    }

    /// The cookies of a session that was just opened.
    pub(crate) fn signed_in(mut self, new: &NewSession, record: &SessionRecord) -> Self {
        let seconds = record.session.expire_at.saturating_since(self.now).as_secs();
        self.jar.refresh(&new.refresh_token, seconds);
        if let Some(token) = &new.client_token {
            self.jar.client(token);
        }
        let now = self.now.as_secs();
        self.state_changed(now)
    }

    /// The cookies of a client without sessions.
    pub(crate) fn signed_out(mut self) -> Self {
        self.jar.clear_refresh();
        self.state_changed(0)
    }

    /// Tells pages again that somebody is signed in.
    pub(crate) fn signed_in_since(self, since: Timestamp) -> Self {
        let seconds = since.min(self.now).as_secs();
        self.state_changed(seconds)
    }

    /// Forgets the client itself.
    pub(crate) fn without_client(mut self) -> Self {
        self.jar.clear_client();
        self
    }

    /// With test keys the browser library keeps this cookie itself.
    fn state_changed(mut self, seconds: i64) -> Self {
        if !self.app.instance.is_development() {
            self.jar.client_uat(seconds);
        }
        self
    }

    /// The client as it is now.
    pub(crate) async fn client(
        &self,
        row: &ClientRow,
        fresh: Option<(&SessionId, &Token)>,
    ) -> ApiResult<Client> {
        let mut reader = self.app.store.reader().await?;
        let tokens = Tokens { fresh, origin: self.origin.as_deref() };
        present::client::client(&mut reader, self.app, row, tokens, self.now).await
    }

    /// The resource in its envelope.
    pub(crate) fn send<T: Serialize>(self, response: T, client: Option<Client>) -> Response {
        let mut answer = Json(Envelope { response, client }).into_response();
        self.jar.write(answer.headers_mut());
        answer
    }

    /// The cookies of a session for a page where no browser library runs that would set them.
    pub(crate) fn on_own_page(mut self, token: Option<&Token>) -> Self {
        match token {
            Some(token) => self.jar.session(&token.jwt),
            None => self.jar.clear_session(),
        }
        if self.app.instance.is_development() {
            self.jar.client_uat(token.map_or(0, |_| self.now.as_secs()));
        }
        self
    }

    /// Another answer with the cookies collected so far.
    pub(crate) fn onto(self, mut response: Response) -> Response {
        self.jar.write(response.headers_mut());
        response
    }

    /// A refusal that still hands out the cookies collected so far.
    pub(crate) fn refuse(self, error: ApiError) -> ApiError {
        error.with_headers(self.jar.into_headers())
    }

    /// A refusal that carries the client, so that the browser adopts what is left of its state.
    pub(crate) async fn refuse_with_client(self, error: ApiError, row: Option<&ClientRow>) -> ApiError {
        let Some(row) = row else { return error.with_meta("client", serde_json::Value::Null) };
        let client = match self.client(row, None).await {
            Ok(client) => client,
            Err(failed) => return failed,
        };
        let answer = if client.sessions.is_empty() { self.signed_out() } else { self };
        answer.refuse(error.with_meta("client", serde_json::to_value(client).unwrap_or_default()))
    }
}

/// What the holder of a session is told when it cannot be used.
pub(crate) fn dead(found: &Found, id: &SessionId) -> ApiError {
    found.refusal(id).into()
}
