//! A user's own phone numbers.

use axum::{Json, extract::State, response::Response};
use beadle_domain::Error;
use beadle_store::identifications::IdentificationKind;
use beadle_types::{IdentificationId, PhoneNumber};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    identifications::{self, AttemptForm, PrepareForm, own},
    reply, settle,
};
use crate::{
    actions::identifications::{
        add,
        second_factor::{self, Change},
    },
    app::App,
    error::ApiResult,
    extract::{Acting, Form, Id},
    present,
};

pub(in crate::frontend) fn operations() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update, delete))
        .routes(routes!(prepare))
        .routes(routes!(attempt))
}

const KIND: IdentificationKind = IdentificationKind::PhoneNumber;

#[utoipa::path(get, path = "/v1/me/phone_numbers", operation_id = "getPhoneNumbers")]
async fn list(acting: Acting) -> Json<Vec<PhoneNumber>> {
    Json(identifications::list(acting, KIND).map(present::user::phone_number).collect())
}

#[utoipa::path(get, path = "/v1/me/phone_numbers/{phone_number_id}", operation_id = "ReadPhoneNumber")]
async fn get(State(app): State<App>, acting: Acting, Id(id): Id<IdentificationId>) -> ApiResult<Response> {
    let row = acting.identification(KIND, &id)?.clone();
    reply(&app, &acting, present::user::phone_number(row)).await
}

#[derive(Deserialize)]
struct NumberForm {
    phone_number: Option<String>,
    reserved_for_second_factor: Option<bool>,
}

#[utoipa::path(post, path = "/v1/me/phone_numbers", operation_id = "postPhoneNumbers")]
async fn create(State(app): State<App>, acting: Acting, Form(form): Form<NumberForm>) -> ApiResult<Response> {
    acting.require_fresh_proof(&app)?;
    let typed = form.phone_number.ok_or_else(|| Error::param_missing("phone_number"))?;
    let as_second_factor = form.reserved_for_second_factor.unwrap_or(false);
    let outcome = add::add(&app, own(&acting, KIND), &typed, as_second_factor).await;
    let row = settle(&app, &acting, outcome).await?;
    reply(&app, &acting, present::user::phone_number(row)).await
}

#[derive(Deserialize)]
struct FactorForm {
    reserved_for_second_factor: Option<bool>,
    default_second_factor: Option<bool>,
}

#[utoipa::path(patch, path = "/v1/me/phone_numbers/{phone_number_id}", operation_id = "UpdatePhoneNumber")]
async fn update(
    State(app): State<App>,
    acting: Acting,
    Id(id): Id<IdentificationId>,
    Form(form): Form<FactorForm>,
) -> ApiResult<Response> {
    acting.require_fresh_proof(&app)?;
    let change = Change { reserved: form.reserved_for_second_factor, default: form.default_second_factor };
    let outcome = second_factor::update(&app, own(&acting, KIND), id, change).await;
    let (row, backup_codes) = settle(&app, &acting, outcome).await?;
    reply(&app, &acting, PhoneNumber { backup_codes, ..present::user::phone_number(row) }).await
}

#[utoipa::path(
    post,
    path = "/v1/me/phone_numbers/{phone_number_id}/prepare_verification",
    operation_id = "sendVerificationSMS"
)]
async fn prepare(
    State(app): State<App>,
    acting: Acting,
    Id(id): Id<IdentificationId>,
    Form(form): Form<PrepareForm>,
) -> ApiResult<Response> {
    let row = identifications::prepare(&app, &acting, KIND, id, form).await?;
    reply(&app, &acting, present::user::phone_number(row)).await
}

#[utoipa::path(
    post,
    path = "/v1/me/phone_numbers/{phone_number_id}/attempt_verification",
    operation_id = "verifyPhoneNumber"
)]
async fn attempt(
    State(app): State<App>,
    acting: Acting,
    Id(id): Id<IdentificationId>,
    Form(form): Form<AttemptForm>,
) -> ApiResult<Response> {
    let (row, backup_codes) = identifications::attempt(&app, &acting, KIND, id, form).await?;
    reply(&app, &acting, PhoneNumber { backup_codes, ..present::user::phone_number(row) }).await
}

#[utoipa::path(delete, path = "/v1/me/phone_numbers/{phone_number_id}", operation_id = "DeletePhoneNumber")]
async fn delete(State(app): State<App>, acting: Acting, Id(id): Id<IdentificationId>) -> ApiResult<Response> {
    identifications::delete(&app, &acting, KIND, id).await
}
