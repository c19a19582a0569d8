//! The allow-list and the block-list: what the operator puts on them and takes away.

use beadle_domain::{
    Error,
    identifier::EmailAddress,
    restrictions::{Entry, EntryKind},
};
use beadle_store::{
    Conn, UnitOfWork,
    listed_identifiers::{self, List, ListedIdentifierRow},
    mails::{self, MailRow},
};
use beadle_types::Map;

use super::{
    compose,
    invitation::{NewInvitation, Prepared},
};
use crate::{
    app::App,
    error::{ApiError, ApiResult},
    messages::Message,
};

/// How long the invitation of an address works.
const DAYS: u32 = 30;

/// Puts an identifier on a list. With `notify`, an address gets an invitation and a number an SMS.
///
/// # Errors
/// 400 where the list has it.
pub(crate) async fn add(
    app: &App,
    list: List,
    id: String,
    entry: Entry,
    notify: bool,
) -> ApiResult<ListedIdentifierRow> {
    let now = app.now();
    let notice = if notify { notice(app, &entry)? } else { Notice::None };
    let invitation_id = match &notice {
        Notice::Invitation(invitation) => Some(invitation.row.id.clone()),
        _ => None,
    };
    let (kind, identifier) = (entry.kind, entry.identifier);
    let row = ListedIdentifierRow { id, identifier, kind, invitation_id, created_at: now, updated_at: now };
    app.store.write(Add { list, row: row.clone(), notice }).await?;
    app.mail.notify_one();
    Ok(row)
}

/// What goes out to an identifier.
enum Notice {
    None,
    Invitation(Box<Prepared>),
    Sms(Box<MailRow>),
}

fn notice(app: &App, entry: &Entry) -> ApiResult<Notice> {
    if entry.is_wildcard {
        return Ok(Notice::None);
    }
    Ok(match entry.kind {
        EntryKind::Web3Wallet => Notice::None,
        EntryKind::PhoneNumber => {
            let link = app.instance.account_url("/sign-up")?.to_string();
            let message = Message::Invitation { link, inviter: None, expires_in_days: None };
            Notice::Sms(Box::new(compose::sms(app, &message, &entry.identifier, None)))
        }
        EntryKind::EmailAddress => {
            let invitation = NewInvitation {
                email_address: EmailAddress::parse(&entry.identifier, "identifier")?,
                public_metadata: Map::new(),
                redirect_url: None,
                days: DAYS,
                notify: true,
                ignore_existing: true,
                from_waitlist: false,
            };
            Notice::Invitation(Box::new(Prepared::new(app, invitation)))
        }
    })
}

struct Add {
    list: List,
    row: ListedIdentifierRow,
    notice: Notice,
}

impl UnitOfWork for Add {
    type Output = ();
    type Error = ApiError;

    async fn run(&self, conn: &mut Conn) -> ApiResult<()> {
        if !listed_identifiers::insert(conn, self.list, &self.row).await? {
            return Err(Error::identifier_listed(name(self.list)).into());
        }
        match &self.notice {
            Notice::None => {}
            Notice::Invitation(invitation) => drop(invitation.insert(conn).await?),
            Notice::Sms(sms) => mails::queue(conn, sms).await?,
        }
        Ok(())
    }
}

fn name(list: List) -> &'static str {
    match list {
        List::Allow => "allow-list",
        List::Block => "block-list",
    }
}

/// Takes an identifier off a list.
///
/// # Errors
/// 404 where the list has none of this id.
pub(crate) async fn remove(app: &App, list: List, object: &str, id: String) -> ApiResult<()> {
    if app.store.write(Remove { list, id: id.clone() }).await? {
        return Ok(());
    }
    Err(Error::not_found(object, id).into())
}

struct Remove {
    list: List,
    id: String,
}

impl UnitOfWork for Remove {
    type Output = bool;
    type Error = beadle_store::Error;

    async fn run(&self, conn: &mut Conn) -> Result<bool, Self::Error> {
        listed_identifiers::delete(conn, self.list, &self.id).await
    }
}
