//! Operations on templates of tokens.

use beadle_types::{
    DeletedObject, JwtTemplate, JwtTemplateId, Page,
    params::{ListPage, WriteJwtTemplate},
};
use http::Method;

use crate::{request::Request, resource::resource};

resource!(
    /// Operations on templates of tokens; from [`crate::Clerk::jwt_templates`].
    JwtTemplates
);

impl JwtTemplates<'_> {
    /// A page of templates, newest first.
    pub fn list(self, query: &ListPage) -> Request<Page<JwtTemplate>> {
        let query = ListPage { paginated: Some(true), ..query.clone() };
        Request::new(self.clerk, Method::GET, "/v1/jwt_templates").query(&query)
    }

    /// Makes one.
    pub fn create(self, params: &WriteJwtTemplate) -> Request<JwtTemplate> {
        Request::new(self.clerk, Method::POST, "/v1/jwt_templates").body(params)
    }

    /// One of them.
    pub fn get(self, id: &JwtTemplateId) -> Request<JwtTemplate> {
        Request::new(self.clerk, Method::GET, format!("/v1/jwt_templates/{id}"))
    }

    /// Changes what is given. Clerk wants the name and the claims each time.
    pub fn update(self, id: &JwtTemplateId, params: &WriteJwtTemplate) -> Request<JwtTemplate> {
        Request::new(self.clerk, Method::PATCH, format!("/v1/jwt_templates/{id}")).body(params)
    }

    /// Takes one away.
    pub fn delete(self, id: &JwtTemplateId) -> Request<DeletedObject> {
        Request::new(self.clerk, Method::DELETE, format!("/v1/jwt_templates/{id}"))
    }
}
