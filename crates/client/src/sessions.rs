//! Operations on sessions.

mod list;

use std::{
    future::{Future, IntoFuture},
    pin::Pin,
    time::Duration,
};

use beadle_types::{
    RefreshedSession, Session, SessionId, Token, UserId,
    params::{CreateSession, CreateSessionToken, RefreshSession},
};
use http::Method;

pub use self::list::ListSessions;
use crate::{
    error::Error,
    request::{Request, segment},
    resource::resource,
};

resource!(
    /// Operations on sessions; from [`crate::Clerk::sessions`].
    Sessions
);

impl Sessions<'_> {
    fn on_session<T>(self, method: Method, id: &SessionId, action: &str) -> Request<T> {
        Request::new(self.clerk, method, format!("/v1/sessions/{id}{action}"))
    }

    /// A list of sessions, newest first. Give a user or a client.
    ///
    /// ```no_run
    /// # async fn example(clerk: beadle_client::Clerk, id: beadle_client::UserId) -> Result<(), beadle_client::Error> {
    /// use beadle_client::SessionStatus;
    ///
    /// let live = clerk.sessions().list().user_id(&id).status(SessionStatus::Active).await?;
    /// let page = clerk.sessions().list().user_id(&id).limit(50).page().await?;
    /// println!("{} live, {} in all", live.len(), page.total_count);
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(self) -> ListSessions {
        ListSessions::new(self.clerk)
    }

    /// Makes an active session for a user. Meant for tests: Clerk refuses it on production instances.
    pub fn create(self, user_id: &UserId) -> Request<Session> {
        let body = CreateSession { user_id: user_id.to_string(), active_organization_id: None };
        Request::new(self.clerk, Method::POST, "/v1/sessions").body(&body)
    }

    /// One session.
    pub fn get(self, id: &SessionId) -> Request<Session> {
        self.on_session(Method::GET, id, "")
    }

    /// Ends a session; the user must sign in again on that client.
    pub fn revoke(self, id: &SessionId) -> Request<Session> {
        self.on_session(Method::POST, id, "/revoke").repeatable()
    }

    /// Makes a new session token out of an expired one and the value of the `__refresh` cookie.
    pub fn refresh(self, id: &SessionId, refresh: &RefreshSession) -> Request<RefreshedSession> {
        self.on_session(Method::POST, id, "/refresh").body(refresh)
    }

    /// Makes a token from a template of the instance.
    pub fn create_template_token(self, id: &SessionId, template: &str) -> CreateToken {
        CreateToken {
            request: self.on_session(Method::POST, id, &format!("/tokens/{}", segment(template))),
            body: CreateSessionToken::default(),
        }
    }

    /// Makes a session token.
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # async fn example(clerk: beadle_client::Clerk, id: beadle_client::SessionId) -> Result<(), beadle_client::Error> {
    /// let token = clerk.sessions().create_token(&id).expires_in(Duration::from_secs(300)).await?;
    /// println!("{}", token.jwt);
    /// # Ok(())
    /// # }
    /// ```
    pub fn create_token(self, id: &SessionId) -> CreateToken {
        CreateToken {
            request: self.on_session(Method::POST, id, "/tokens"),
            body: CreateSessionToken::default(),
        }
    }
}

/// A session token to make; from [`Sessions::create_token`].
#[derive(Debug)]
#[must_use = "a request does nothing until it is sent or awaited"]
pub struct CreateToken {
    request: Request<Token>,
    body: CreateSessionToken,
}

impl CreateToken {
    /// How long the token is to live, in whole seconds and at least 30; the instance's setting if not set. A token
    /// outlives a ban until it expires.
    pub fn expires_in(mut self, lifetime: Duration) -> Self {
        self.body.expires_in_seconds = Some(i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX));
        self
    }

    /// Asks for the token.
    pub async fn send(self) -> Result<Token, Error> {
        self.request.body(&self.body).send().await
    }
}

impl IntoFuture for CreateToken {
    type Output = Result<Token, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
