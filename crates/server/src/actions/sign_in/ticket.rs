//! Signing in with a ticket that the Backend API handed out: a sign-in token, an actor token, an invitation.

use beadle_domain::{Error, metadata, secret::token_hash, sign_in::SignIn, strategy::Strategy};
use beadle_store::{
    Conn, UnitOfWork,
    actor_tokens::{self, ActorTokenRow},
    invitations::{self, InvitationRow},
    sign_in_tokens::{self, SignInTokenRow},
    users,
};
use beadle_types::{SignInId, SignInStatus, SignInTokenStatus, UserId};

use super::open::{self, NewSession, Proven};
use crate::{
    actions::{actor_token, client::Device, events::Events, invitation, sign_in_token, waitlist},
    app::App,
    error::{ApiError, ApiResult},
    extract::Caller,
};

/// Uses the ticket. It is the proof: whose user is banned is told so.
///
/// # Errors
/// 400 for a ticket that is none, or was used, revoked, or came too late, or invites somebody without an account.
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
        events: Events::new(app, 3),
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
        if let Some(token) = actor_tokens::find_by_hash(conn, &self.token_hash).await? {
            return self.act(conn, token).await;
        }
        let invitation = invitations::find_by_hash(conn, &self.token_hash).await?;
        self.join(conn, invitation.ok_or_else(Error::ticket_invalid)?).await
    }
}

impl SignInWithTicket {
    /// Lets the user in.
    async fn enter(&self, conn: &mut Conn, token: SignInTokenRow) -> ApiResult<Proven> {
        let now = self.events.now();
        sign_in_token::check(&token, now)?;
        users::standing(conn, &token.user_id).await?.ok_or_else(Error::ticket_invalid)?;
        let mut sign_in = SignIn::begin(self.id.clone(), self.device.row.id.clone(), now);
        sign_in.identify_by(&token.user_id, token.generation);
        let device = self.stored_device(conn, None).await?;
        let ticket = Strategy::Ticket;
        let proven =
            open::first_factor_proven(conn, sign_in, ticket, &device, &self.new, &self.events).await?;
        // Whoever is refused, because the account is locked, can use it later.
        if !matches!(proven, Proven::Refused(_))
            && !sign_in_tokens::settle(conn, &token.id, SignInTokenStatus::Accepted, now).await?
        {
            // Somebody else used it between the two statements.
            return Err(Error::sign_in_token_used().into());
        }
        Ok(proven)
    }

    /// Lets in whom an invitation has reached who has an account: the ticket proves the address and no more, so a
    /// second factor is still asked for. It is the address's, not the user's, and outlives a ban; who is banned or
    /// locked now is refused.
    async fn join(&self, conn: &mut Conn, invitation: InvitationRow) -> ApiResult<Proven> {
        let now = self.events.now();
        invitation::check(&invitation, now)?;
        let holder = invitation::holder(conn, &invitation).await?;
        let user_id = holder.ok_or_else(Error::invitation_account_not_exists)?.user_id;
        let standing = users::standing(conn, &user_id).await?.ok_or_else(Error::ticket_invalid)?;
        let mut sign_in = SignIn::begin(self.id.clone(), self.device.row.id.clone(), now);
        sign_in.identify(&invitation.email_address, &standing);
        let device = self.stored_device(conn, Some(&sign_in.id)).await?;
        let proven = open::address_proven(conn, sign_in, &device, &self.new, &self.events).await?;
        if !matches!(proven, Proven::Refused(_)) {
            invitation::accept(conn, &invitation.id, now).await?;
            self.bring(conn, &user_id, &invitation).await?;
        }
        Ok(proven)
    }

    /// Gives the user what somebody who signs up with the invitation starts with.
    async fn bring(&self, conn: &mut Conn, user_id: &UserId, invitation: &InvitationRow) -> ApiResult<()> {
        waitlist::complete(conn, &invitation.email_address, &self.events, 2).await?;
        if invitation.public_metadata.is_empty() {
            return Ok(());
        }
        let record = users::load(conn, user_id).await?;
        let mut record = record.ok_or(beadle_store::Error::NotFound)?;
        let before = std::mem::take(&mut record.user.public_metadata);
        let brought = invitation.public_metadata.clone();
        record.user.public_metadata = metadata::merge("public_metadata", before, brought)?;
        record.user.updated_at = self.events.now();
        users::update(conn, &record).await?;
        Ok(self.events.user(conn, 1, "user.updated", &record).await?)
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
        let device = self.stored_device(conn, None).await?;
        // Whoever acts has not the user's second factor, and a lock keeps out who guesses, not the operator.
        sign_in.first_factor_proven(Strategy::Ticket, SignInStatus::Complete, now);
        let new = self.new.clone().for_actor(token.actor, acting_user, token.session_lifetime);
        open::open(conn, sign_in, &device, &new, &self.events).await
    }

    /// The device, with the attempt on it that may go on.
    async fn stored_device(&self, conn: &mut Conn, goes_on: Option<&SignInId>) -> ApiResult<Device> {
        let mut device = self.device.clone();
        if let Some(id) = goes_on {
            device.row.sign_in_id = Some(id.clone());
        }
        device.row.updated_at = self.events.now();
        device.save(conn).await?;
        device.stored();
        Ok(device)
    }
}
