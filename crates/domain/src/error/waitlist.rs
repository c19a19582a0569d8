//! Refusals around the waitlist.

use beadle_types::{WaitlistStatus, code};

use super::Error;

impl Error {
    /// 409: the entry has gone on already; a pending one has not, and is none of these.
    pub fn waitlist_entry_settled(status: WaitlistStatus) -> Self {
        let (code, text) = match status {
            WaitlistStatus::Completed => (
                code::WAITLIST_ENTRY_ALREADY_COMPLETED,
                "Somebody has signed up with the address of this entry.",
            ),
            WaitlistStatus::Rejected => {
                (code::WAITLIST_ENTRY_ALREADY_REJECTED, "This entry has been rejected already.")
            }
            WaitlistStatus::Invited | WaitlistStatus::Pending => {
                (code::WAITLIST_ENTRY_ALREADY_INVITED, "An invitation was sent for this entry already.")
            }
        };
        Self::new(code, "Waitlist entry settled", text)
    }

    /// 400: a bulk request names an address twice.
    pub fn addresses_repeated(addresses: Vec<String>) -> Self {
        Self::new(code::DUPLICATE_RECORD, "Named twice", "Each e-mail address may be named once.")
            .with_meta("email_addresses", addresses)
    }
}
