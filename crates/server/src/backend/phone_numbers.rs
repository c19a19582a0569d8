//! Phone numbers.

use axum::{Json, extract::State};
use beadle_store::identifications::IdentificationKind;
use beadle_types::{
    CodeVerification, DeletedObject, IdentificationId, PhoneNumber, UserId,
    params::{AttemptVerification, CreatePhoneNumber, ReplacePhoneNumber, UpdatePhoneNumber},
};

use super::identifications::{self, state, status};
use crate::{
    actions::identifications::administer::{self, New, Wishes},
    app::App,
    error::ApiResult,
    extract::{self, Id},
    present::user::phone_number,
};

const KIND: IdentificationKind = IdentificationKind::PhoneNumber;

#[utoipa::path(
    post,
    path = "/v1/phone_numbers",
    operation_id = "CreatePhoneNumber",
    request_body = CreatePhoneNumber,
    responses((status = 200, body = PhoneNumber))
)]
pub(super) async fn create(
    State(app): State<App>,
    extract::Json(params): extract::Json<CreatePhoneNumber>,
) -> ApiResult<Json<PhoneNumber>> {
    let new = New {
        user_id: identifications::user(&params.user_id)?,
        kind: KIND,
        value: &params.phone_number,
        status: status(params.verified),
        // It is no second factor to begin with, so there is nothing to take away.
        wishes: wishes(params.primary, params.reserved_for_second_factor.filter(|reserved| *reserved)),
        replaces: false,
    };
    Ok(Json(phone_number(administer::create(&app, new).await?)))
}

fn wishes(primary: Option<bool>, second_factor: Option<bool>) -> Wishes {
    Wishes { primary: primary == Some(true), second_factor, notify: false }
}

#[utoipa::path(
    get,
    path = "/v1/phone_numbers/{phone_number_id}",
    operation_id = "GetPhoneNumber",
    responses((status = 200, body = PhoneNumber))
)]
pub(super) async fn get(
    State(app): State<App>,
    Id(id): Id<IdentificationId>,
) -> ApiResult<Json<PhoneNumber>> {
    Ok(Json(phone_number(administer::find(&app, KIND, &id).await?)))
}

#[utoipa::path(
    patch,
    path = "/v1/phone_numbers/{phone_number_id}",
    operation_id = "UpdatePhoneNumber",
    request_body = UpdatePhoneNumber,
    responses((status = 200, body = PhoneNumber))
)]
pub(super) async fn update(
    State(app): State<App>,
    Id(id): Id<IdentificationId>,
    extract::Json(params): extract::Json<UpdatePhoneNumber>,
) -> ApiResult<Json<PhoneNumber>> {
    let wishes = wishes(params.primary, params.reserved_for_second_factor);
    Ok(Json(phone_number(administer::update(&app, KIND, id, params.verified, wishes).await?)))
}

#[utoipa::path(
    delete,
    path = "/v1/phone_numbers/{phone_number_id}",
    operation_id = "DeletePhoneNumber",
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
    path = "/v1/phone_numbers/{phone_number_id}/prepare_verification",
    operation_id = "PreparePhoneNumberVerification",
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
    path = "/v1/phone_numbers/{phone_number_id}/attempt_verification",
    operation_id = "AttemptPhoneNumberVerification",
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
    path = "/v1/users/{user_id}/phone_number",
    operation_id = "ReplaceUserPhoneNumber",
    request_body = ReplacePhoneNumber,
    responses((status = 200, body = PhoneNumber))
)]
pub(super) async fn replace(
    State(app): State<App>,
    Id(user_id): Id<UserId>,
    extract::Json(params): extract::Json<ReplacePhoneNumber>,
) -> ApiResult<Json<PhoneNumber>> {
    let new = New {
        user_id,
        kind: KIND,
        value: &params.phone_number,
        status: state(params.identification_status),
        wishes: wishes(Some(true), None),
        replaces: true,
    };
    Ok(Json(phone_number(administer::create(&app, new).await?)))
}
