//! Operations on sign-ups.

use beadle_types::{SignUpId, params::UpdateSignUp};
use http::Method;
use serde_json::Value;

use crate::{request::Request, resource::resource};

resource!(
    /// Operations on sign-ups; from [`crate::Clerk::sign_ups`].
    SignUps
);

impl SignUps<'_> {
    /// One sign-up, finished or not.
    pub fn get(self, id: &SignUpId) -> Request<Value> {
        Request::new(self.clerk, Method::GET, format!("/v1/sign_ups/{id}"))
    }

    /// Gives a sign-up under way the id that its user is to have in the application's own system.
    pub fn update(self, id: &SignUpId, update: &UpdateSignUp) -> Request<Value> {
        Request::new(self.clerk, Method::PATCH, format!("/v1/sign_ups/{id}")).body(update)
    }
}
