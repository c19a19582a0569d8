//! E-mail addresses.

use axum::{Json, extract::State};
use beadle_store::identifications::{IdentificationKind, IdentificationRow};
use beadle_types::{
    CodeVerification, DeletedObject, EmailAddress, IdentificationId, UserId,
    params::{AttemptVerification, CreateEmailAddress, ReplaceEmailAddress, UpdateEmailAddress},
};

use super::identifications::{self, state, status};
use crate::{
    actions::identifications::administer::{self, New, Wishes},
    app::App,
    error::ApiResult,
    extract::{self, Id},
    present,
};

const KIND: IdentificationKind = IdentificationKind::EmailAddress;

async fn shown(app: &App, row: IdentificationRow) -> ApiResult<Json<EmailAddress>> {
    Ok(Json(present::user::linked_email_address(&mut *app.store.reader().await?, row).await?))
}

#[utoipa::path(
    post,
    path = "/v1/email_addresses",
    operation_id = "CreateEmailAddress",
    request_body = CreateEmailAddress,
    responses((status = 200, body = EmailAddress))
)]
pub(super) async fn create(
    State(app): State<App>,
    extract::Json(params): extract::Json<CreateEmailAddress>,
) -> ApiResult<Json<EmailAddress>> {
    let new = New {
        user_id: identifications::user(&params.user_id)?,
        kind: KIND,
        value: &params.email_address,
        status: status(params.verified),
        wishes: wishes(params.primary, params.notify_primary_email_address_changed),
        replaces: false,
    };
    shown(&app, administer::create(&app, new).await?).await
}

fn wishes(primary: Option<bool>, notify: Option<bool>) -> Wishes {
    Wishes { primary: primary == Some(true), second_factor: None, notify: notify == Some(true) }
}

#[utoipa::path(
    get,
    path = "/v1/email_addresses/{email_address_id}",
    operation_id = "GetEmailAddress",
    responses((status = 200, body = EmailAddress))
)]
pub(super) async fn get(
    State(app): State<App>,
    Id(id): Id<IdentificationId>,
) -> ApiResult<Json<EmailAddress>> {
    shown(&app, administer::find(&app, KIND, &id).await?).await
}

#[utoipa::path(
    patch,
    path = "/v1/email_addresses/{email_address_id}",
    operation_id = "UpdateEmailAddress",
    request_body = UpdateEmailAddress,
    responses((status = 200, body = EmailAddress))
)]
pub(super) async fn update(
    State(app): State<App>,
    Id(id): Id<IdentificationId>,
    extract::Json(params): extract::Json<UpdateEmailAddress>,
) -> ApiResult<Json<EmailAddress>> {
    let wishes = wishes(params.primary, params.notify_primary_email_address_changed);
    shown(&app, administer::update(&app, KIND, id, params.verified, wishes).await?).await
}

#[utoipa::path(
    delete,
    path = "/v1/email_addresses/{email_address_id}",
    operation_id = "DeleteEmailAddress",
    responses((status = 200, body = DeletedObject))
)]
pub(super) async fn delete(
    State(app): State<App>,
    Id(id): Id<IdentificationId>,
) -> ApiResult<Json<DeletedObject>> {
    identifications::delete(&app, KIND, id).await
}

#[utoipa::path(
    post,
    path = "/v1/email_addresses/{email_address_id}/prepare_verification",
    operation_id = "PrepareEmailAddressVerification",
    responses((status = 200, body = CodeVerification))
)]
pub(super) async fn prepare(
    State(app): State<App>,
    Id(id): Id<IdentificationId>,
) -> ApiResult<Json<CodeVerification>> {
    identifications::prepare(&app, KIND, id).await
}

#[utoipa::path(
    post,
    path = "/v1/email_addresses/{email_address_id}/attempt_verification",
    operation_id = "AttemptEmailAddressVerification",
    request_body = AttemptVerification,
    responses((status = 200, body = CodeVerification))
)]
pub(super) async fn attempt(
    State(app): State<App>,
    Id(id): Id<IdentificationId>,
    extract::Json(params): extract::Json<AttemptVerification>,
) -> ApiResult<Json<CodeVerification>> {
    identifications::attempt(&app, KIND, id, params).await
}

#[utoipa::path(
    put,
    path = "/v1/users/{user_id}/email_address",
    operation_id = "ReplaceUserEmailAddress",
    request_body = ReplaceEmailAddress,
    responses((status = 200, body = EmailAddress))
)]
pub(super) async fn replace(
    State(app): State<App>,
    Id(user_id): Id<UserId>,
    extract::Json(params): extract::Json<ReplaceEmailAddress>,
) -> ApiResult<Json<EmailAddress>> {
    let new = New {
        user_id,
        kind: KIND,
        value: &params.email_address,
        status: state(params.identification_status),
        wishes: wishes(Some(true), params.notify_primary_email_address_changed),
        replaces: true,
    };
    shown(&app, administer::create(&app, new).await?).await
}
