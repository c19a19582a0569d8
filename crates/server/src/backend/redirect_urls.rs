//! Addresses that browsers and apps may be sent to.

use axum::{Json, extract::State};
use beadle_domain::Error;
use beadle_store::redirect_urls::{self as store, ListRedirectUrls, RedirectUrlRow};
use beadle_types::{
    DeletedObject, Listed, RedirectUrl, RedirectUrlId,
    object::RedirectUrlObject,
    params::{CreateRedirectUrl, ListPage},
};

use super::paging;
use crate::{
    actions::redirect_urls,
    app::App,
    error::ApiResult,
    extract::{self, Id, Query},
};

fn shown(row: RedirectUrlRow) -> RedirectUrl {
    let RedirectUrlRow { id, url, created_at, updated_at } = row;
    RedirectUrl { object: RedirectUrlObject, id, url, created_at, updated_at }
}

#[utoipa::path(
    get,
    path = "/v1/redirect_urls",
    operation_id = "ListRedirectURLs",
    params(ListPage),
    responses((status = 200, body = Listed<RedirectUrl>))
)]
pub(super) async fn list(
    State(app): State<App>,
    Query(query): Query<ListPage>,
) -> ApiResult<Json<Listed<RedirectUrl>>> {
    let (limit, offset) = paging::check_alone(query.limit, query.offset)?;
    let with_total = query.paginated.unwrap_or(false);
    let (rows, total) = app.store.scan(ListRedirectUrls { limit, offset, with_total }).await?;
    Ok(Json(Listed::new(rows.into_iter().map(shown).collect(), total)))
}

#[utoipa::path(
    post,
    path = "/v1/redirect_urls",
    operation_id = "CreateRedirectURL",
    request_body = CreateRedirectUrl,
    responses((status = 200, body = RedirectUrl))
)]
pub(super) async fn create(
    State(app): State<App>,
    extract::Json(params): extract::Json<CreateRedirectUrl>,
) -> ApiResult<Json<RedirectUrl>> {
    Ok(Json(shown(redirect_urls::add(&app, &params.url).await?)))
}

#[utoipa::path(
    get,
    path = "/v1/redirect_urls/{id}",
    operation_id = "GetRedirectURL",
    responses((status = 200, body = RedirectUrl))
)]
pub(super) async fn get(State(app): State<App>, Id(id): Id<RedirectUrlId>) -> ApiResult<Json<RedirectUrl>> {
    let row = store::find(&mut *app.store.reader().await?, &id).await?;
    Ok(Json(shown(row.ok_or_else(|| Error::not_found("redirect_URL", &id))?)))
}

#[utoipa::path(
    delete,
    path = "/v1/redirect_urls/{id}",
    operation_id = "DeleteRedirectURL",
    responses((status = 200, body = DeletedObject))
)]
pub(super) async fn delete(
    State(app): State<App>,
    Id(id): Id<RedirectUrlId>,
) -> ApiResult<Json<DeletedObject>> {
    let deleted = DeletedObject::new("redirect_url", id.as_str());
    redirect_urls::remove(&app, id).await?;
    Ok(Json(deleted))
}
