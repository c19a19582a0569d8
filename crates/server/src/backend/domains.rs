//! The domains of the instance.

use axum::{Json, extract::State};
use beadle_types::{
    DeletedObject, Domain, DomainId, Page,
    params::{AddDomain, UpdateDomain},
};

use crate::{
    actions::{change_settings, domains},
    app::App,
    error::ApiResult,
    extract::{self, Id},
    present,
};

#[utoipa::path(
    get,
    path = "/v1/domains",
    operation_id = "ListDomains",
    responses((status = 200, body = Page<Domain>))
)]
pub(super) async fn list(State(app): State<App>) -> ApiResult<Json<Page<Domain>>> {
    change_settings::follow(&app).await?;
    let satellites = app.instance.places().satellites.clone();
    let mut data = vec![present::domain::primary(&app.instance)];
    data.extend(satellites.into_iter().map(|row| present::domain::satellite(row, &app.instance)));
    let total_count = i64::try_from(data.len()).unwrap_or(i64::MAX);
    Ok(Json(Page { data, total_count }))
}

#[utoipa::path(
    post,
    path = "/v1/domains",
    operation_id = "AddDomain",
    request_body = AddDomain,
    responses((status = 200, body = Domain))
)]
pub(super) async fn add(
    State(app): State<App>,
    extract::Json(params): extract::Json<AddDomain>,
) -> ApiResult<Json<Domain>> {
    Ok(Json(domains::add(&app, params).await?))
}

#[utoipa::path(
    patch,
    path = "/v1/domains/{domain_id}",
    operation_id = "UpdateDomain",
    request_body = UpdateDomain,
    responses((status = 200, body = Domain))
)]
pub(super) async fn update(
    State(app): State<App>,
    Id(id): Id<DomainId>,
    extract::Json(params): extract::Json<UpdateDomain>,
) -> ApiResult<Json<Domain>> {
    Ok(Json(domains::update(&app, id, params).await?))
}

#[utoipa::path(
    delete,
    path = "/v1/domains/{domain_id}",
    operation_id = "DeleteDomain",
    responses((status = 200, body = DeletedObject))
)]
pub(super) async fn delete(State(app): State<App>, Id(id): Id<DomainId>) -> ApiResult<Json<DeletedObject>> {
    let deleted = DeletedObject::new("domain", id.as_str());
    domains::remove(&app, id).await?;
    Ok(Json(deleted))
}
