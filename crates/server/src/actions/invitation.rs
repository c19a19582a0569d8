//! Invitations to sign up: made and taken back on the word of the secret key.

use std::time::Duration;

use beadle_domain::{Error, identifier::EmailAddress, secret::token_hash};
use beadle_store::{
    Conn, UnitOfWork,
    identifications::{self, IdentificationKind},
    invitations::{self, InvitationRow},
    mails::{self, MailRow},
};
use beadle_types::{InvitationId, InvitationStatus, Map, Timestamp};

use super::compose;
use crate::{
    app::App,
    error::{ApiError, ApiResult},
    messages::Message,
    present,
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What is needed to invite somebody.
pub(crate) struct NewInvitation {
    pub(crate) email_address: EmailAddress,
    pub(crate) public_metadata: Map,
    pub(crate) redirect_url: Option<String>,
    pub(crate) days: u32,
    /// Whether a mail goes out.
    pub(crate) notify: bool,
    /// Whether an account or an open invitation with this address is no obstacle.
    pub(crate) ignore_existing: bool,
}

/// Invites somebody. Hands back the ticket, which nobody is told again.
///
/// # Errors
/// 400 where the address is invited already, 422 where it has an account.
pub(crate) async fn create(app: &App, new: NewInvitation) -> ApiResult<(InvitationRow, String)> {
    let now = app.now();
    let ticket = app.rng.token("it_", 32);
    let address = new.email_address.into_string();
    let message = Message::Invitation {
        link: present::ticket::url(&ticket, &app.instance),
        inviter: None,
        expires_in_days: Some(new.days.into()),
    };
    let mail = new.notify.then(|| compose::mail(app, &message, &address, None));
    let queued = mail.is_some();
    let row = InvitationRow {
        id: app.new_id(InvitationId::from_parts),
        email_address: address,
        token_hash: token_hash(&ticket),
        status: InvitationStatus::Pending,
        redirect_url: new.redirect_url,
        public_metadata: new.public_metadata,
        expire_at: now.plus(DAY * new.days),
        created_at: now,
        updated_at: now,
    };
    let row = app.store.write(Create { row, mail, ignore_existing: new.ignore_existing }).await?;
    if queued {
        app.mail.notify_one();
    }
    Ok((row, ticket))
}

struct Create {
    row: InvitationRow,
    mail: Option<MailRow>,
    ignore_existing: bool,
}

impl UnitOfWork for Create {
    type Output = InvitationRow;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<InvitationRow> {
        let (address, now) = (&self.row.email_address, self.row.created_at);
        if !self.ignore_existing {
            if identifications::find(conn, IdentificationKind::EmailAddress, address).await?.is_some() {
                return Err(Error::identifier_exists("email_address").into());
            }
            if invitations::find_open(conn, address, now).await?.is_some() {
                return Err(Error::invitation_exists().into());
            }
        }
        invitations::insert(conn, &self.row).await?;
        if let Some(mail) = &self.mail {
            mails::queue(conn, mail).await?;
        }
        Ok(self.row.clone())
    }
}

/// Whether the invitation can still be answered.
///
/// # Errors
/// 400 for one that was accepted, revoked, or has expired.
pub(crate) fn check(invitation: &InvitationRow, now: Timestamp) -> Result<(), Error> {
    match invitation.status_at(now) {
        InvitationStatus::Pending => Ok(()),
        InvitationStatus::Expired => Err(Error::ticket_expired()),
        InvitationStatus::Accepted => Err(Error::invitation_accepted()),
        InvitationStatus::Revoked => Err(Error::invitation_revoked()),
    }
}

/// Takes an invitation back.
///
/// # Errors
/// 404 without it, 400 once it was accepted or taken back.
pub(crate) async fn revoke(app: &App, id: InvitationId) -> ApiResult<InvitationRow> {
    app.store.write(Revoke { id, now: app.now() }).await
}

struct Revoke {
    id: InvitationId,
    now: Timestamp,
}

impl UnitOfWork for Revoke {
    type Output = InvitationRow;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<InvitationRow> {
        let revoked = invitations::settle(conn, &self.id, InvitationStatus::Revoked, self.now).await?;
        let row = invitations::find(conn, &self.id).await?;
        let row = row.ok_or_else(|| Error::not_found("invitation", &self.id))?;
        match row.status {
            _ if revoked => Ok(row),
            InvitationStatus::Accepted => Err(Error::invitation_accepted().into()),
            _ => Err(Error::invitation_already_revoked().into()),
        }
    }
}
