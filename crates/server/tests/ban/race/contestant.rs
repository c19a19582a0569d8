//! Whoever races against the ban.

use beadle_testkit::{Backend, Browser, TestResponse, Value, json};

use crate::scene::{CODE, ORIGIN, PASSWORD};

/// What a contestant asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// The last step of a sign-in by e-mail code.
    Code,
    /// The last step of a sign-in by password.
    Password,
    /// `POST /v1/sessions`.
    Session,
    /// The browser's token.
    Tokens,
    Touch,
    /// The Backend API's token.
    BackendTokens,
    Refresh,
    /// Somebody who is to act as the user.
    ActorTicket,
    /// An API key that is shown.
    ApiKey,
    /// An API key that is made.
    NewApiKey,
}

impl Kind {
    pub(super) const ALL: [Self; 10] = [
        Self::Code,
        Self::Password,
        Self::Session,
        Self::Tokens,
        Self::Touch,
        Self::BackendTokens,
        Self::Refresh,
        Self::ActorTicket,
        Self::ApiKey,
        Self::NewApiKey,
    ];
}

impl Kind {
    /// Cheap and repeatable, and so quick that one alone is nearly always before the ban.
    pub(super) fn repeats(self) -> bool {
        matches!(self, Self::Tokens | Self::BackendTokens | Self::Refresh | Self::ApiKey)
    }
}

/// One request, ready to be sent.
pub(super) struct Contestant {
    pub(super) kind: Kind,
    pub(super) browser: Browser,
    pub(super) backend: Backend,
    /// The sign-in, session or user it is about.
    pub(super) subject: String,
    /// What something new is called.
    pub(super) name: String,
    /// For refreshes: what the browser's server would send.
    pub(super) tokens: Value,
}

impl Contestant {
    pub(super) async fn ask(&self) -> TestResponse {
        let Self { browser, backend, subject, .. } = self;
        let attempt = format!("/client/sign_ins/{subject}/attempt_first_factor");
        match self.kind {
            Kind::Code => browser.post(&attempt, &[("strategy", "email_code"), ("code", CODE)]).await,
            Kind::Password => {
                browser.post(&attempt, &[("strategy", "password"), ("password", PASSWORD)]).await
            }
            Kind::Session => backend.post("/v1/sessions").json(&json!({"user_id": subject})).send().await,
            Kind::Tokens => browser.post(&format!("/client/sessions/{subject}/tokens"), &[]).await,
            Kind::Touch => browser.post(&format!("/client/sessions/{subject}/touch"), &[]).await,
            Kind::BackendTokens => backend.post(&format!("/v1/sessions/{subject}/tokens")).send().await,
            Kind::ActorTicket => browser.post("/client/sign_ins", &[("ticket", &**subject)]).await,
            Kind::ApiKey => {
                backend.post("/v1/api_keys/verify").json(&json!({"secret": subject})).send().await
            }
            Kind::NewApiKey => {
                let body = json!({"subject": subject, "name": self.name});
                backend.post("/v1/api_keys").json(&body).send().await
            }
            Kind::Refresh => {
                let path = format!("/v1/sessions/{subject}/refresh");
                backend.post(&path).json(&self.tokens).send().await
            }
        }
    }
}

/// What a refresh is asked with.
pub(super) fn refresh_body(expired_token: &str, refresh_token: &str) -> Value {
    json!({"expired_token": expired_token, "refresh_token": refresh_token, "request_origin": ORIGIN})
}
