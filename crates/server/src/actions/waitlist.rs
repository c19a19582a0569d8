//! The waitlist: who is on it, and what becomes of them.

use std::sync::Arc;

use beadle_domain::{Error, identifier::EmailAddress};
use beadle_store::{
    Conn, UnitOfWork,
    invitations::{self, InvitationRow},
    mails::{self, MailRow},
    waitlist::{self, WaitlistRow},
};
use beadle_types::{DeletedObject, Map, WaitlistEntryId, WaitlistStatus};

use super::{
    compose,
    events::Events,
    invitation::{NewInvitation, Prepared},
};
use crate::{
    app::App,
    error::{ApiError, ApiResult},
    messages::Message,
    present,
};

/// How long an invitation works that an entry gets.
const DAYS: u32 = 30;

/// An entry, and the last invitation that was sent for it.
pub(crate) type Entry = (WaitlistRow, Option<InvitationRow>);

/// Adds an entry for each address, or finds the one it has; who is new is told by mail if that is wished.
pub(crate) async fn add(app: &App, addresses: Vec<(EmailAddress, bool)>) -> ApiResult<Vec<Entry>> {
    let events = Arc::new(Events::new(app, addresses.len()));
    let joins = addresses.into_iter().map(|(address, notify)| {
        let address = address.into_string();
        let mail = notify.then(|| compose::mail(app, &Message::WaitlistConfirmation, &address, None));
        Join { id: app.new_id(WaitlistEntryId::from_parts), address, mail }
    });
    let entries = app.store.write(Add { joins: joins.collect(), events }).await?;
    app.mail.notify_one();
    Ok(entries)
}

struct Join {
    id: WaitlistEntryId,
    address: String,
    mail: Option<MailRow>,
}

struct Add {
    joins: Vec<Join>,
    events: Arc<Events>,
}

impl UnitOfWork for Add {
    type Output = Vec<Entry>;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Vec<Entry>> {
        let mut entries = Vec::with_capacity(self.joins.len());
        for (n, join) in self.joins.iter().enumerate() {
            let row = waitlist::join(conn, &join.id, &join.address, self.events.now()).await?;
            let entry = with_invitation(conn, row).await?;
            if entry.0.id == join.id {
                tell(conn, &self.events, n, "waitlistEntry.created", &entry).await?;
                if let Some(mail) = &join.mail {
                    mails::queue(conn, mail).await?;
                }
            }
            entries.push(entry);
        }
        Ok(entries)
    }
}

async fn with_invitation(conn: &mut Conn, row: WaitlistRow) -> ApiResult<Entry> {
    let sent = match &row.invitation_id {
        Some(id) => invitations::find(conn, id).await?,
        None => None,
    };
    Ok((row, sent))
}

async fn tell(conn: &mut Conn, events: &Events, n: usize, kind: &str, entry: &Entry) -> ApiResult<()> {
    let (row, sent) = entry.clone();
    let shown = present::waitlist::entry(row, sent, events.instance(), events.now());
    Ok(events.waitlist_entry(conn, n, kind, &shown).await?)
}

/// Somebody has signed up with this address, inside the transaction that made them; `n` is the event's place.
pub(crate) async fn complete(conn: &mut Conn, address: &str, events: &Events, n: usize) -> ApiResult<()> {
    if let Some(row) = waitlist::complete(conn, address, events.now()).await? {
        let entry = with_invitation(conn, row).await?;
        tell(conn, events, n, "waitlistEntry.updated", &entry).await?;
    }
    Ok(())
}

/// What is done with one entry.
enum Deed {
    Delete,
    Reject,
    /// By this invitation, even where one went out before if that is wished.
    Invite(Box<Prepared>, bool),
}

/// Takes away an entry that waits.
///
/// # Errors
/// 404 without it, 409 once it has gone on.
pub(crate) async fn delete(app: &App, id: WaitlistEntryId) -> ApiResult<DeletedObject> {
    let (row, _) = settle(app, id, Deed::Delete).await?;
    Ok(DeletedObject::new("waitlist_entry", row.id.as_str()))
}

/// Turns down an entry that waits.
///
/// # Errors
/// 404 without it, 409 once it has gone on.
pub(crate) async fn reject(app: &App, id: WaitlistEntryId) -> ApiResult<Entry> {
    settle(app, id, Deed::Reject).await
}

/// Invites who waits, or was turned down before. Hands back the ticket, which nobody is told again.
///
/// # Errors
/// 404 without the entry, 409 once it has gone on, 400 or 422 where the address is invited or has an account.
pub(crate) async fn invite(
    app: &App,
    id: WaitlistEntryId,
    ignore_existing: bool,
) -> ApiResult<(Entry, String)> {
    let row = waitlist::find(&mut *app.store.reader().await?, &id).await?;
    let row = row.ok_or_else(|| Error::not_found("waitlist entry", &id))?;
    let invitation = NewInvitation {
        email_address: EmailAddress::parse(&row.email_address, "email_address")?,
        public_metadata: Map::new(),
        redirect_url: None,
        days: DAYS,
        notify: true,
        ignore_existing,
        from_waitlist: true,
    };
    let prepared = Prepared::new(app, invitation);
    let ticket = prepared.ticket.clone();
    let entry = settle(app, id, Deed::Invite(Box::new(prepared), ignore_existing)).await?;
    app.mail.notify_one();
    Ok((entry, ticket))
}

async fn settle(app: &App, id: WaitlistEntryId, deed: Deed) -> ApiResult<Entry> {
    app.store.write(Settle { id, deed, events: Events::new(app, 1) }).await
}

struct Settle {
    id: WaitlistEntryId,
    deed: Deed,
    events: Events,
}

impl UnitOfWork for Settle {
    type Output = Entry;
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<Entry> {
        let row = waitlist::find_for_update(conn, &self.id).await?;
        let mut row = row.ok_or_else(|| Error::not_found("waitlist entry", &self.id))?;
        let goes = match (&self.deed, row.status) {
            (_, WaitlistStatus::Pending) | (Deed::Invite(..), WaitlistStatus::Rejected) => true,
            (Deed::Invite(_, again), WaitlistStatus::Invited) => *again,
            _ => false,
        };
        if !goes {
            return Err(Error::waitlist_entry_settled(row.status).into());
        }
        row.updated_at = self.events.now();
        match &self.deed {
            Deed::Delete => {
                waitlist::delete(conn, &row.id).await?;
                return Ok((row, None));
            }
            Deed::Reject => row.status = WaitlistStatus::Rejected,
            Deed::Invite(invitation, _) => {
                if !invitation.insert(conn).await? {
                    return Err(Error::invitation_exists(vec![row.email_address]).into());
                }
                row.status = WaitlistStatus::Invited;
                row.invitation_id = Some(invitation.row.id.clone());
                row.invited_at = Some(self.events.now());
            }
        }
        waitlist::settle(conn, &row).await?;
        let entry = with_invitation(conn, row).await?;
        tell(conn, &self.events, 0, "waitlistEntry.updated", &entry).await?;
        Ok(entry)
    }
}
