//! Users' second factors.

use axum::{Json, extract::State};
use beadle_domain::Error;
use beadle_types::{RemovedFactors, UserId, VerifiedCode, params::VerifyTotp};

use crate::{
    actions::{
        by::By,
        factors::{
            totp::{self, What},
            verify,
        },
    },
    app::App,
    error::ApiResult,
    extract::{self, Id},
};

#[utoipa::path(
    delete,
    path = "/v1/users/{user_id}/mfa",
    operation_id = "DisableMFA",
    responses((status = 200, body = RemovedFactors))
)]
pub(in crate::backend) async fn remove_all(
    State(app): State<App>,
    Id(id): Id<UserId>,
) -> ApiResult<Json<RemovedFactors>> {
    remove(&app, id, What::All).await
}

#[utoipa::path(
    delete,
    path = "/v1/users/{user_id}/totp",
    operation_id = "DeleteTOTP",
    responses((status = 200, body = RemovedFactors))
)]
pub(in crate::backend) async fn remove_totp(
    State(app): State<App>,
    Id(id): Id<UserId>,
) -> ApiResult<Json<RemovedFactors>> {
    remove(&app, id, What::Totp).await
}

#[utoipa::path(
    delete,
    path = "/v1/users/{user_id}/backup_code",
    operation_id = "DeleteBackupCode",
    responses((status = 200, body = RemovedFactors))
)]
pub(in crate::backend) async fn remove_backup_codes(
    State(app): State<App>,
    Id(id): Id<UserId>,
) -> ApiResult<Json<RemovedFactors>> {
    remove(&app, id, What::BackupCodes).await
}

async fn remove(app: &App, id: UserId, what: What) -> ApiResult<Json<RemovedFactors>> {
    totp::remove(app, By::SecretKey, id.clone(), what).await?;
    Ok(Json(RemovedFactors { user_id: id }))
}

#[utoipa::path(
    post,
    path = "/v1/users/{user_id}/verify_totp",
    operation_id = "VerifyTOTP",
    request_body = VerifyTotp,
    responses((status = 200, body = VerifiedCode))
)]
pub(in crate::backend) async fn verify_code(
    State(app): State<App>,
    Id(id): Id<UserId>,
    extract::Json(params): extract::Json<VerifyTotp>,
) -> ApiResult<Json<VerifiedCode>> {
    if params.code.is_empty() {
        return Err(Error::param_missing("code").into());
    }
    let strategy = verify::verify(&app, id, params.code).await?;
    Ok(Json(VerifiedCode { verified: true, code_type: strategy.as_str().to_owned().into() }))
}
