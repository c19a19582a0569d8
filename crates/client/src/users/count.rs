//! `GET /v1/users/count`.

use std::{
    future::{Future, IntoFuture},
    pin::Pin,
};

use beadle_types::{TotalCount, params::UserFilter};
use http::Method;

use super::filter::filter_methods;
use crate::{clerk::Clerk, error::Error, request::Request};

/// A count of users; from [`super::Users::count`]. Several conditions must all hold.
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is sent or awaited"]
pub struct CountUsers {
    clerk: Clerk,
    filter: UserFilter,
}

impl CountUsers {
    pub(super) fn new(clerk: &Clerk) -> Self {
        Self { clerk: clerk.clone(), filter: UserFilter::default() }
    }

    filter_methods!();

    /// Asks for the count.
    pub async fn send(self) -> Result<i64, Error> {
        let request: Request<TotalCount> =
            Request::new(&self.clerk, Method::GET, "/v1/users/count").query(&self.filter);
        Ok(request.send().await?.total_count)
    }
}

impl IntoFuture for CountUsers {
    type Output = Result<i64, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
