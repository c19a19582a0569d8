//! `GET /v1/users`.

use std::{
    future::{Future, IntoFuture},
    pin::Pin,
};

use beadle_types::{
    User, UserId,
    params::{Paging, UserFilter},
};
use http::Method;

use super::filter::filter_methods;
use crate::{clerk::Clerk, error::Error, request::Request};

/// A list of users; from [`super::Users::list`]. Several conditions must all hold.
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is sent or awaited"]
pub struct ListUsers {
    clerk: Clerk,
    filter: UserFilter,
    paging: Paging,
}

impl ListUsers {
    pub(super) fn new(clerk: &Clerk) -> Self {
        Self { clerk: clerk.clone(), filter: UserFilter::default(), paging: Paging::default() }
    }

    filter_methods!();

    /// How many users at most, 1 to 500; 10 if not set.
    pub fn limit(mut self, limit: u32) -> Self {
        self.paging.limit = Some(i64::from(limit));
        self
    }

    /// How many users to pass over. [`ListUsers::starting_after`] is faster for later pages.
    pub fn offset(mut self, offset: u64) -> Self {
        self.paging.offset = Some(i64::try_from(offset).unwrap_or(i64::MAX));
        self
    }

    /// Begins after this user, the last of the page before. Needs an order by `created_at`, and no offset.
    pub fn starting_after(mut self, id: &UserId) -> Self {
        self.paging.starting_after = Some(id.to_string());
        self
    }

    /// The field to sort by, with `+` (rising, the default) or `-` (falling) in front: `created_at`,
    /// `updated_at`, `email_address`, `web3wallet`, `first_name`, `last_name`, `phone_number`, `username`,
    /// `last_active_at` or `last_sign_in_at`. `-created_at` if not set.
    pub fn order_by(mut self, field: impl Into<String>) -> Self {
        self.paging.order_by = Some(field.into());
        self
    }

    /// Asks for the list.
    pub async fn send(self) -> Result<Vec<User>, Error> {
        Request::new(&self.clerk, Method::GET, "/v1/users")
            .query(&self.filter)
            .query(&self.paging)
            .send()
            .await
    }
}

impl IntoFuture for ListUsers {
    type Output = Result<Vec<User>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
