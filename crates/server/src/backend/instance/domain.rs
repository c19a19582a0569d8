//! Moving the instance to another domain.

use axum::{extract::State, http::StatusCode};
use beadle_domain::Error;
use beadle_types::params::ChangeDomain;

use crate::{actions::change_domain, app::App, error::ApiResult, extract};

#[utoipa::path(
    post,
    path = "/v1/instance/change_domain",
    operation_id = "ChangeProductionInstanceDomain",
    request_body = ChangeDomain,
    responses((status = 202))
)]
pub(in crate::backend) async fn change(
    State(app): State<App>,
    extract::Json(params): extract::Json<ChangeDomain>,
) -> ApiResult<StatusCode> {
    let home_url = params.home_url.ok_or_else(|| Error::param_missing("home_url"))?;
    change_domain::change(&app, "home_url", home_url.trim(), params.is_secondary.unwrap_or(false)).await?;
    Ok(StatusCode::ACCEPTED)
}

#[utoipa::path(
    put,
    path = "/v1/beta_features/domain",
    operation_id = "UpdateProductionInstanceDomain",
    request_body = ChangeDomain,
    responses((status = 202))
)]
pub(in crate::backend) async fn change_earlier(
    state: State<App>,
    params: extract::Json<ChangeDomain>,
) -> ApiResult<StatusCode> {
    change(state, params).await
}
