//! The allow-list.

use axum::{Json, extract::State};
use beadle_domain::restrictions::Entry;
use beadle_store::listed_identifiers::{List, ListIdentifiers};
use beadle_types::{
    AllowlistIdentifier, AllowlistIdentifierId, DeletedObject, Listed,
    params::{CreateAllowlistIdentifier, ListPage},
};

use super::paging;
use crate::{
    actions::listed_identifiers,
    app::App,
    error::{ApiError, ApiResult},
    extract::{self, Id, Query},
    present,
};

#[utoipa::path(
    get,
    path = "/v1/allowlist_identifiers",
    operation_id = "ListAllowlistIdentifiers",
    params(ListPage),
    responses((status = 200, body = Listed<AllowlistIdentifier>))
)]
pub(super) async fn list(
    State(app): State<App>,
    Query(query): Query<ListPage>,
) -> ApiResult<Json<Listed<AllowlistIdentifier>>> {
    let (limit, offset) = paging::check_alone(query.limit, query.offset)?;
    let with_total = query.paginated.unwrap_or(false);
    let request = ListIdentifiers { list: List::Allow, limit, offset, with_total };
    let (rows, total) = app.store.scan(request).await?;
    let shown = rows.into_iter().map(|row| present::listed_identifier::allowed(row, &app.instance));
    let data: Vec<AllowlistIdentifier> = shown.collect::<Result<_, _>>().map_err(ApiError::internal)?;
    Ok(Json(Listed::new(data, total)))
}

#[utoipa::path(
    post,
    path = "/v1/allowlist_identifiers",
    operation_id = "CreateAllowlistIdentifier",
    request_body = CreateAllowlistIdentifier,
    responses((status = 200, body = AllowlistIdentifier))
)]
pub(super) async fn create(
    State(app): State<App>,
    extract::Json(params): extract::Json<CreateAllowlistIdentifier>,
) -> ApiResult<Json<AllowlistIdentifier>> {
    let entry = Entry::parse(&params.identifier, "identifier")?;
    let id = app.new_id(AllowlistIdentifierId::from_parts).into();
    let notify = params.notify.unwrap_or(false);
    let row = listed_identifiers::add(&app, List::Allow, id, entry, notify).await?;
    Ok(Json(present::listed_identifier::allowed(row, &app.instance).map_err(ApiError::internal)?))
}

#[utoipa::path(
    delete,
    path = "/v1/allowlist_identifiers/{identifier_id}",
    operation_id = "DeleteAllowlistIdentifier",
    responses((status = 200, body = DeletedObject))
)]
pub(super) async fn delete(
    State(app): State<App>,
    Id(id): Id<AllowlistIdentifierId>,
) -> ApiResult<Json<DeletedObject>> {
    let object = "allowlist_identifier";
    listed_identifiers::remove(&app, List::Allow, object, id.to_string()).await?;
    Ok(Json(DeletedObject::new(object, id.as_str())))
}
