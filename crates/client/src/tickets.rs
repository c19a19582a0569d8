//! Operations on what lets its holder in: sign-in tokens, actor tokens, invitations.

use beadle_types::{
    ActorToken, ActorTokenId, Invitation, InvitationId, Page, SignInToken, SignInTokenId,
    params::{CreateActorToken, CreateInvitation, CreateSignInToken, ListInvitations},
};
use http::Method;

use crate::{request::Request, resource::resource};

resource!(
    /// Operations on sign-in tokens; from [`crate::Clerk::sign_in_tokens`].
    SignInTokens
);

impl SignInTokens<'_> {
    /// Makes a token that lets its holder in as the user, once.
    pub fn create(self, token: &CreateSignInToken) -> Request<SignInToken> {
        Request::new(self.clerk, Method::POST, "/v1/sign_in_tokens").body(token)
    }

    /// Takes a token back that nobody has used.
    pub fn revoke(self, id: &SignInTokenId) -> Request<SignInToken> {
        Request::new(self.clerk, Method::POST, format!("/v1/sign_in_tokens/{id}/revoke"))
    }
}

resource!(
    /// Operations on actor tokens; from [`crate::Clerk::actor_tokens`].
    ActorTokens
);

impl ActorTokens<'_> {
    /// Makes a token by which somebody acts as a user for a while.
    pub fn create(self, token: &CreateActorToken) -> Request<ActorToken> {
        Request::new(self.clerk, Method::POST, "/v1/actor_tokens").body(token)
    }

    /// Takes a token back that nobody has used.
    pub fn revoke(self, id: &ActorTokenId) -> Request<ActorToken> {
        Request::new(self.clerk, Method::POST, format!("/v1/actor_tokens/{id}/revoke"))
    }
}

resource!(
    /// Operations on invitations to sign up; from [`crate::Clerk::invitations`].
    Invitations
);

impl Invitations<'_> {
    /// A page of invitations, newest first unless told otherwise.
    pub fn list(self, query: &ListInvitations) -> Request<Page<Invitation>> {
        let query = ListInvitations { paginated: Some(true), ..query.clone() };
        Request::new(self.clerk, Method::GET, "/v1/invitations").query(&query)
    }

    /// Invites one address, by mail unless told otherwise.
    pub fn create(self, invitation: &CreateInvitation) -> Request<Invitation> {
        Request::new(self.clerk, Method::POST, "/v1/invitations").body(invitation)
    }

    /// Invites 1 to 10 addresses at once.
    pub fn create_many(self, invitations: &[CreateInvitation]) -> Request<Vec<Invitation>> {
        Request::new(self.clerk, Method::POST, "/v1/invitations/bulk").body(&invitations)
    }

    /// Takes an open invitation back.
    pub fn revoke(self, id: &InvitationId) -> Request<Invitation> {
        Request::new(self.clerk, Method::POST, format!("/v1/invitations/{id}/revoke"))
    }
}
