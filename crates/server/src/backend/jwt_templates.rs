//! Templates of tokens.

use axum::{Json, extract::State};
use beadle_domain::Error;
use beadle_store::jwt_templates::{self as store, ListJwtTemplates};
use beadle_types::{
    DeletedObject, JwtTemplate, JwtTemplateId, Listed,
    params::{ListPage, WriteJwtTemplate},
};

use super::paging;
use crate::{
    actions::jwt_templates,
    app::App,
    error::ApiResult,
    extract::{self, Id, Query},
    present,
};

#[utoipa::path(
    get,
    path = "/v1/jwt_templates",
    operation_id = "ListJWTTemplates",
    params(ListPage),
    responses((status = 200, body = Listed<JwtTemplate>))
)]
pub(super) async fn list(
    State(app): State<App>,
    Query(query): Query<ListPage>,
) -> ApiResult<Json<Listed<JwtTemplate>>> {
    let (limit, offset) = paging::check_alone(query.limit, query.offset)?;
    let with_total = query.paginated.unwrap_or(false);
    let (rows, total) = app.store.scan(ListJwtTemplates { limit, offset, with_total }).await?;
    let data = rows.into_iter().map(present::jwt_template::template).collect();
    Ok(Json(Listed::new(data, total)))
}

#[utoipa::path(
    post,
    path = "/v1/jwt_templates",
    operation_id = "CreateJWTTemplate",
    request_body = WriteJwtTemplate,
    responses((status = 200, body = JwtTemplate))
)]
pub(super) async fn create(
    State(app): State<App>,
    extract::Json(params): extract::Json<WriteJwtTemplate>,
) -> ApiResult<Json<JwtTemplate>> {
    Ok(Json(present::jwt_template::template(jwt_templates::create(&app, params).await?)))
}

#[utoipa::path(
    get,
    path = "/v1/jwt_templates/{template_id}",
    operation_id = "GetJWTTemplate",
    responses((status = 200, body = JwtTemplate))
)]
pub(super) async fn get(State(app): State<App>, Id(id): Id<JwtTemplateId>) -> ApiResult<Json<JwtTemplate>> {
    let row = store::find(&mut *app.store.reader().await?, &id).await?;
    let row = row.ok_or_else(|| Error::not_found("JWT_template", &id))?;
    Ok(Json(present::jwt_template::template(row)))
}

#[utoipa::path(
    patch,
    path = "/v1/jwt_templates/{template_id}",
    operation_id = "UpdateJWTTemplate",
    request_body = WriteJwtTemplate,
    responses((status = 200, body = JwtTemplate))
)]
pub(super) async fn update(
    State(app): State<App>,
    Id(id): Id<JwtTemplateId>,
    extract::Json(params): extract::Json<WriteJwtTemplate>,
) -> ApiResult<Json<JwtTemplate>> {
    Ok(Json(present::jwt_template::template(jwt_templates::update(&app, id, params).await?)))
}

#[utoipa::path(
    delete,
    path = "/v1/jwt_templates/{template_id}",
    operation_id = "DeleteJWTTemplate",
    responses((status = 200, body = DeletedObject))
)]
pub(super) async fn delete(
    State(app): State<App>,
    Id(id): Id<JwtTemplateId>,
) -> ApiResult<Json<DeletedObject>> {
    let deleted = DeletedObject::new("jwt_template", id.as_str());
    jwt_templates::delete(&app, id).await?;
    Ok(Json(deleted))
}
