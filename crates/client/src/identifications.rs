//! Operations on e-mail addresses and phone numbers, which are the same but for the words.

use beadle_types::{
    CodeVerification, DeletedObject, EmailAddress, IdentificationId, PhoneNumber, UserId,
    params::{
        AttemptVerification, CreateEmailAddress, CreatePhoneNumber, ReplaceEmailAddress, ReplacePhoneNumber,
        UpdateEmailAddress, UpdatePhoneNumber,
    },
};
use http::Method;

use crate::{request::Request, resource::resource};

macro_rules! operations {
    ($(#[$doc:meta])* $name:ident: $object:ty, $create:ty, $update:ty, $replace:ty, $path:literal, $one:literal) => {
        resource!(
            $(#[$doc])*
            $name
        );

        impl $name<'_> {
            fn on<T>(self, method: Method, id: &IdentificationId, action: &str) -> Request<T> {
                let all = concat!("/v1/", $path);
                Request::new(self.clerk, method, format!("{all}/{id}{action}"))
            }

            /// Gives a user one.
            pub fn create(self, params: &$create) -> Request<$object> {
                Request::new(self.clerk, Method::POST, concat!("/v1/", $path)).body(params)
            }

            /// One of them.
            pub fn get(self, id: &IdentificationId) -> Request<$object> {
                self.on(Method::GET, id, "")
            }

            /// Changes what it counts as.
            pub fn update(self, id: &IdentificationId, params: &$update) -> Request<$object> {
                self.on(Method::PATCH, id, "").body(params)
            }

            /// Takes it away from its user.
            pub fn delete(self, id: &IdentificationId) -> Request<DeletedObject> {
                self.on(Method::DELETE, id, "")
            }

            /// Puts one in the place of all that the user has.
            pub fn replace_for_user(self, user_id: &UserId, params: &$replace) -> Request<$object> {
                let path = format!("/v1/users/{user_id}/{}", $one);
                Request::new(self.clerk, Method::PUT, path).body(params)
            }

            /// Sends a code there, to find out whether somebody holds it. It opens no session.
            pub fn prepare_verification(self, id: &IdentificationId) -> Request<CodeVerification> {
                self.on(Method::POST, id, "/prepare_verification")
            }

            /// Checks a code. A wrong or late one is no error: see the status.
            pub fn attempt_verification(
                self,
                id: &IdentificationId,
                params: &AttemptVerification,
            ) -> Request<CodeVerification> {
                self.on(Method::POST, id, "/attempt_verification").body(params)
            }
        }
    };
}

operations!(
    /// Operations on e-mail addresses; from [`crate::Clerk::email_addresses`].
    EmailAddresses: EmailAddress, CreateEmailAddress, UpdateEmailAddress, ReplaceEmailAddress,
    "email_addresses", "email_address"
);
operations!(
    /// Operations on phone numbers; from [`crate::Clerk::phone_numbers`].
    PhoneNumbers: PhoneNumber, CreatePhoneNumber, UpdatePhoneNumber, ReplacePhoneNumber,
    "phone_numbers", "phone_number"
);
