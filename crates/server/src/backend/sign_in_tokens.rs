//! Sign-in tokens.

use std::time::Duration;

use axum::{Json, extract::State};
use beadle_domain::Error;
use beadle_types::{SignInToken, SignInTokenId, UserId, params::CreateSignInToken};

use crate::{
    actions::sign_in_token,
    app::App,
    error::ApiResult,
    extract::{self, Id, path},
    present,
};

/// 30 days.
const LIFETIME_SECONDS: u64 = 30 * 24 * 60 * 60;
/// Ten years.
const MAX_LIFETIME_SECONDS: u64 = 315_360_000;

/// A lifetime that a body may give in seconds.
pub(super) fn seconds(param: &str, given: Option<i64>, default: u64) -> Result<Duration, Error> {
    let seconds = given.map_or(Some(default), |given| u64::try_from(given).ok());
    let seconds = seconds.filter(|seconds| (1..=MAX_LIFETIME_SECONDS).contains(seconds));
    seconds
        .map(Duration::from_secs)
        .ok_or_else(|| Error::param_rule_broken(param, format!("must be from 1 to {MAX_LIFETIME_SECONDS}")))
}

#[utoipa::path(
    post,
    path = "/v1/sign_in_tokens",
    operation_id = "CreateSignInToken",
    request_body = CreateSignInToken,
    responses((status = 200, body = SignInToken))
)]
pub(super) async fn create(
    State(app): State<App>,
    extract::Json(params): extract::Json<CreateSignInToken>,
) -> ApiResult<Json<SignInToken>> {
    if params.org_id.is_some_and(|id| !id.is_empty()) {
        return Err(Error::param_disabled("org_id").into());
    }
    if params.user_id.is_empty() {
        return Err(Error::param_missing("user_id").into());
    }
    let lifetime = seconds("expires_in_seconds", params.expires_in_seconds, LIFETIME_SECONDS)?;
    let unknown = || Error::not_found("user", path::printable(&params.user_id));
    let user_id: UserId = params.user_id.parse().map_err(|_| unknown())?;
    let (row, ticket) = sign_in_token::create(&app, user_id, lifetime).await?;
    Ok(Json(present::ticket::sign_in_token(row, Some(ticket), &app.instance)))
}

#[utoipa::path(
    post,
    path = "/v1/sign_in_tokens/{sign_in_token_id}/revoke",
    operation_id = "RevokeSignInToken",
    responses((status = 200, body = SignInToken))
)]
pub(super) async fn revoke(
    State(app): State<App>,
    Id(id): Id<SignInTokenId>,
) -> ApiResult<Json<SignInToken>> {
    let row = sign_in_token::revoke(&app, id).await?;
    Ok(Json(present::ticket::sign_in_token(row, None, &app.instance)))
}
