//! Operations on the waitlist.

use beadle_types::{
    DeletedObject, Page, WaitlistEntry, WaitlistEntryId,
    params::{CreateWaitlistEntry, InviteWaitlistEntry, ListWaitlistEntries},
};
use http::Method;

use crate::{request::Request, resource::resource};

resource!(
    /// Operations on the waitlist; from [`crate::Clerk::waitlist_entries`].
    WaitlistEntries
);

impl WaitlistEntries<'_> {
    /// A page of entries, newest first unless told otherwise.
    pub fn list(self, query: &ListWaitlistEntries) -> Request<Page<WaitlistEntry>> {
        Request::new(self.clerk, Method::GET, "/v1/waitlist_entries").query(query)
    }

    /// Puts an address on the list.
    pub fn create(self, entry: &CreateWaitlistEntry) -> Request<WaitlistEntry> {
        Request::new(self.clerk, Method::POST, "/v1/waitlist_entries").body(entry)
    }

    /// Puts up to 50 addresses on the list.
    pub fn create_many(self, entries: &[CreateWaitlistEntry]) -> Request<Vec<WaitlistEntry>> {
        Request::new(self.clerk, Method::POST, "/v1/waitlist_entries/bulk").body(&entries)
    }

    /// Takes an entry off that nobody was invited for.
    pub fn delete(self, id: &WaitlistEntryId) -> Request<DeletedObject> {
        Request::new(self.clerk, Method::DELETE, format!("/v1/waitlist_entries/{id}"))
    }

    /// Invites who waits.
    pub fn invite(self, id: &WaitlistEntryId, params: &InviteWaitlistEntry) -> Request<WaitlistEntry> {
        Request::new(self.clerk, Method::POST, format!("/v1/waitlist_entries/{id}/invite")).body(params)
    }

    /// Tells who waits that they will not be invited.
    pub fn reject(self, id: &WaitlistEntryId) -> Request<WaitlistEntry> {
        Request::new(self.clerk, Method::POST, format!("/v1/waitlist_entries/{id}/reject"))
    }
}
