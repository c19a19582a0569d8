//! Entries of the waitlist.

use serde::{Deserialize, Serialize};

use crate::{
    ids::WaitlistEntryId, invitation::Invitation, object::WaitlistEntryObject, timestamp::Timestamp,
};

/// An entry as who made it sees it: that it is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WaitlistTicket {
    /// `waitlist_entry`.
    pub object: WaitlistEntryObject,
    /// Its id.
    pub id: WaitlistEntryId,
}

/// Where an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WaitlistStatus {
    /// It waits.
    Pending,
    /// An invitation went out.
    Invited,
    /// Somebody signed up with the address.
    Completed,
    /// It was turned down.
    Rejected,
}

/// An entry as the Backend API shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WaitlistEntry {
    /// `waitlist_entry`.
    pub object: WaitlistEntryObject,
    /// Its id.
    pub id: WaitlistEntryId,
    /// Who waits.
    pub email_address: String,
    /// Where it stands.
    pub status: WaitlistStatus,
    /// True while it is part of a batch.
    #[serde(default)]
    pub is_locked: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// The last invitation that was sent for it.
    pub invitation: Option<Invitation>,
}
