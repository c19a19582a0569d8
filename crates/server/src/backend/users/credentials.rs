//! Single things that a user signs in with, taken away.

use axum::{
    Json,
    extract::{Path, State},
};
use beadle_domain::Error;
use beadle_store::identifications::IdentificationKind;
use beadle_types::{DeletedObject, ExternalAccountId, IdentificationId, Page, UserId};
use serde_json::Value;

use super::load;
use crate::{
    actions::{
        by::By,
        identifications::{Own, remove},
        oauth::connect,
        passkeys,
    },
    app::App,
    error::ApiResult,
    extract::{Id, SubId, path},
    present,
};

#[utoipa::path(
    delete,
    path = "/v1/users/{user_id}/passkeys/{passkey_identification_id}",
    operation_id = "UserPasskeyDelete",
    responses((status = 200, body = DeletedObject))
)]
pub(in crate::backend) async fn delete_passkey(
    State(app): State<App>,
    Id(user_id): Id<UserId>,
    SubId(id): SubId<IdentificationId>,
) -> ApiResult<Json<DeletedObject>> {
    let deleted = passkeys::delete(&app, By::SecretKey, user_id, id).await?;
    Ok(Json(DeletedObject::new("passkey", deleted.id.as_str())))
}

#[utoipa::path(
    delete,
    path = "/v1/users/{user_id}/web3_wallets/{web3_wallet_identification_id}",
    operation_id = "UserWeb3WalletDelete",
    responses((status = 200, body = DeletedObject))
)]
pub(in crate::backend) async fn delete_web3_wallet(
    State(app): State<App>,
    Id(user_id): Id<UserId>,
    SubId(id): SubId<IdentificationId>,
) -> ApiResult<Json<DeletedObject>> {
    let own = Own { by: By::SecretKey, user_id, kind: IdentificationKind::Web3Wallet };
    Ok(Json(remove::remove(&app, own, id).await?))
}

#[utoipa::path(
    delete,
    path = "/v1/users/{user_id}/external_accounts/{external_account_id}",
    operation_id = "DeleteExternalAccount",
    responses((status = 200, body = DeletedObject))
)]
pub(in crate::backend) async fn delete_external_account(
    State(app): State<App>,
    Id(user_id): Id<UserId>,
    SubId(id): SubId<ExternalAccountId>,
) -> ApiResult<Json<DeletedObject>> {
    let account = present::external_account::identification(&id);
    let account = account.ok_or_else(|| Error::not_found("external account", &id))?;
    connect::delete(&app, By::SecretKey, user_id, account).await?;
    Ok(Json(DeletedObject::new("external_account", id.as_str())))
}

/// Devices cannot be enrolled here, so nobody has one.
#[utoipa::path(
    get,
    path = "/v1/users/{user_id}/trusted_devices",
    operation_id = "ListUserTrustedDevices",
    responses((status = 200, body = Page<Value>))
)]
pub(in crate::backend) async fn trusted_devices(
    State(app): State<App>,
    Id(user_id): Id<UserId>,
) -> ApiResult<Json<Page<Value>>> {
    load(&app, &user_id).await?;
    Ok(Json(Page { data: Vec::new(), total_count: 0 }))
}

#[utoipa::path(
    delete,
    path = "/v1/users/{user_id}/trusted_devices/{trusted_device_id}",
    operation_id = "RevokeUserTrustedDevice",
    responses((status = 200, body = Value))
)]
pub(in crate::backend) async fn revoke_trusted_device(
    State(app): State<App>,
    Id(user_id): Id<UserId>,
    Path((_, id)): Path<(String, String)>,
) -> ApiResult<Json<Value>> {
    load(&app, &user_id).await?;
    Err(Error::not_found("trusted device", path::printable(&id)).into())
}
