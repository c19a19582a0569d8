//! Operations on redirect URLs and domains, and the token for tests.

use beadle_types::{
    DeletedObject, Domain, DomainId, Page, RedirectUrl, RedirectUrlId,
    params::{AddDomain, CreateRedirectUrl, ListPage, UpdateDomain},
};
use http::Method;

use crate::{request::Request, resource::resource};

resource!(
    /// Operations on redirect URLs; from [`crate::Clerk::redirect_urls`].
    RedirectUrls
);

impl RedirectUrls<'_> {
    /// A page of addresses, newest first.
    pub fn list(self, query: &ListPage) -> Request<Page<RedirectUrl>> {
        let query = ListPage { paginated: Some(true), ..query.clone() };
        Request::new(self.clerk, Method::GET, "/v1/redirect_urls").query(&query)
    }

    /// Lists an address that browsers and apps may be sent to.
    pub fn create(self, url: &str) -> Request<RedirectUrl> {
        let body = CreateRedirectUrl { url: url.to_owned() };
        Request::new(self.clerk, Method::POST, "/v1/redirect_urls").body(&body)
    }

    /// One of them.
    pub fn get(self, id: &RedirectUrlId) -> Request<RedirectUrl> {
        Request::new(self.clerk, Method::GET, format!("/v1/redirect_urls/{id}"))
    }

    /// Strikes one off.
    pub fn delete(self, id: &RedirectUrlId) -> Request<DeletedObject> {
        Request::new(self.clerk, Method::DELETE, format!("/v1/redirect_urls/{id}"))
    }
}

resource!(
    /// Operations on domains; from [`crate::Clerk::domains`].
    Domains
);

impl Domains<'_> {
    /// All domains, the primary one first.
    pub fn list(self) -> Request<Page<Domain>> {
        Request::new(self.clerk, Method::GET, "/v1/domains")
    }

    /// Adds a satellite.
    pub fn create(self, params: &AddDomain) -> Request<Domain> {
        Request::new(self.clerk, Method::POST, "/v1/domains").body(params)
    }

    /// Changes a domain.
    pub fn update(self, id: &DomainId, params: &UpdateDomain) -> Request<Domain> {
        Request::new(self.clerk, Method::PATCH, format!("/v1/domains/{id}")).body(params)
    }

    /// Takes a satellite away.
    pub fn delete(self, id: &DomainId) -> Request<DeletedObject> {
        Request::new(self.clerk, Method::DELETE, format!("/v1/domains/{id}"))
    }
}
