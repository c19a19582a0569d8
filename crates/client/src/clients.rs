//! Operations on clients: browsers and devices.

use beadle_types::{
    ClientId, KnownClient, Page,
    params::{ListPage, VerifyClient},
};
use http::Method;

use crate::{request::Request, resource::resource};

resource!(
    /// Operations on clients; from [`crate::Clerk::clients`].
    Clients
);

impl Clients<'_> {
    /// A page of clients, newest first.
    pub fn list(self, query: &ListPage) -> Request<Page<KnownClient>> {
        let query = ListPage { paginated: Some(true), ..query.clone() };
        Request::new(self.clerk, Method::GET, "/v1/clients").query(&query)
    }

    /// One client.
    pub fn get(self, id: &ClientId) -> Request<KnownClient> {
        Request::new(self.clerk, Method::GET, format!("/v1/clients/{id}"))
    }

    /// The client whose browser has this in its cookie `__client`.
    pub fn verify(self, token: &str) -> Request<KnownClient> {
        let body = VerifyClient { token: token.to_owned() };
        Request::new(self.clerk, Method::POST, "/v1/clients/verify").body(&body)
    }
}
