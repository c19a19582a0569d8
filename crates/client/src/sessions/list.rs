//! `GET /v1/sessions`.

use std::{
    future::{Future, IntoFuture},
    pin::Pin,
};

use beadle_types::{ClientId, Page, Session, SessionStatus, UserId, params};
use http::Method;

use crate::{clerk::Clerk, error::Error, request::Request};

/// A list of sessions; from [`super::Sessions::list`]. Several conditions must all hold.
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is sent or awaited"]
pub struct ListSessions {
    clerk: Clerk,
    query: params::ListSessions,
}

impl ListSessions {
    pub(super) fn new(clerk: &Clerk) -> Self {
        Self { clerk: clerk.clone(), query: params::ListSessions::default() }
    }

    /// Only sessions of this user.
    pub fn user_id(mut self, id: &UserId) -> Self {
        self.query.user_id = Some(id.to_string());
        self
    }

    /// Only sessions on this client.
    pub fn client_id(mut self, id: &ClientId) -> Self {
        self.query.client_id = Some(id.to_string());
        self
    }

    /// Only sessions in this state.
    pub fn status(mut self, status: SessionStatus) -> Self {
        self.query.status = Some(status.to_string());
        self
    }

    /// How many sessions at most, 1 to 500; 10 if not set.
    pub fn limit(mut self, limit: u32) -> Self {
        self.query.limit = Some(i64::from(limit));
        self
    }

    /// How many sessions to pass over.
    pub fn offset(mut self, offset: u64) -> Self {
        self.query.offset = Some(i64::try_from(offset).unwrap_or(i64::MAX));
        self
    }

    /// Asks for the list.
    pub async fn send(self) -> Result<Vec<Session>, Error> {
        Request::new(&self.clerk, Method::GET, "/v1/sessions").query(&self.query).send().await
    }

    /// Asks for the list together with the number of sessions on all pages.
    pub async fn page(mut self) -> Result<Page<Session>, Error> {
        self.query.paginated = Some(true);
        Request::new(&self.clerk, Method::GET, "/v1/sessions").query(&self.query).send().await
    }
}

impl IntoFuture for ListSessions {
    type Output = Result<Vec<Session>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
