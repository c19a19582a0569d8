//! Who is let in: the one place that asks the rules and the lists, for every way to become a user, to sign in and to
//! add an identifier. What the Backend API does is the operator's own word and is not asked about.

use beadle_domain::{
    Error,
    restrictions::{self, EntryKind, Occasion, Subject, wildcard_of},
    settings::InstanceSettings,
    sign_up::SignUp,
};
use beadle_store::{
    Conn, Result,
    identifications::{self, IdentificationKind, IdentificationRow},
    listed_identifiers::{self, List},
    users::UserRecord,
};

/// What the rules answer.
pub(crate) type Verdict = std::result::Result<(), Error>;

/// Whether a sign-up may go on, or become a user, with what it has.
pub(crate) async fn sign_up(
    conn: &mut Conn,
    settings: &InstanceSettings,
    sign_up: &SignUp,
    becomes_user: bool,
) -> Result<Verdict> {
    let occasion = match (&sign_up.invitation_id, becomes_user) {
        (Some(_), _) => Occasion::Invited,
        (None, true) => Occasion::SignedUp,
        (None, false) => Occasion::SigningUp,
    };
    let given =
        [(EntryKind::EmailAddress, &sign_up.email_address), (EntryKind::PhoneNumber, &sign_up.phone_number)];
    let given: Vec<_> =
        given.into_iter().filter_map(|(kind, value)| Some((kind, value.as_deref()?))).collect();
    ask(conn, settings, occasion, &given).await
}

/// Whether a user may sign in.
pub(crate) async fn sign_in(
    conn: &mut Conn,
    settings: &InstanceSettings,
    user: &UserRecord,
) -> Result<Verdict> {
    let held = user.identifications.iter().filter(|row| row.can_sign_in());
    let held: Vec<_> = held.filter_map(|row| Some((entry_kind(row)?, row.canonical.as_str()))).collect();
    ask(conn, settings, Occasion::SigningIn, &held).await
}

/// Whether a user may add an address or number.
pub(crate) async fn add(
    conn: &mut Conn,
    settings: &InstanceSettings,
    kind: IdentificationKind,
    canonical: &str,
) -> Result<Verdict> {
    let Some(kind) = word_of(kind) else { return Ok(Ok(())) };
    ask(conn, settings, Occasion::Adding, &[(kind, canonical)]).await
}

fn entry_kind(row: &IdentificationRow) -> Option<EntryKind> {
    word_of(row.kind)
}

fn word_of(kind: IdentificationKind) -> Option<EntryKind> {
    EntryKind::from_word(kind.as_str())
}

async fn ask(
    conn: &mut Conn,
    settings: &InstanceSettings,
    occasion: Occasion,
    given: &[(EntryKind, &str)],
) -> Result<Verdict> {
    let with_lists = restrictions::asks_lists(settings, occasion);
    let mut subjects = Vec::with_capacity(given.len());
    for (kind, value) in given {
        let mut subject = Subject { kind: *kind, value: (*value).to_owned(), allowed: false, blocked: false };
        if with_lists {
            let wildcard = wildcard_of(value);
            let wildcard = wildcard.as_deref();
            subject.allowed = listed_identifiers::is_listed(conn, List::Allow, value, wildcard).await?;
            subject.blocked = listed_identifiers::is_listed(conn, List::Block, value, wildcard).await?;
        }
        subjects.push(subject);
    }
    if let Err(refusal) = restrictions::check(settings, occasion, &subjects) {
        return Ok(Err(refusal));
    }
    let knows_dots = settings.restrictions.ignore_dots_for_gmail_addresses;
    if !knows_dots || occasion == Occasion::SigningIn {
        return Ok(Ok(()));
    }
    for (_, value) in given {
        let Some(mailbox) = restrictions::gmail_mailbox(value) else { continue };
        let holder = identifications::find_by_mailbox(conn, &mailbox).await?;
        if holder.is_some_and(|row| row.canonical != *value) {
            return Ok(Err(Error::mailbox_already_used()));
        }
    }
    Ok(Ok(()))
}
