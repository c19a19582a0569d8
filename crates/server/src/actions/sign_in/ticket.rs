//! Signing in with a ticket that the Backend API handed out.

use beadle_domain::{Error, secret::token_hash, sign_in::SignIn, strategy::Strategy};
use beadle_store::{
    Conn, UnitOfWork,
    actor_tokens::{self, ActorTokenRow},
    sign_in_tokens::{self, SignInTokenRow},
    users,
};
use beadle_types::{SignInId, SignInStatus, SignInTokenStatus};

use super::open::{self, NewSession, Proven};
use crate::{
    actions::{actor_token, client::Device, events::Events, sign_in_token},
    app::App,
    error::{ApiError, ApiResult},
    extract::Caller,
};

/// Uses the ticket. It is the proof: whose user is banned is told so.
///
/// # Errors
/// 400 for a ticket that is none, or was used, revoked, or came too late.
pub(crate) async fn sign_in(
    app: &App,
    caller: &Caller,
    device: &Device,
    ticket: &str,
) -> ApiResult<(Proven, NewSession)> {
    let new = NewSession::draw(app, caller);
    let work = SignInWithTicket {
        id: app.new_id(SignInId::from_parts),
        device: device.clone(),
        token_hash: token_hash(ticket),
        new: new.clone(),
        events: Events::new(app, 1),
    };
    Ok((app.store.write(work).await?, new))
}

struct SignInWithTicket {
    id: SignInId,
    device: Device,
    token_hash: String,
    new: NewSession,
    events: Events,
}

impl UnitOfWork for SignInWithTicket {
    type Output = Proven;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Proven> {
        if let Some(token) = sign_in_tokens::find_by_hash(conn, &self.token_hash).await? {
            return self.enter(conn, token).await;
        }
        let token = actor_tokens::find_by_hash(conn, &self.token_hash).await?;
        self.act(conn, token.ok_or_else(Error::ticket_invalid)?).await
    }
}

impl SignInWithTicket {
    /// Lets the user in.
    async fn enter(&self, conn: &mut Conn, token: SignInTokenRow) -> ApiResult<Proven> {
        let now = self.events.now();
        sign_in_token::check(&token, now)?;
        let standing = users::standing(conn, &token.user_id).await?.ok_or_else(Error::ticket_invalid)?;
        let mut sign_in = SignIn::begin(self.id.clone(), self.device.row.id.clone(), now);
        sign_in.identify_by(&token.user_id, token.generation);
        if sign_in.proven(Some(&standing)).is_ok()
            && !sign_in_tokens::settle(conn, &token.id, SignInTokenStatus::Accepted, now).await?
        {
            // Somebody else used it between the two statements.
            return Err(Error::sign_in_token_used().into());
        }
        let device = self.stored_device(conn).await?;
        open::first_factor_proven(conn, sign_in, Strategy::Ticket, &device, &self.new, &self.events).await
    }

    /// Lets somebody act as the user.
    async fn act(&self, conn: &mut Conn, token: ActorTokenRow) -> ApiResult<Proven> {
        let now = self.events.now();
        actor_token::check(&token, now)?;
        let standing = users::standing(conn, &token.user_id).await?;
        let standing = standing.ok_or_else(Error::actor_token_subject_not_found)?;
        let acting_user = actor_token::locked_acting_user(conn, &token).await?;
        let mut sign_in = SignIn::begin(self.id.clone(), self.device.row.id.clone(), now);
        sign_in.identify_by(&token.user_id, token.generation);
        if sign_in.proven(Some(&standing)).is_ok()
            && !actor_tokens::settle(conn, &token.id, SignInTokenStatus::Accepted, now).await?
        {
            return Err(Error::actor_token_used().into());
        }
        let device = self.stored_device(conn).await?;
        // Whoever acts has not the user's second factor.
        sign_in.first_factor_proven(Strategy::Ticket, SignInStatus::Complete, now);
        let new = self.new.clone().for_actor(token.actor, acting_user, token.session_lifetime);
        open::open(conn, sign_in, &device, &new, &self.events).await
    }

    async fn stored_device(&self, conn: &mut Conn) -> ApiResult<Device> {
        let mut device = self.device.clone();
        device.row.updated_at = self.events.now();
        device.save(conn).await?;
        device.stored();
        Ok(device)
    }
}
