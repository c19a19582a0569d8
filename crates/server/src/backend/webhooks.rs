//! Clerk's operations on the Svix app, as far as they mean something without Svix.

use axum::{Json, extract::State, http::StatusCode};
use beadle_domain::Error;
use beadle_store::webhook_endpoints;
use beadle_types::SvixUrl;
use url::Url;

use crate::{actions::svix_app, app::App, error::ApiResult};

#[utoipa::path(
    post,
    path = "/v1/webhooks/svix",
    operation_id = "CreateSvixApp",
    responses((status = 200, body = SvixUrl))
)]
pub(super) async fn create_app(State(app): State<App>) -> ApiResult<Json<SvixUrl>> {
    svix_app::create(&app).await?;
    url(&app)
}

#[utoipa::path(
    delete,
    path = "/v1/webhooks/svix",
    operation_id = "DeleteSvixApp",
    responses((status = 204))
)]
pub(super) async fn delete_app(State(app): State<App>) -> ApiResult<StatusCode> {
    svix_app::delete(&app).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(
    post,
    path = "/v1/webhooks/svix_url",
    operation_id = "GenerateSvixAuthURL",
    responses((status = 200, body = SvixUrl))
)]
pub(super) async fn app_url(State(app): State<App>) -> ApiResult<Json<SvixUrl>> {
    if !webhook_endpoints::has_app(&mut *app.store.reader().await?).await? {
        return Err(Error::svix_app_missing().into());
    }
    url(&app)
}

/// Where endpoints are managed: this server's own operations, behind the secret key.
fn url(app: &App) -> ApiResult<Json<SvixUrl>> {
    let site = Url::parse(&app.instance.frontend_url).map_err(|_| Error::nothing_found())?;
    let origin = site.origin().ascii_serialization();
    Ok(Json(SvixUrl { svix_url: format!("{origin}/v1/beadle/webhook_endpoints") }))
}
