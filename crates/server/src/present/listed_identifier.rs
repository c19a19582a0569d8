//! Entries of the allow-list and the block-list.

use beadle_store::listed_identifiers::ListedIdentifierRow;
use beadle_types::{
    AllowlistIdentifier, BlocklistIdentifier, InvalidId,
    object::{AllowlistIdentifierObject, BlocklistIdentifierObject},
};

use crate::instance::Instance;

/// An entry of the allow-list.
pub(crate) fn allowed(
    row: ListedIdentifierRow,
    instance: &Instance,
) -> Result<AllowlistIdentifier, InvalidId> {
    Ok(AllowlistIdentifier {
        object: AllowlistIdentifierObject,
        id: row.id.try_into()?,
        invitation_id: row.invitation_id,
        identifier: row.identifier,
        identifier_type: row.kind.as_str().to_owned(),
        instance_id: instance.id.clone(),
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// An entry of the block-list.
pub(crate) fn blocked(
    row: ListedIdentifierRow,
    instance: &Instance,
) -> Result<BlocklistIdentifier, InvalidId> {
    Ok(BlocklistIdentifier {
        object: BlocklistIdentifierObject,
        id: row.id.try_into()?,
        identifier: row.identifier,
        identifier_type: row.kind.as_str().to_owned(),
        instance_id: instance.id.clone(),
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}
