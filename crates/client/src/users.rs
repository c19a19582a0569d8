//! Operations on users.

mod count;
mod credentials;
mod filter;
mod list;

use beadle_types::{
    BanStatus, DeletedObject, User, UserId, VerifiedPassword, code,
    params::{CreateUser, UpdateMetadata, UpdateUser, UserIds, VerifyPassword},
};
use http::Method;

pub use self::{count::CountUsers, list::ListUsers};
use crate::{error::Error, request::Request, resource::resource};

resource!(
    /// Operations on users; from [`crate::Clerk::users`].
    Users
);

impl Users<'_> {
    fn on_user<T>(self, method: Method, id: &UserId, action: &str) -> Request<T> {
        Request::new(self.clerk, method, format!("/v1/users/{id}{action}"))
    }

    /// A list of users, newest first unless told otherwise.
    ///
    /// ```no_run
    /// # async fn example(clerk: beadle_client::Clerk) -> Result<(), beadle_client::Error> {
    /// let banned = clerk.users().list().banned(true).order_by("-last_sign_in_at").limit(50).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(self) -> ListUsers {
        ListUsers::new(self.clerk)
    }

    /// The number of users that match a filter.
    pub fn count(self) -> CountUsers {
        CountUsers::new(self.clerk)
    }

    /// Makes a user.
    ///
    /// ```no_run
    /// # async fn example(clerk: beadle_client::Clerk) -> Result<(), beadle_client::Error> {
    /// use beadle_client::params::CreateUser;
    ///
    /// let user = clerk
    ///     .users()
    ///     .create(&CreateUser {
    ///         email_address: vec!["ada@example.com".into()],
    ///         password: Some("correct horse battery staple".into()),
    ///         ..CreateUser::default()
    ///     })
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn create(self, user: &CreateUser) -> Request<User> {
        Request::new(self.clerk, Method::POST, "/v1/users").body(user)
    }

    /// One user.
    pub fn get(self, id: &UserId) -> Request<User> {
        self.on_user(Method::GET, id, "")
    }

    /// Changes what the update gives and leaves the rest. Metadata has its own two operations.
    ///
    /// ```no_run
    /// # async fn example(clerk: beadle_client::Clerk, id: beadle_client::UserId) -> Result<(), beadle_client::Error> {
    /// use beadle_client::params::{Patch, UpdateUser};
    ///
    /// let update = UpdateUser {
    ///     first_name: Patch::Value("Ada".into()), // set
    ///     username: Patch::Null,                  // clear
    ///     ..UpdateUser::default()                 // leave alone
    /// };
    /// let user = clerk.users().update(&id, &update).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn update(self, id: &UserId, update: &UpdateUser) -> Request<User> {
        self.on_user(Method::PATCH, id, "").body(update)
    }

    /// Deletes a user and ends their sessions.
    pub fn delete(self, id: &UserId) -> Request<DeletedObject> {
        self.on_user(Method::DELETE, id, "")
    }

    /// Merges the given metadata into the stored at every depth; a null removes its key.
    pub fn update_metadata(self, id: &UserId, metadata: &UpdateMetadata) -> Request<User> {
        self.on_user(Method::PATCH, id, "/metadata").body(metadata)
    }

    /// Puts the given metadata in place of the stored; what is not given stays.
    pub fn replace_metadata(self, id: &UserId, metadata: &UpdateMetadata) -> Request<User> {
        self.on_user(Method::PUT, id, "/metadata").body(metadata)
    }

    /// Tells whether this is the user's password. That the user has none is an error.
    pub async fn verify_password(self, id: &UserId, password: &str) -> Result<bool, Error> {
        let body = VerifyPassword { password: password.to_owned() };
        let request: Request<VerifiedPassword> =
            self.on_user(Method::POST, id, "/verify_password").body(&body);
        match request.send().await {
            Ok(answer) => Ok(answer.verified),
            Err(error) if error.has_code(code::INCORRECT_PASSWORD) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Ends every session of the user and refuses further sign-ins. Banning a banned user changes nothing.
    pub fn ban(self, id: &UserId) -> Request<User> {
        self.on_user(Method::POST, id, "/ban").repeatable()
    }

    /// Where the user's ban is in force: Beadle's own, Clerk answers 404.
    pub fn ban_status(self, id: &UserId) -> Request<BanStatus> {
        self.on_user(Method::GET, id, "/ban_status")
    }

    /// Allows sign-ins again. Sessions from before the ban stay revoked.
    pub fn unban(self, id: &UserId) -> Request<User> {
        self.on_user(Method::POST, id, "/unban").repeatable()
    }

    /// Bans 1 to 50 users at once; with Beadle either all of them or, if one does not exist, none.
    pub fn ban_many<'i>(self, ids: impl IntoIterator<Item = &'i UserId>) -> Request<Vec<User>> {
        Request::new(self.clerk, Method::POST, "/v1/users/ban").body(&user_ids(ids)).repeatable()
    }

    /// Lifts the ban of 1 to 50 users at once; with Beadle of all of them or, if one does not exist, of none.
    pub fn unban_many<'i>(self, ids: impl IntoIterator<Item = &'i UserId>) -> Request<Vec<User>> {
        Request::new(self.clerk, Method::POST, "/v1/users/unban").body(&user_ids(ids)).repeatable()
    }

    /// Refuses sign-ins as after too many wrong answers; sessions live on.
    pub fn lock(self, id: &UserId) -> Request<User> {
        self.on_user(Method::POST, id, "/lock").repeatable()
    }

    /// Ends a lock before its time.
    pub fn unlock(self, id: &UserId) -> Request<User> {
        self.on_user(Method::POST, id, "/unlock").repeatable()
    }
}

fn user_ids<'i>(ids: impl IntoIterator<Item = &'i UserId>) -> UserIds {
    UserIds { user_ids: ids.into_iter().map(ToString::to_string).collect() }
}
