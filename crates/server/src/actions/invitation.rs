//! Invitations to sign up: made and taken back on the word of the secret key.

use std::{sync::Arc, time::Duration};

use beadle_domain::{Error, identifier::EmailAddress, secret::token_hash};
use beadle_store::{
    Conn, UnitOfWork,
    identifications::{self, IdentificationKind, IdentificationRow},
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
    /// Whether the mail is for somebody who waited.
    pub(crate) from_waitlist: bool,
}

/// The rows of an invitation, made before their transaction.
pub(crate) struct Prepared {
    pub(crate) row: InvitationRow,
    /// Nobody is told again.
    pub(crate) ticket: String,
    mail: Option<MailRow>,
    ignore_existing: bool,
}

impl Prepared {
    pub(crate) fn new(app: &App, new: NewInvitation) -> Self {
        let now = app.now();
        let ticket = app.rng.token("it_", 32);
        let address = new.email_address.into_string();
        let link = present::ticket::url(&ticket, &app.instance);
        let expires_in_days = Some(new.days.into());
        let message = if new.from_waitlist {
            Message::WaitlistInvitation { link, expires_in_days }
        } else {
            Message::Invitation { link, inviter: None, expires_in_days }
        };
        let mail = new.notify.then(|| compose::mail(app, &message, &address, None));
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
        Self { row, ticket, mail, ignore_existing: new.ignore_existing }
    }

    /// Stores it, and its mail. Says whether an open invitation of the address stands in the way.
    ///
    /// # Errors
    /// 422 where the address has an account.
    pub(crate) async fn insert(&self, conn: &mut Conn) -> ApiResult<bool> {
        let address = &self.row.email_address;
        if !self.ignore_existing {
            if identifications::find(conn, IdentificationKind::EmailAddress, address).await?.is_some() {
                return Err(Error::identifier_exists("email_address").into());
            }
            if invitations::find_open(conn, address, self.row.created_at).await?.is_some() {
                return Ok(false);
            }
        }
        invitations::insert(conn, &self.row).await?;
        if let Some(mail) = &self.mail {
            mails::queue(conn, mail).await?;
        }
        Ok(true)
    }
}

/// Invites people: all of them, or nobody. Hands back the tickets, which nobody is told again.
///
/// # Errors
/// 400 where an address is invited already, 422 where one has an account.
pub(crate) async fn create(app: &App, new: Vec<NewInvitation>) -> ApiResult<Vec<(InvitationRow, String)>> {
    let prepared: Arc<[Prepared]> = new.into_iter().map(|new| Prepared::new(app, new)).collect();
    app.store.write(Create(prepared.clone())).await?;
    app.mail.notify_one();
    Ok(prepared.iter().map(|one| (one.row.clone(), one.ticket.clone())).collect())
}

struct Create(Arc<[Prepared]>);

impl UnitOfWork for Create {
    type Output = ();
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<()> {
        let mut invited = Vec::new();
        for one in &*self.0 {
            if !one.insert(conn).await? {
                invited.push(one.row.email_address.clone());
            }
        }
        if invited.is_empty() { Ok(()) } else { Err(Error::invitation_exists(invited).into()) }
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

/// The address of an invitation, where somebody has an account with it.
pub(crate) async fn holder(
    conn: &mut Conn,
    invitation: &InvitationRow,
) -> ApiResult<Option<IdentificationRow>> {
    let address = &invitation.email_address;
    let found = identifications::find(conn, IdentificationKind::EmailAddress, address).await?;
    Ok(found.filter(IdentificationRow::is_first_factor))
}

/// Settles an invitation as accepted.
///
/// # Errors
/// 400 where it was accepted or revoked meanwhile.
pub(crate) async fn accept(conn: &mut Conn, id: &InvitationId, now: Timestamp) -> ApiResult<()> {
    if invitations::settle(conn, id, InvitationStatus::Accepted, now).await? {
        return Ok(());
    }
    let settled = invitations::find(conn, id).await?.ok_or_else(Error::ticket_invalid)?;
    check(&settled, now)?;
    Err(Error::invitation_accepted().into())
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
