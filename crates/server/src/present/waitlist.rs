//! Entries of the waitlist.

use beadle_store::{invitations::InvitationRow, waitlist::WaitlistRow};
use beadle_types::{Timestamp, WaitlistEntry, object::WaitlistEntryObject};

use super::ticket;
use crate::instance::Instance;

/// The entry, with the last invitation that was sent for it.
pub(crate) fn entry(
    row: WaitlistRow,
    invitation: Option<InvitationRow>,
    instance: &Instance,
    now: Timestamp,
) -> WaitlistEntry {
    WaitlistEntry {
        object: WaitlistEntryObject,
        id: row.id,
        email_address: row.email_address,
        status: row.status,
        is_locked: false,
        created_at: row.created_at,
        updated_at: row.updated_at,
        invitation: invitation.map(|sent| ticket::invitation(sent, None, instance, now)),
    }
}
