//! Sign-in tokens, actor tokens and invitations.

use beadle_store::{actor_tokens::ActorTokenRow, invitations::InvitationRow, sign_in_tokens::SignInTokenRow};
use beadle_types::{
    ActorToken, Invitation, InvitationStatus, SignInToken, Timestamp,
    object::{ActorTokenObject, InvitationObject, SignInTokenObject},
};

use crate::instance::Instance;

/// The token; with the ticket where it was just drawn.
pub(crate) fn sign_in_token(row: SignInTokenRow, ticket: Option<String>, instance: &Instance) -> SignInToken {
    SignInToken {
        object: SignInTokenObject,
        id: row.id,
        status: row.status,
        user_id: row.user_id,
        url: ticket.as_deref().map(|ticket| url(ticket, instance)),
        token: ticket,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

/// As [`sign_in_token`].
pub(crate) fn actor_token(row: ActorTokenRow, ticket: Option<String>, instance: &Instance) -> ActorToken {
    ActorToken {
        object: ActorTokenObject,
        id: row.id,
        status: row.status,
        user_id: row.user_id,
        actor: row.actor,
        url: ticket.as_deref().map(|ticket| url(ticket, instance)),
        token: ticket,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

/// The invitation; with the link where the ticket was just drawn.
pub(crate) fn invitation(
    row: InvitationRow,
    ticket: Option<&str>,
    instance: &Instance,
    now: Timestamp,
) -> Invitation {
    let status = row.status_at(now);
    Invitation {
        object: InvitationObject,
        id: row.id,
        email_address: row.email_address,
        public_metadata: row.public_metadata,
        status,
        revoked: Some(status == InvitationStatus::Revoked),
        url: ticket.map(|ticket| url(ticket, instance)),
        expires_at: Some(row.expire_at),
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

/// Where a ticket is answered. Tickets hold nothing that a URL would have to escape.
pub(crate) fn url(ticket: &str, instance: &Instance) -> String {
    format!("{}/v1/tickets/accept?ticket={ticket}", instance.frontend_url)
}
