//! Entries of the waitlist.

use serde::{Deserialize, Serialize};

use crate::{ids::WaitlistEntryId, object::WaitlistEntryObject};

/// An entry as who made it sees it: that it is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitlistTicket {
    /// `waitlist_entry`.
    pub object: WaitlistEntryObject,
    /// Its id.
    pub id: WaitlistEntryId,
}
