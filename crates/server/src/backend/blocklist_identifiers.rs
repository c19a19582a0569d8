//! The block-list.

use axum::{Json, extract::State};
use beadle_domain::restrictions::Entry;
use beadle_store::listed_identifiers::{List, ListIdentifiers};
use beadle_types::{
    BlocklistIdentifier, BlocklistIdentifierId, DeletedObject, Page,
    params::{CreateBlocklistIdentifier, ListPage},
};

use super::paging;
use crate::{
    actions::listed_identifiers,
    app::App,
    error::{ApiError, ApiResult},
    extract::{self, Id, Query},
    present,
};

/// Always with the total, and without a parameter all of it that one answer may have: Clerk documents none.
#[utoipa::path(
    get,
    path = "/v1/blocklist_identifiers",
    operation_id = "ListBlocklistIdentifiers",
    params(ListPage),
    responses((status = 200, body = Page<BlocklistIdentifier>))
)]
pub(super) async fn list(
    State(app): State<App>,
    Query(query): Query<ListPage>,
) -> ApiResult<Json<Page<BlocklistIdentifier>>> {
    let all = Some(paging::MAX_LIMIT);
    let (limit, offset) = paging::check_alone(query.limit.or(all), query.offset)?;
    let request = ListIdentifiers { list: List::Block, limit, offset, with_total: true };
    let (rows, total) = app.store.scan(request).await?;
    let shown = rows.into_iter().map(|row| present::listed_identifier::blocked(row, &app.instance));
    let data: Vec<_> = shown.collect::<Result<_, _>>().map_err(ApiError::internal)?;
    Ok(Json(Page { data, total_count: total.unwrap_or_default() }))
}

#[utoipa::path(
    post,
    path = "/v1/blocklist_identifiers",
    operation_id = "CreateBlocklistIdentifier",
    request_body = CreateBlocklistIdentifier,
    responses((status = 200, body = BlocklistIdentifier))
)]
pub(super) async fn create(
    State(app): State<App>,
    extract::Json(params): extract::Json<CreateBlocklistIdentifier>,
) -> ApiResult<Json<BlocklistIdentifier>> {
    let entry = Entry::parse(&params.identifier, "identifier")?;
    let id = app.new_id(BlocklistIdentifierId::from_parts).into();
    let row = listed_identifiers::add(&app, List::Block, id, entry, false).await?;
    Ok(Json(present::listed_identifier::blocked(row, &app.instance).map_err(ApiError::internal)?))
}

#[utoipa::path(
    delete,
    path = "/v1/blocklist_identifiers/{identifier_id}",
    operation_id = "DeleteBlocklistIdentifier",
    responses((status = 200, body = DeletedObject))
)]
pub(super) async fn delete(
    State(app): State<App>,
    Id(id): Id<BlocklistIdentifierId>,
) -> ApiResult<Json<DeletedObject>> {
    let object = "blocklist_identifier";
    listed_identifiers::remove(&app, List::Block, object, id.to_string()).await?;
    Ok(Json(DeletedObject::new(object, id.as_str())))
}
