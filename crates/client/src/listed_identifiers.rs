//! Operations on the allow-list and the block-list.

use beadle_types::{
    AllowlistIdentifier, AllowlistIdentifierId, BlocklistIdentifier, BlocklistIdentifierId, DeletedObject,
    Page,
    params::{CreateAllowlistIdentifier, CreateBlocklistIdentifier, ListPage},
};
use http::Method;

use crate::{request::Request, resource::resource};

resource!(
    /// Operations on the allow-list; from [`crate::Clerk::allowlist_identifiers`].
    AllowlistIdentifiers
);

impl AllowlistIdentifiers<'_> {
    /// A page of the list, newest first.
    pub fn list(self, query: &ListPage) -> Request<Page<AllowlistIdentifier>> {
        let query = ListPage { paginated: Some(true), ..query.clone() };
        Request::new(self.clerk, Method::GET, "/v1/allowlist_identifiers").query(&query)
    }

    /// Lists an identifier, and tells it if that is wished.
    pub fn create(self, params: &CreateAllowlistIdentifier) -> Request<AllowlistIdentifier> {
        Request::new(self.clerk, Method::POST, "/v1/allowlist_identifiers").body(params)
    }

    /// Strikes one off.
    pub fn delete(self, id: &AllowlistIdentifierId) -> Request<DeletedObject> {
        Request::new(self.clerk, Method::DELETE, format!("/v1/allowlist_identifiers/{id}"))
    }
}

resource!(
    /// Operations on the block-list; from [`crate::Clerk::blocklist_identifiers`].
    BlocklistIdentifiers
);

impl BlocklistIdentifiers<'_> {
    /// The list, newest first.
    pub fn list(self) -> Request<Page<BlocklistIdentifier>> {
        Request::new(self.clerk, Method::GET, "/v1/blocklist_identifiers")
    }

    /// Lists an identifier.
    pub fn create(self, params: &CreateBlocklistIdentifier) -> Request<BlocklistIdentifier> {
        Request::new(self.clerk, Method::POST, "/v1/blocklist_identifiers").body(params)
    }

    /// Strikes one off.
    pub fn delete(self, id: &BlocklistIdentifierId) -> Request<DeletedObject> {
        Request::new(self.clerk, Method::DELETE, format!("/v1/blocklist_identifiers/{id}"))
    }
}
